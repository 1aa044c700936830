/**
 * Starts ffmpeg while hardly a file may be opened any more, by ever fewer that are free, and tells what came
 * of each. Run under a low `ulimit -n`.
 */
import { closeSync, openSync } from "node:fs";

import { createFfmpeg } from "../../src/camera/ffmpeg.ts";

const ffmpeg = createFfmpeg({ path: null });
await ffmpeg.abilities();
for (const free of [7, 5, 3, 1]) {
  const held = holdAll();
  for (const one of held.splice(0, free)) closeSync(one);
  const outcome = await ffmpeg
    .start({
      input: { source: "pipe:0", options: ["-f", "h264"] },
      outputOptions: ["-f", "null"],
      signal: AbortSignal.timeout(1_000),
    })
    .then(
      () => "started",
      (error: { kind?: string }) => error.kind ?? String(error),
    );
  for (const one of held) closeSync(one);
  console.log(outcome);
}
process.exit();

function holdAll(): number[] {
  const held: number[] = [];
  try {
    for (;;) held.push(openSync("/dev/null", "r"));
  } catch {
    return held;
  }
}
