/** A daemon that is nothing but one camera: `camera-process.ts URL` prints a line for each frame. */
import { systemClock } from "../../src/base/clock.ts";
import { createLog } from "../../src/base/log.ts";
import { createCamera } from "../../src/camera/camera.ts";
import { createFfmpeg } from "../../src/camera/ffmpeg.ts";

const camera = createCamera({
  id: "yard",
  url: process.argv[2] ?? "",
  detailUrl: null,
  // With a decoder of its own beside the reader.
  decoding: "adaptive",
  glance: () => "calm",
  luma: { width: 160, height: 96, framesPerSecond: 5 },
  ffmpeg: createFfmpeg({ path: null }),
  clock: systemClock,
  log: createLog({ level: "info" }),
  onState: () => {},
});

for await (const frame of camera.frames(new AbortController().signal)) {
  process.stdout.write(`frame ${frame.sequence}\n`);
}
