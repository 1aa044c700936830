import { expect, test } from "vitest";

import { createGate, type DecodingWish, type Gate, type Order } from "../../src/camera/gate.ts";
import { createRandom } from "../support/random.ts";

const LARGE = 1920 * 1080;
const UNITS_PER_SECOND = 10;

interface Playing {
  seconds: number;
  keyEveryS?: number;
  /** How much larger than usual the units between key units are in a second. */
  growth?: (seconds: number) => number;
  /** In which second something moves in the pictures that are passed on. */
  isMoving?: (seconds: number) => boolean;
  /** In which second a glance is suspicious. */
  isSuspicious?: (seconds: number) => boolean;
  /** Null where a stream does not tell it: nothing can be patched onto its key pictures then. */
  quantiser?: (random: number) => number | null;
}

/** Plays a stream whose pictures come at once; answers each unit's order with its time. */
function play(gate: Gate, playing: Playing): { atS: number; order: Order }[] {
  const { seconds, keyEveryS = 2, growth = () => 1, quantiser = () => 24 } = playing;
  const random = createRandom(1);
  return Array.from({ length: seconds * UNITS_PER_SECOND }, (_, i) => {
    const atS = i / UNITS_PER_SECOND;
    const key = i % (keyEveryS * UNITS_PER_SECOND) === 0;
    const byteCount = key ? 60_000 : 2_000 * (1 + 0.1 * random()) * growth(atS);
    const order = gate.take({
      key,
      timestampMs: atS * 1_000,
      byteCount,
      quantiser: quantiser(random()),
    });
    if (order === "glance" || order === "peek") glance(gate, playing, { key, atS });
    if (order === "watch" || order === "catch-up") watch(gate, playing, atS);
    return { atS, order };
  });
}

function glance(
  gate: Gate,
  { isSuspicious = () => false }: Playing,
  { key, atS }: { key: boolean; atS: number },
): void {
  const impression = isSuspicious(atS) ? "suspicious" : "calm";
  gate.noteImpression(impression, { key, timestampMs: atS * 1_000 });
  if (key && impression === "calm") gate.notePassedOn(atS * 1_000);
}

function watch(gate: Gate, { isMoving = () => false }: Playing, atS: number): void {
  gate.notePassedOn(atS * 1_000);
  if (isMoving(atS)) gate.watchClosely(atS * 1_000);
}

function createLarge(wish: DecodingWish): Gate {
  const gate = createGate(wish);
  gate.noteSize(LARGE);
  return gate;
}

test("of a calm large stream key units are decoded, and seldom one between", () => {
  const gate = createLarge("auto");

  const orders = play(gate, { seconds: 30 });

  const late = orders.filter(({ atS }) => atS >= 20);
  expect(orders[0]?.order).toBe("watch");
  expect(late.filter(({ order }) => order === "glance").map(({ atS }) => atS)).toEqual([
    20, 22, 24, 26, 28,
  ]);
  expect(late.some(({ order }) => order === "watch" || order === "catch-up")).toBe(false);
  expect(late.filter(({ order }) => order === "peek").length).toBeLessThan(5);
  expect(gate.state).toEqual({ mode: "adaptive", now: "quiet", reason: null });
});

test("a suspicious key picture brings back all that was left out, and calm ends it", () => {
  const gate = createLarge("adaptive");

  const orders = play(gate, {
    seconds: 50,
    isSuspicious: (seconds) => seconds === 20,
    isMoving: (seconds) => seconds > 20 && seconds < 30,
  });

  expect(orders.filter(({ order }) => order === "catch-up").map(({ atS }) => atS)).toEqual([20.1]);
  const resting = orders.find(({ atS, order }) => atS > 20.1 && order !== "watch");
  expect(resting?.atS).toBeCloseTo(34, 0);
  expect(gate.state.now).toBe("quiet");
});

test("where units grow one in the middle of the group is looked at, and calls for the rest", () => {
  const growth = (seconds: number) => (seconds >= 30.4 && seconds < 31.6 ? 1.8 : 1);
  const [calm, visited] = [createLarge("adaptive"), createLarge("adaptive")];

  const [inVain, found] = [
    play(calm, { seconds: 40, growth }),
    play(visited, { seconds: 40, growth, isSuspicious: growsAt }),
  ];

  function growsAt(seconds: number): boolean {
    return growth(seconds) > 1;
  }
  const peeks = inVain.filter(({ atS, order }) => order === "peek" && growsAt(atS));
  expect(peeks).toHaveLength(1);
  expect(inVain.some(({ order }) => order === "catch-up")).toBe(false);
  const caughtUp = found.filter(({ order }) => order === "catch-up").map(({ atS }) => atS);
  expect(caughtUp).toHaveLength(1);
  expect(caughtUp[0]).toBeCloseTo((peeks[0]?.atS ?? 0) + 0.1);
  // Nothing moved in what was then decoded, so a moment is enough.
  expect(found.find(({ atS }) => atS === 36)?.order).toBe("glance");
});

const untold = () => null;

test("units that grow are a reason to watch for a moment, where peeks show nothing", () => {
  const gate = createLarge("adaptive");

  const growth = (seconds: number) => (seconds >= 30.5 && seconds < 31.5 ? 1.8 : 1);
  const orders = play(gate, { seconds: 40, growth, quantiser: untold });

  const caughtUp = orders.filter(({ order }) => order === "catch-up").map(({ atS }) => atS);
  expect(caughtUp).toHaveLength(1);
  expect(caughtUp[0]).toBeLessThan(31);
  expect(orders.find(({ atS }) => atS === 36)?.order).toBe("glance");
});

test("sizes that call for nothing again and again are believed less", () => {
  const gate = createLarge("adaptive");

  const growth = (seconds: number) => (seconds % 20 < 1 ? 1.8 : 1);
  const orders = play(gate, { seconds: 600, growth, quantiser: untold });

  const wakes = orders.filter(({ order }) => order === "catch-up").map(({ atS }) => atS);
  const early = wakes.filter((atS) => atS < 150);
  expect(early.length).toBeGreaterThan(1);
  expect(wakes.filter((atS) => atS >= 450).length).toBeLessThan(early.length);
});

test("a small stream is decoded in full, and it is said why", () => {
  const gate = createGate("auto");
  gate.noteSize(640 * 360);

  const orders = play(gate, { seconds: 30 });

  expect(new Set(orders.map(({ order }) => order))).toEqual(new Set(["watch"]));
  expect(gate.state).toMatchObject({ mode: "full", reason: expect.stringContaining("small") });
});

test("where adaptive is asked for, a small stream is decoded in full while it holds its bit rate", () => {
  const [quality, rate] = [createGate("adaptive"), createGate("adaptive")];
  for (const gate of [quality, rate]) gate.noteSize(640 * 360);
  const large = createLarge("adaptive");
  const wandering = { seconds: 30, quantiser: (random: number) => 22 + Math.round(4 * random) };

  play(quality, { seconds: 30 });
  for (const gate of [rate, large]) play(gate, wandering);

  expect(quality.state).toEqual({ mode: "adaptive", now: "quiet", reason: null });
  expect(rate.state).toMatchObject({ mode: "full", reason: expect.stringContaining("bit rate") });
  expect(large.state).toEqual({ mode: "adaptive", now: "quiet", reason: null });
});

test("what was asked for in full is decoded in full, without a word", () => {
  const gate = createLarge("full");

  const orders = play(gate, { seconds: 30 });

  expect(new Set(orders.map(({ order }) => order))).toEqual(new Set(["watch"]));
  expect(gate.state).toEqual({ mode: "full", now: "watching", reason: null });
});

test("a stream with key frames far apart is decoded in full, also where adaptive is asked for", () => {
  const gate = createLarge("adaptive");

  const orders = play(gate, { seconds: 40, keyEveryS: 8 });

  expect(new Set(orders.map(({ order }) => order))).toEqual(new Set(["watch"]));
  expect(gate.state).toMatchObject({ mode: "full", reason: expect.stringContaining("8 s apart") });
});

test("key frames 4 s apart are enough once sizes were seen to speak, and not before", () => {
  const gate = createLarge("adaptive");

  const growth = (seconds: number) => (seconds >= 60 && seconds < 70 ? 4 : 1);
  const orders = play(gate, { seconds: 120, keyEveryS: 4, growth });

  const before = orders.filter(({ atS }) => atS < 60).map(({ order }) => order);
  expect(new Set(before)).toEqual(new Set(["watch"]));
  expect(orders.find(({ atS }) => atS === 110)?.order).toBe("leave");
  expect(gate.state).toEqual({ mode: "adaptive", now: "quiet", reason: null });
});

test("a camera that stretches its groups while it is quiet is watched before the next key frame", () => {
  const gate = createLarge("adaptive");
  play(gate, { seconds: 20 });
  expect(gate.state.now).toBe("quiet");
  const calm = { key: false, byteCount: 2_000, quantiser: 24 };

  const orders = Array.from({ length: 50 }, (_, i) =>
    gate.take({ ...calm, timestampMs: 20_000 + i * 100 }),
  );

  expect(orders).toContain("catch-up");
  expect(orders.at(-1)).toBe("watch");
  expect(gate.state.mode).toBe("full");
});

test("a stream of nothing but key frames is decoded in full", () => {
  const gate = createLarge("adaptive");
  const orders = Array.from({ length: 200 }, (_, i) => {
    gate.notePassedOn(i * 100);
    return gate.take({ key: true, byteCount: 60_000, quantiser: 24, timestampMs: i * 100 });
  });

  expect(new Set(orders)).toEqual(new Set(["watch"]));
  expect(gate.state).toMatchObject({ mode: "full", reason: expect.stringContaining("key frame") });
});

test("without a picture that proves it there is no calm", () => {
  const gate = createLarge("adaptive");
  const orders = Array.from({ length: 300 }, (_, i) =>
    gate.take({ key: i % 20 === 0, byteCount: 2_000, quantiser: 24, timestampMs: i * 100 }),
  );

  expect(new Set(orders)).toEqual(new Set(["watch"]));
});
