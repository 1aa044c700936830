/** `nightjar camera test URL`: opens a stream once, says what it is, writes one picture. */
import { writeFile } from "node:fs/promises";

import { Command } from "commander";

import { toJpeg } from "../analysis/picture.ts";
import { systemClock } from "../base/clock.ts";
import { createLog } from "../base/log.ts";
import { createFfmpeg } from "../camera/ffmpeg.ts";
import { probeCamera } from "../camera/probe.ts";
import type { World } from "./world.ts";

const JPEG_QUALITY = 85;

export function cameraTestCommand(world: World): Command {
  return new Command("test")
    .description("Opens a stream once: codec, size, frame rate, and one picture.")
    .argument("<url>", "rtsp:// or rtsps:// address")
    .option("--picture <file>", "where the picture goes", "camera-test.jpg")
    .option("--json", "print the result as JSON")
    .action(async (url: string, options: { picture: string; json?: boolean }) => {
      const { still, ...facts } = await probeCamera(url, {
        ffmpeg: createFfmpeg({ path: null }),
        clock: systemClock,
        log: createLog({ level: "silent" }),
        signal: world.signal,
      });
      await writeFile(options.picture, await toJpeg(still, { quality: JPEG_QUALITY }));
      const { codec, width, height, framesPerSecond } = facts;
      const asJson = { codec, width, height, fps: framesPerSecond, picture: options.picture };
      const sentence =
        `${codec}, ${width}x${height}, ${framesPerSecond} frames a second; ` +
        `one picture is in ${options.picture}.`;
      console.log(options.json ? JSON.stringify(asJson) : sentence);
    });
}
