import { expect, test } from "vitest";

import type { Status } from "../../src/api/contract.ts";
import { toParts } from "../../src/web/health/health-parts.ts";
import { healthWords } from "../../src/web/strings/health.ts";

const words = healthWords.en;
const ofBox = (sentence: string) => sentence;
const times = { toAge: (ageMs: number) => `${ageMs / 1000} s` };

function toStatus(problems: Status["problems"], given: Partial<Status> = {}): Status {
  return {
    cameras: [],
    model: { code: "ready", sentence: "llava is ready.", name: "", version: null, digest: null },
    disk: { code: "ok", sentence: "50 % is free.", free_bytes: 2e9, free_percent: 50 },
    sync: { code: "synced", sentence: "The centre knows all." },
    ...given,
    problems,
  } as Status;
}

test("a box on which all is well says so for each part", () => {
  const parts = toParts({ status: toStatus([]), skewMs: 900, words, times, ofBox });
  expect(parts.every(({ isWell }) => isWell)).toBe(true);
  expect(parts.map(({ name }) => name)).toEqual(["Cameras", "Model", "Disk", "Clock", "Centre"]);
});

test("each problem is told once, at its part, and one of a kind not known yet too", () => {
  const disk = { code: "disk_low", sentence: "Only 3 % is free." };
  const problems = [
    { code: "camera_offline", sentence: "Yard: offline." },
    disk,
    { code: "picture_failed", sentence: "An event stands without its picture." },
  ];
  const status = toStatus(problems, { disk: { ...disk, free_bytes: null, free_percent: null } });
  const wrong = toParts({ status, skewMs: null, words, times, ofBox }).filter(
    ({ isWell }) => !isWell,
  );
  expect(wrong).toEqual([
    { name: "Cameras", isWell: false, sentences: ["Yard: offline."] },
    {
      ...{ name: "Picture failed", isWell: false },
      sentences: ["An event stands without its picture."],
    },
    { name: "Disk", isWell: false, sentences: ["Only 3 % is free."] },
  ]);
});

test("a clock that is minutes off is told with its direction", () => {
  const parts = toParts({ status: toStatus([]), skewMs: -120_000, words, times, ofBox });
  const clock = parts.find(({ name }) => name === "Clock");
  expect(clock?.isWell).toBe(false);
  expect(clock?.sentences[0]).toMatch(/120 s behind yours/);
});
