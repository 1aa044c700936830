import { afterAll, beforeAll, expect, test } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import type { CutUnit } from "../../src/camera/access-units.ts";
import { createDecoder, type DecodedPicture } from "../../src/camera/decoder.ts";
import { createFfmpeg } from "../../src/camera/ffmpeg.ts";
import { BRIGHTNESS_STEP, makeBrightnessClip, meanBrightness } from "../support/brightness-clip.ts";
import { readClipUnits } from "../support/clip-units.ts";
import { makeFootage } from "../support/footage.ts";
import { openTempFolder } from "../support/temp-folder.ts";

let folder: Awaited<ReturnType<typeof openTempFolder>>;

beforeAll(async () => {
  folder = await openTempFolder();
});

afterAll(() => folder[Symbol.asyncDispose]());

/** One every so often, as a camera's come, or all at once; answers when the last is told, behind which nothing came. */
async function decode(bursts: readonly (readonly CutUnit[])[]) {
  const stop = new AbortController();
  const pictures: DecodedPicture[] = [];
  const told = Promise.withResolvers<void>();
  const count = bursts.flat().length;
  const decoder = createDecoder({
    codec: bursts[0]?.[0]?.codec ?? "h264",
    step: 1,
    luma: { width: 64, height: 48, framesPerSecond: 1_000 },
    ffmpeg: createFfmpeg({ path: null }),
    onPicture: (picture) => {
      pictures.push(picture);
      if (picture.unit.number === count) told.resolve();
    },
    onStream: () => {},
    onDamage: () => {},
    signal: stop.signal,
  });
  let number = 0;
  for (const burst of bursts) {
    for (const cut of burst) {
      number += 1;
      decoder.feed({ ...cut, timestampMs: number * 100, number });
    }
    await systemClock.sleep(20, stop);
  }
  await told.promise;
  stop.abort();
  await decoder.ended;
  return pictures;
}

test.each(["h264", "hevc"] as const)(
  "key units of %s, then the rest of a group: each picture is its unit's and waits for no other",
  async (codec) => {
    const file = await makeBrightnessClip({ folder: folder.path, codec });
    const units = await readClipUnits(file, codec === "h264" ? "h264" : "h265");
    const group = (i: number) => units.slice(i * 20, i * 20 + 20);
    const quiet = [0, 1, 2].flatMap((i) => group(i).slice(0, 1));
    const live = group(3).map((unit) => [unit]);
    const bursts = [...quiet.map((unit) => [unit]), group(2).slice(1), ...live];

    const pictures = await decode(bursts);

    const moments = bursts.flat().map((unit) => units.indexOf(unit) % 20);
    expect(pictures.map(({ unit }) => unit.number)).toEqual(
      Array.from({ length: moments.length }, (_, i) => i + 1),
    );
    for (const { unit, luma } of pictures) {
      const level = 30 + 10 * (moments[unit.number - 1] ?? 0);
      const apart = meanBrightness(luma) - ((level - 16) * 255) / 219;
      expect(Math.abs(apart)).toBeLessThan(BRIGHTNESS_STEP / 2);
    }
  },
);

test("a unit right behind the key unit of its group shows whether something moves", async () => {
  const size = { width: 320, height: 192, framesPerSecond: 10 };
  const { file, motion } = await makeFootage({ folder: folder.path, ...size, seconds: 40 });
  const units = await readClipUnits(file);
  const keys = units.flatMap(({ key }, i) => (key ? [i] : []));
  const isNear = (i: number, marginS: number) =>
    motion.some(({ startS, endS }) => i / 10 > startS - marginS && i / 10 < endS + marginS);

  const pictures = await decode(
    keys.flatMap((i) => [units[i], units[i + 10]].flatMap((unit) => (unit ? [[unit]] : []))),
  );

  const changed = keys.map((_, group) => {
    const [key, patched] = pictures.slice(2 * group, 2 * group + 2);
    const pairs = Array.from(key?.luma ?? [], (level, i) => level - (patched?.luma[i] ?? 0));
    return pairs.filter((apart) => Math.abs(apart) > 12).length;
  });
  const moving = changed.filter((_, group) => isNear((keys[group] ?? 0) + 10, -1));
  const still = changed.filter((_, group) => !isNear((keys[group] ?? 0) + 10, 2));
  expect(Math.min(...moving)).toBeGreaterThan(Math.max(...still));
});
