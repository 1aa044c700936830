import { expect, test } from "vitest";

import type { Frame } from "../../src/camera/frame.ts";
import { createTamperWatch, type TamperNews } from "../../src/motion/tamper.ts";
import { SCENE_STARTS_AT } from "../support/scenes.ts";
import {
  blur,
  changeAt,
  film,
  infrared,
  light,
  lorry,
  type Paint,
  paintYard,
  spray,
  turn,
} from "../support/tampered.ts";

const yard = paintYard(1);
const AT = 20;

type Told = TamperNews & { seconds: number };

function watch(frames: readonly Frame[]): Told[] {
  const tamper = createTamperWatch();
  return frames.flatMap((frame) => {
    const news = tamper.observe(frame);
    return news ? [{ ...news, seconds: frame.timestampMs / 1000 }] : [];
  });
}

const cover: Paint = () => 70;
const black: Paint = () => 2;

test.each<[kind: string, after: Paint]>([
  ["covered", cover],
  ["covered", black],
  ["covered", (x, y) => 60 + x / 3 + y / 4],
  ["out_of_focus", blur(yard, 2)],
  ["out_of_focus", blur(yard, 5)],
  ["moved", turn(yard, 70, 6)],
  ["moved", turn(yard, 17, 11)],
  ["moved", (x, y, seconds) => yard(159 - y, x, seconds)],
])("a camera that is %s is told within ten seconds", (kind, after) => {
  const told = watch(film(changeAt(AT, yard, after), { seconds: 45 }));

  expect(told).toMatchObject([{ type: "began", kind }]);
  expect(told[0]?.seconds).toBeLessThanOrEqual(AT + 10);
  const [began] = told;
  const startedAt = began?.type === "began" ? began.startedAt - SCENE_STARTS_AT : 0;
  expect(Math.abs(startedAt / 1000 - AT)).toBeLessThanOrEqual(4);
});

test("a sprayed camera is told within half a minute", () => {
  const told = watch(film(changeAt(AT, yard, spray(yard, 45)), { seconds: 60 }));
  expect(told).toMatchObject([{ type: "began", kind: "sprayed" }]);
  expect(told[0]?.seconds).toBeLessThanOrEqual(AT + 30);
});

test("C7: a camera that repeats one frame for ever is told as frozen within a minute", () => {
  const frames = film(yard, { seconds: 90 });
  const frozen = frames.map((frame) =>
    frame.timestampMs < AT * 1000 ? frame : { ...frame, luma: frames[AT * 2]?.luma as Uint8Array },
  );
  const told = watch(frozen);
  expect(told).toMatchObject([{ type: "began", kind: "frozen" }]);
  expect(told[0]?.seconds).toBeLessThanOrEqual(AT + 60);
});

test.each([1, 2, 4])("with a frame only every %d s each is told all the same", (gapS) => {
  const options = { seconds: 120, framesPerSecond: 1 / gapS };
  const change = 40;
  const kinds: [string, Paint][] = [
    ["covered", cover],
    ["out_of_focus", blur(yard, 3)],
    ["moved", turn(yard, 70, 6)],
    ["sprayed", spray(yard, 45)],
  ];
  for (const [kind, after] of kinds) {
    const told = watch(film(changeAt(change, yard, after), options));
    expect(told[0]).toMatchObject({ type: "began", kind });
  }
});

test("it is over when the picture is back", () => {
  const covered = changeAt(40, changeAt(AT, yard, cover), yard);
  const told = watch(film(covered, { seconds: 60 }));
  expect(told).toMatchObject([{ type: "began", kind: "covered" }, { type: "ended" }]);
  expect(told[1]?.seconds).toBeLessThanOrEqual(50);
});

test("a turned camera has its new view for normal after a while, and is watched again", () => {
  const turned = changeAt(200, changeAt(AT, yard, turn(yard, 70, 6)), cover);
  const told = watch(film(turned, { seconds: 215, framesPerSecond: 1 }));
  expect(told).toMatchObject([
    { type: "began", kind: "moved" },
    { type: "ended" },
    { type: "began", kind: "covered" },
  ]);
});

test("a camera that is covered while it is offline is told when it is back", () => {
  const frames = film(changeAt(AT, yard, cover), { seconds: 45 });
  const offline = frames.filter(({ timestampMs }) => timestampMs < 18_000 || timestampMs > 30_000);
  const back = offline.map((frame) => ({
    ...frame,
    settling: frame.settling || (frame.timestampMs > 30_000 && frame.timestampMs < 32_000),
  }));
  expect(watch(back)).toMatchObject([{ type: "began", kind: "covered" }]);
});

const calmScenes: [what: string, paint: Paint, noise?: number][] = [
  ["nothing at all", yard],
  ["a noisy night", light(yard, () => 0.4), 8],
  ["lamps switched off, a little light left", light(yard, (s) => (s < AT ? 1 : 0.12), 4), 3],
  ["lamps switched off and on again", light(yard, (s) => (s > AT && s < 60 ? 0.2 : 1)), 3],
  ["the infra-red switch", changeAt(AT, yard, infrared(yard)), 3],
  ["the infra-red switch and back", changeAt(50, changeAt(AT, yard, infrared(yard)), yard), 3],
  ["lightning", light(yard, (s) => (s % 7 < 0.4 ? 2.5 : 1))],
  ["clouds", light(yard, (s) => 1 + 0.3 * Math.sin(s / 4))],
  ["fog that rises slowly", (x, y, s) => mist(yard(x, y, s), Math.exp(-s / 60))],
  ["a lorry for a minute", lorry(yard, [AT, AT + 60])],
  ["a lorry that drives away", lorry(yard, [0, 70])],
  ["a hand before the lens for three seconds", changeAt(AT + 3, changeAt(AT, yard, cover), yard)],
  ["fog within half a minute", (x, y, s) => mist(yard(x, y, s), Math.max(0.25, 1 - s / 40))],
  ["lamps off in half of a hall", (x, y, s) => yard(x, y, s) * (s > AT && x > 70 ? 0.1 : 1), 3],
  ["a mast that sways", (x, y, s) => yard(x + Math.round(3 * Math.sin(3 * s)), y, s)],
  ["a knock by two pixels", (x, y, s) => yard(s < AT ? x : x + 2, y, s)],
  ["headlights", (x, y, s) => yard(x, y, s) + headlight(x, y, s)],
];

test.each(calmScenes)("no tampering: %s", (_, paint, noise = 2) => {
  expect(watch(film(paint, { seconds: 110, noise }))).toEqual([]);
});

test("C7: a picture that is always noiseless is never called frozen, whoever walks through it", () => {
  const walker: Paint = (x, y, s) =>
    s % 60 < 8 && Math.abs(x - (s % 60) * 20) < 8 && y > 40 && y < 80 ? 30 : yard(x, y, s);
  expect(watch(film(walker, { seconds: 300, noise: 0 }))).toEqual([]);
});

test("C7: a camera whose noise reduction stills the picture now and then is never called frozen", () => {
  const frames = film(yard, { seconds: 300, framesPerSecond: 1 });
  const stilled = frames.map((frame, n) => {
    const isStill = n % 12 < 10;
    return isStill ? { ...frame, luma: frames[n - (n % 12)]?.luma as Uint8Array } : frame;
  });
  expect(watch(stilled)).toEqual([]);
});

test("a picture of another size is learned anew, and what was told of the old one is over", () => {
  const covered = film(changeAt(AT, yard, cover), { seconds: 30 });
  const resized = film(yard, { seconds: 60 })
    .slice(60)
    .map((frame) => ({ ...frame, width: 96, height: 160 }));
  expect(watch([...covered, ...resized])).toMatchObject([{ type: "began" }, { type: "ended" }]);
});

test("noise that fades away by itself is not a frozen picture", () => {
  const clean = film(yard, { seconds: 1, noise: 0 })[0]?.luma ?? new Uint8Array();
  const fading = film(yard, { seconds: 180, framesPerSecond: 1 }).map((frame) => {
    const share = Math.min(1, Math.max(0, 2 - frame.timestampMs / 60_000));
    const fade = (level: number, pixel: number): number => {
      const kept = clean[pixel] ?? 0;
      return Math.round(kept + (level - kept) * share);
    };
    return { ...frame, luma: frame.luma.map(fade) };
  });
  expect(watch(fading)).toEqual([]);
});

test("same frames, same answer", () => {
  const frames = film(changeAt(AT, yard, cover), { seconds: 40 });
  expect(watch(frames)).toEqual(watch(frames));
});

/** What is left of a level in fog, which itself is grey. */
function mist(level: number, share: number): number {
  return level * share + 170 * (1 - share);
}

function headlight(x: number, y: number, seconds: number): number {
  const beam = ((seconds % 9) / 9) * 220 - 30;
  return Math.hypot(x - beam, y - 60) < 30 ? 90 : 0;
}
