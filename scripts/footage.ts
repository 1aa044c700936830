/**
 * Makes a scene like that of the demo and of the tests, and prints where it is and when somebody is
 * in it:
 *
 *     npx node scripts/footage.ts --folder /tmp --seconds 60 [--movers N] [--seed N] [--codec hevc]
 */
import { parseArgs } from "node:util";

import { makeFootage } from "../test/support/footage.ts";

const { values } = parseArgs({
  options: {
    folder: { type: "string", default: "." },
    name: { type: "string", default: "yard" },
    seconds: { type: "string", default: "60" },
    movers: { type: "string" },
    seed: { type: "string", default: "1" },
    codec: { type: "string", default: "h264" },
  },
});
if (values.codec !== "h264" && values.codec !== "hevc") {
  throw new Error(`--codec is h264 or hevc, not ${values.codec}.`);
}

const footage = await makeFootage({
  folder: values.folder,
  name: values.name,
  seconds: Number(values.seconds),
  seed: Number(values.seed),
  codec: values.codec,
  ...(values.movers === undefined ? {} : { movers: Number(values.movers) }),
});
console.log(JSON.stringify(footage));
