import { expect, test } from "vitest";

import { type PlottedEvent, type ReplayPlot, toReplayPlot } from "../../src/cli/replay-plot.ts";

function plot(changes: Partial<ReplayPlot> = {}): ReplayPlot {
  const scores = [0, 0.2, 0.8, 0.4, 0].map((significance, at) => ({
    atMs: at * 200,
    significance,
  }));
  return {
    title: "yard.mp4",
    durationMs: 1_000,
    significanceThreshold: 0.3,
    scores,
    events: [],
    ...changes,
  };
}

function event(changes: Partial<PlottedEvent> = {}): PlottedEvent {
  return {
    startedMs: 200,
    endedMs: 600,
    peakMs: 400,
    significance: 0.8,
    confidence: 0.9,
    boxes: [[0.25, 0.5, 0.5, 0.25]],
    measures: { area: 0.012, movedShare: 1, contrast: 3.21, ageSeconds: 1, rarity: 1 },
    thumbnail: { jpeg: Uint8Array.of(0xff, 0xd8), width: 400, height: 200 },
    ...changes,
  };
}

function count(svg: string, part: string): number {
  return svg.split(part).length - 1;
}

test("an event is a band with a number, and its picture with a box stands below", () => {
  const svg = toReplayPlot(plot({ events: [event()] }));
  expect(count(svg, 'class="band"')).toBe(1);
  // Once where it peaked, once on its picture.
  expect(count(svg, '<text class="number"')).toBe(2);
  expect(count(svg, 'class="box"')).toBe(1);
  expect(svg).toContain('href="data:image/jpeg;base64,/9g="');
  expect(svg).toContain("0.2 to 0.6 s, picture at 0.4 s");
  expect(svg).toContain("1 event in 1.0 s, 5 frames looked at<");
  expect(svg).toContain(">size 1.2 %, coherence 1.00<");
  expect(svg).toContain(">persistence 1.50, contrast 3.2<");
});

test("a file without events, without frames or of no duration is still a drawing of numbers", () => {
  for (const changes of [{}, { scores: [] }, { scores: [], durationMs: 0 }]) {
    const svg = toReplayPlot(plot(changes));
    expect(svg).toContain("0 events");
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  }
});

test("events without a picture are drawn and counted", () => {
  const svg = toReplayPlot(plot({ events: [event(), event({ thumbnail: null })] }));
  expect(count(svg, 'class="band"')).toBe(2);
  expect(count(svg, "<image")).toBe(1);
  expect(svg).toContain("2 events in 1.0 s, 5 frames looked at; 1 without a picture here");
});

test("a day is drawn with as many points as it has pixels, and one moving frame is still seen", () => {
  const scores = Array.from({ length: 432_000 }, (_, at) => ({
    atMs: at * 200,
    significance: at === 200_003 ? 0.9 : 0,
  }));
  const svg = toReplayPlot(plot({ scores, durationMs: 86_400_000 }));
  expect(svg.length).toBeLessThan(60_000);
  // 0.9 of a plot 220 high, a tenth of it below its top at 108.
  expect(svg).toContain(",130 ");
  expect(svg).toContain(">6:00:00<");
});

test("a file may be named like markup, or with what no XML can hold", () => {
  const svg = toReplayPlot(plot({ title: '<script>"&\u0000\u0007.mp4' }));
  expect(svg).toContain('>&lt;script&gt;"&amp;.mp4<');
});
