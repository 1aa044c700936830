import { expect, test } from "vitest";

import type { Frame, StillPicture } from "../../src/camera/frame.ts";
import type { MotionEvent } from "../../src/events/event.ts";
import { closeLeftOpen, createRecorder, type RecorderPorts } from "../../src/events/recorder.ts";
import type { Motion, Sighting } from "../../src/motion/motion.ts";

const START = Date.UTC(2026, 0, 1);

function sighting(sequence: number, significance = 0.5): Sighting {
  const frame: Frame = {
    cameraId: "dock",
    sequence,
    capturedAt: START + sequence * 200,
    timestampMs: sequence * 200,
    width: 4,
    height: 2,
    luma: new Uint8Array(8).fill(sequence),
    settling: false,
    unit: sequence,
  };
  const box = [0.1, 0.2, 0.3, 0.4] as const;
  return {
    frame,
    score: { significance, confidence: 0.9, boxes: [box], area: 0.12, why: "moving", movers: [] },
  };
}

const began = (best: Sighting): Motion => ({ type: "began", startedAt: START, best });
const peaked = (best: Sighting, settled = false): Motion => ({ type: "peaked", best, settled });
const ended = (best: Sighting): Motion => ({
  type: "ended",
  startedAt: START,
  endedAt: START + 5000,
  best,
  path: [{ at: START, box: [0, 0.2, 0.1, 0.4] }],
  zones: [],
});

/** A recorder with everything around it written down in the order it happened. */
function openScene(overrides: Partial<RecorderPorts> = {}, aiAnalysisEnabled = true) {
  const diary: string[] = [];
  const rows = new Map<string, MotionEvent>();
  const jobs = new Map<string, number>();
  const ports: RecorderPorts = {
    createId: () => `event-${rows.size + 1}`,
    rest: async () => {},
    insertEvent(event, job) {
      diary.push(event.snapshot === null ? "row without picture" : "row");
      rows.set(event.id, event);
      if (job) jobs.set(event.id, job.availableAt);
    },
    updateEvent(event) {
      rows.set(event.id, event);
    },
    releaseJob: (id) => diary.push(`release ${id}`),
    takeStill: async ({ frame }) => ({
      width: 1,
      height: 1,
      rgb: new Uint8Array([frame.unit, 0, 0]),
    }),
    async savePicture(_id, picture: StillPicture) {
      const name = `${picture.width === 4 ? "grey" : "picture"}-${picture.rgb[0]}.jpg`;
      diary.push(name);
      return name;
    },
    async removePicture(name) {
      diary.push(`remove ${name}`);
    },
    keepEarlier: (_id, pictures) =>
      void diary.push(`keep ${pictures.map(({ snapshot }) => snapshot).join(" ")}`),
    announce: (change) => diary.push(change),
    onPictureFailed: (_id, error) => diary.push(`no picture: ${(error as Error).message}`),
    onRowFailed: (_id, error) => diary.push(`no row: ${(error as Error).message}`),
    ...overrides,
  };
  const recorder = createRecorder(
    { cameraId: "dock", weight: 1, aiAnalysisEnabled: () => aiAnalysisEnabled },
    ports,
  );
  return { recorder, diary, rows, jobs, ports };
}

test("an event stands with its row, its job and a grey picture before the full one is taken", async () => {
  const { recorder, diary, rows, jobs } = openScene({ takeStill: () => new Promise(() => {}) });
  await recorder.record(began(sighting(1)));
  expect(diary).toEqual(["grey-1.jpg", "row", "started"]);
  expect(rows.get("event-1")).toMatchObject({ analysisStatus: "pending", snapshot: "grey-1.jpg" });
  expect(jobs.get("event-1")).toBeGreaterThan(START);
});

test("the job becomes due only after the picture of the ended event is stored", async () => {
  const { recorder, diary, rows } = openScene();
  await recorder.record(began(sighting(1)));
  await recorder.settle();
  diary.length = 0;
  await recorder.record(ended(sighting(3, 0.8)));
  await recorder.settle();
  expect(diary).toEqual([
    "ended",
    "picture-3.jpg",
    "updated",
    "remove picture-1.jpg",
    "release event-1",
  ]);
  expect(rows.get("event-1")).toMatchObject({
    snapshot: "picture-3.jpg",
    endedAt: START + 5000,
    timestamp: START + 600,
    significanceScore: 0.8,
  });
});

test("a settled peak releases the job while the motion still lasts, and once", async () => {
  const { recorder, diary } = openScene();
  await recorder.record(began(sighting(1)));
  await recorder.record(peaked(sighting(2), true));
  await recorder.settle();
  expect(diary.slice(-2)).toEqual(["remove picture-1.jpg", "release event-1"]);
  await recorder.record(ended(sighting(2)));
  await recorder.settle();
  expect(diary.filter((line) => line.startsWith("release"))).toHaveLength(1);
});

test("while one picture is taken only the newest better sighting waits", async () => {
  const first = Promise.withResolvers<StillPicture | null>();
  const asked: number[] = [];
  const { recorder } = openScene({
    takeStill({ frame }) {
      asked.push(frame.unit);
      return asked.length === 1 ? first.promise : Promise.resolve(null);
    },
  });
  await recorder.record(began(sighting(1)));
  await recorder.record(peaked(sighting(2)));
  await recorder.record(peaked(sighting(3)));
  first.resolve(null);
  await recorder.settle();
  expect(asked).toEqual([1, 3]);
});

test("pictures that a better one took the place of are kept, the first and the latest", async () => {
  const { recorder, diary } = openScene();
  await recorder.record(began(sighting(1)));
  for (const sequence of [6, 12, 18, 19]) {
    await recorder.record(peaked(sighting(sequence)));
    await recorder.settle();
  }
  expect(diary.filter((entry) => /^(keep|remove)/.test(entry))).toEqual([
    "remove grey-1.jpg",
    "keep picture-1.jpg",
    "keep picture-1.jpg picture-6.jpg",
    "keep picture-1.jpg picture-12.jpg",
    "remove picture-6.jpg",
    // Of the same moment as the one that took its place.
    "remove picture-18.jpg",
  ]);
});

test("a frame that left the ring leaves the grey picture of its motion", async () => {
  const { recorder, rows } = openScene({ takeStill: async () => null });
  await recorder.record(began(sighting(7)));
  await recorder.record(ended(sighting(9)));
  await recorder.settle();
  expect(rows.get("event-1")).toMatchObject({ snapshot: "grey-7.jpg", timestamp: START + 1400 });
});

test("a motion that is interrupted while its row is written ends all the same", async () => {
  const { recorder, rows } = openScene();
  const opening = recorder.record(began(sighting(1)));
  const closing = recorder.record(ended(sighting(1)));
  await Promise.all([opening, closing]);
  expect(rows.get("event-1")?.endedAt).toBe(START + 5000);
});

test("a picture that cannot be written costs the picture, not the event or its job", async () => {
  const { recorder, diary, rows } = openScene({
    savePicture: async () => {
      throw new Error("no space left");
    },
  });
  await recorder.record(began(sighting(1)));
  await recorder.record(ended(sighting(1)));
  await recorder.settle();
  expect(rows.get("event-1")).toMatchObject({ snapshot: null, endedAt: START + 5000 });
  expect(diary.slice(0, 3)).toEqual([
    "no picture: no space left",
    "row without picture",
    "started",
  ]);
  expect(diary.at(-1)).toBe("release event-1");
});

test("a row that the disk refused is written with the next that happens to its motion", async () => {
  let isFull = true;
  const scene = openScene();
  const { insertEvent, updateEvent } = scene.ports;
  const { recorder } = openScene({
    updateEvent,
    insertEvent(event, job) {
      if (isFull) throw new Error("disk full");
      insertEvent(event, job);
    },
    onRowFailed: (_id, error) => scene.diary.push(`no row: ${(error as Error).message}`),
  });
  await recorder.record(began(sighting(1)));
  expect(scene.diary).toContain("no row: disk full");
  isFull = false;
  await recorder.record(ended(sighting(2)));
  await recorder.settle();
  expect(scene.rows.get("event-1")).toMatchObject({ endedAt: START + 5000 });
});

test("a camera that wants no analysis gets events without jobs", async () => {
  const { recorder, diary, rows, jobs } = openScene({}, false);
  await recorder.record(began(sighting(1)));
  await recorder.record(ended(sighting(1)));
  await recorder.settle();
  expect(rows.get("event-1")?.analysisStatus).toBe("disabled");
  expect(jobs.size).toBe(0);
  expect(diary.join()).not.toContain("release");
});

test("what a crash left open is closed at its last picture and described", async () => {
  const { recorder, rows, ports, diary } = openScene();
  await recorder.record(began(sighting(4)));
  await recorder.settle();
  closeLeftOpen([...rows.values()], ports);
  expect(rows.get("event-1")?.endedAt).toBe(START + 800);
  expect(diary.at(-1)).toBe("release event-1");
});

test("an end that the disk refused is written once the disk takes it, without another motion", async () => {
  let isFull = false;
  const { promise: rested, resolve: goOn } = Promise.withResolvers<void>();
  const scene = openScene({
    rest: () => rested,
    updateEvent(event) {
      if (isFull) throw new Error("disk full");
      scene.rows.set(event.id, event);
    },
  });
  await scene.recorder.record(began(sighting(1)));
  isFull = true;
  await scene.recorder.record(ended(sighting(1)));
  expect(scene.rows.get("event-1")?.endedAt).toBeNull();
  isFull = false;
  goOn();
  await scene.recorder.settle();
  expect(scene.rows.get("event-1")?.endedAt).toBe(START + 5000);
  expect(scene.diary.at(-1)).toBe("ended");
});

test("a stop does not wait for a disk that takes nothing", async () => {
  const scene = openScene({
    rest: ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    insertEvent() {
      throw new Error("disk full");
    },
  });
  await scene.recorder.record(began(sighting(1)));
  await scene.recorder.record(ended(sighting(1)));
  await scene.recorder.settle();
  expect(scene.rows.size).toBe(0);
});
