/** `nightjar decoders`: decodes a known second of video with each decoder that this box may have. */
import { Command } from "commander";

import { systemClock } from "../base/clock.ts";
import { tryDecoders } from "../camera/decoder-trial.ts";
import { createFfmpeg } from "../camera/ffmpeg.ts";
import type { World } from "./world.ts";

export function decodersCommand({ signal }: World): Command {
  return new Command("decoders")
    .description("Tries each hardware decoder of this box, and software, with a known clip.")
    .option("--json", "print the result as JSON")
    .action(async (options: { json?: boolean }) => {
      const ffmpeg = createFfmpeg({ path: null });
      const verdicts = await tryDecoders({ ffmpeg, clock: systemClock, signal });
      const asJson = verdicts.map(({ isRight, ...verdict }) => ({ ...verdict, ok: isRight }));
      if (options.json) console.log(JSON.stringify({ decoders: asJson }));
      else {
        for (const { codec, decoder, isRight, sentence } of verdicts) {
          console.log(`${isRight ? "ok   " : "WRONG"}  ${codec} ${decoder}: ${sentence}`);
        }
      }
    });
}
