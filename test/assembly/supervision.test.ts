import { expect, test } from "vitest";

import { createSupervision } from "../../src/assembly/supervision.ts";
import type { CameraStatus } from "../../src/camera/frame.ts";
import { createManualClock } from "../support/manual-clock.ts";

type Told = Readonly<Record<string, string>>;

function supervise(cameras: Pick<CameraStatus, "cameraId" | "state" | "framesSeen">[]) {
  const clock = createManualClock();
  const told: Told[] = [];
  const stop = new AbortController();
  const service = createSupervision({
    clock,
    socket: { tell: (words) => void told.push(words), [Symbol.dispose]: () => undefined },
    watchdogMs: 30_000,
    cameras: () => cameras,
    waiting: () => 3,
  });
  const running = service.run(stop.signal);
  const end = async (): Promise<void> => {
    stop.abort();
    await running;
  };
  /** Whether anything in so long a time kept the watchdog quiet. */
  const isKept = async (durationMs: number): Promise<boolean> => {
    told.length = 0;
    await clock.advance(durationMs);
    return told.some(({ WATCHDOG }) => WATCHDOG === "1");
  };
  return { told, end, isKept, clock };
}

test("it is ready when the services run, and says in a sentence how it is", async () => {
  const { told, end } = supervise([
    { cameraId: "yard", state: "online", framesSeen: 1 },
    { cameraId: "dock", state: "offline", framesSeen: 0 },
    { cameraId: "attic", state: "disabled", framesSeen: 0 },
  ]);
  expect(told).toEqual([
    { READY: "1", STATUS: "1 of 2 cameras online, 3 events wait for the model." },
  ]);
  await end();
  expect(told.at(-1)).toEqual({ STOPPING: "1", STATUS: "Stopping." });
});

test("the watchdog is kept quiet well within its time, whatever is off outside", async () => {
  const { isKept, end } = supervise([{ cameraId: "dock", state: "offline", framesSeen: 7 }]);
  for (let round = 0; round < 30; round += 1) expect(await isKept(10_000)).toBe(true);
  await end();
});

test("a camera that is said to be online and gives no frame for minutes calls the watchdog", async () => {
  const yard = { cameraId: "yard", state: "online" as const, framesSeen: 1 };
  const { told, isKept, end } = supervise([yard]);
  for (let round = 0; round < 20; round += 1) {
    yard.framesSeen += 1;
    expect(await isKept(10_000)).toBe(true);
  }
  for (let round = 0; round < 12; round += 1) await isKept(10_000);
  expect(await isKept(10_000)).toBe(false);
  expect(told.at(-1)).toEqual({ STATUS: "yard is said to be online, and gives no frame." });
  yard.framesSeen += 1;
  expect(await isKept(10_000)).toBe(true);
  await end();
});
