import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import { findCandidates } from "../../src/camera/decoder-candidates.ts";
import { tryDecoders } from "../../src/camera/decoder-trial.ts";
import { createFfmpeg } from "../../src/camera/ffmpeg.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const SIZE = { width: 160, height: 96 };

/** One maker's decoder for H.264 only, so that each verdict stands beside software's. */
const AROUND = {
  decoders: new Set(["h264_nvv4l2dec"]),
  accelerators: new Set<string>(),
  devices: [],
};

/** An ffmpeg that does `script` for the maker's decoder, and what ffmpeg does for all else. */
async function tryWith(script: string): Promise<Record<string, string>> {
  await using folder = await openTempFolder();
  const path = join(folder.path, "ffmpeg");
  const text = `#!/bin/bash
case "$*" in *h264_nvv4l2dec*) ;; *) exec ffmpeg "$@" ;; esac
words=("\${@/h264_nvv4l2dec/h264}")
${script}
`;
  await writeFile(path, text);
  await chmod(path, 0o755);
  const verdicts = await tryDecoders({
    ffmpeg: createFfmpeg({ path }),
    clock: systemClock,
    around: AROUND,
    deadlineMs: 4_000,
    signal: new AbortController().signal,
  });
  return Object.fromEntries(
    verdicts.map(({ codec, decoder, isRight, sentence }) => [
      `${codec} ${decoder}`,
      `${isRight ? "ok" : "wrong"}: ${sentence}`,
    ]),
  );
}

const SOFTWARE = {
  "h264 software": "ok: all 10 pictures are right",
  "h265 software": "ok: all 10 pictures are right",
};

test.each([
  ["decodes right", 'exec ffmpeg "${words[@]}"', "ok: all 10 pictures are right"],
  [
    "prints on stdout beside its pictures",
    'echo "NvMMLiteOpen : Block : BlockType = 261"; exec ffmpeg "${words[@]}"',
    "ok: all 10 pictures are right",
  ],
  ["hangs", "exec sleep 60", "wrong: it did not end in time"],
  [
    "gives fewer pictures",
    'exec ffmpeg "${words[@]:0:${#words[@]}-1}" -frames:v 7 -y pipe:3',
    "wrong: it gave 7.0 pictures of 10",
  ],
  ["ends at once with 0", "exit 0", "wrong: it gave 0.0 pictures of 10"],
  [
    "gives grey pictures",
    "head -c 153600 /dev/zero >&3",
    "wrong: its pictures are not those of software",
  ],
  [
    "refuses the device",
    'echo "Could not create Default NvBufferSession" >&2; exit 1',
    "wrong: ffmpeg failed with it: Could not create Default NvBufferSession",
  ],
  [
    "crashes after some pictures",
    "head -c 46080 /dev/zero >&3; kill -SEGV $$",
    "wrong: ffmpeg failed with it",
  ],
])("a decoder that %s is judged so, and software beside it", async (_what, script, verdict) => {
  expect(await tryWith(script)).toEqual({ "h264 nvv4l2dec": verdict, ...SOFTWARE });
});

test("only what has both its decoder and its device is tried, software last", () => {
  const compiledIn = {
    decoders: new Set(["h264_qsv", "hevc_qsv", "h264_v4l2m2m"]),
    accelerators: new Set(["cuda", "vaapi", "qsv"]),
  };
  const namesWith = (devices: string[]) =>
    findCandidates("h264", SIZE, { ...compiledIn, devices }).map(({ name }) => name);

  expect(namesWith([])).toEqual(["software"]);
  expect(namesWith(["/dev/dri/renderD128"])).toEqual(["vaapi", "qsv", "software"]);
  expect(namesWith(["/dev/nvidia0", "/dev/video10"])).toEqual(["cuda", "v4l2m2m", "software"]);
});
