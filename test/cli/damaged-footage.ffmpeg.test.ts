import { expect, test } from "vitest";

import { makeFootage } from "../support/footage.ts";
import { encode, replayAsJson } from "../support/replay-command.ts";
import { openTempFolder } from "../support/temp-folder.ts";

/** As video is that lost bytes on its way: overwritten here and there, or without some units. */
const CHANGED = "amount=if(eq(mod(n\\,37)\\,5)\\,99\\,0)";
const MISSING = "amount=0:drop=eq(mod(n\\,19)\\,9)";

test.each([
  { codec: "h264", how: "bytes changed in every 37th unit", noise: CHANGED },
  { codec: "h264", how: "every 19th unit missing", noise: MISSING },
  { codec: "hevc", how: "every 19th unit missing", noise: MISSING },
] as const)("$codec with $how has its events and no others", async ({ codec, noise }) => {
  await using folder = await openTempFolder();
  const size = codec === "hevc" ? { width: 320, height: 180 } : {};
  const options = { folder: folder.path, codec, seconds: 40, movers: 2, ...size };
  const { file, motion } = await makeFootage(options);
  const damaged = await encode(`${file}.mkv`, "-i", file, "-c", "copy", "-bsf:v", `noise=${noise}`);

  const { events, end } = await replayAsJson(damaged);

  expect(end.seconds).toBeGreaterThan(39);
  expect(events).toHaveLength(motion.length);
  for (const [index, { startS, endS }] of motion.entries()) {
    expect(events[index]?.started_s).toBeGreaterThan(startS - 0.5);
    expect(events[index]?.started_s).toBeLessThan(startS + 3);
    expect(events[index]?.ended_s).toBeLessThan(endS + 1);
  }
});
