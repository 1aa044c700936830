import { expect, test, vi } from "vitest";

import { createId } from "../../src/base/ids.ts";
import type { Json } from "../support/lan-client.ts";
import { renderScene } from "../support/scenes.ts";
import { openTestAppliance, type TestAppliance } from "../support/test-appliance.ts";

const HOUR_MS = 3_600_000;
const walker = (startsAt: number) => ({
  ...{ startsAt, endsAt: startsAt + 5, width: 0.12, height: 0.35 },
  ...{ from: [-0.15, 0.4] as const, to: [1, 0.4] as const },
});
const twoWalkers = renderScene({
  ...{ seconds: 42, movers: [walker(6), walker(26)], settlingFrames: 10 },
});

const list = async ({ client }: TestAppliance): Promise<Json[]> =>
  (await client.get("/events")).items;
const isDescribed = ({ ai, ended_at }: Json): boolean => ai !== null && ended_at !== null;
const lasted = ({ started_at, ended_at }: Json): number =>
  Date.parse(ended_at) - Date.parse(started_at);

async function expectTwoWholeEvents(appliance: TestAppliance): Promise<void> {
  const areDone = async () => {
    const events = await list(appliance);
    return events.length === 2 && events.every(isDescribed);
  };
  await appliance.until(areDone, "two described events");
  for (const event of await list(appliance)) {
    expect(lasted(event)).toBeGreaterThan(2_000);
    expect(lasted(event)).toBeLessThan(12_000);
  }
  const { cameras, ledger } = await appliance.client.get("/status");
  expect(cameras).toMatchObject([{ state: "online", connections: 1 }]);
  expect(ledger).toMatchObject([{ captured: 2, waiting: 0 }]);
}

for (const [name, stepMs] of [
  ["an hour on", HOUR_MS],
  ["an hour back", -HOUR_MS],
] as const) {
  test(`T1: the clock is set ${name} while an event lasts: no event is lost, doubled or stretched`, async () => {
    await using appliance = await openTestAppliance({ scene: twoWalkers });
    await appliance.until(async () => (await list(appliance)).length === 1, "an event");
    appliance.clock.stepWall(stepMs);
    await expectTwoWholeEvents(appliance);
  });
}

test("T1: a clock that is set back signs nobody out", async () => {
  await using appliance = await openTestAppliance({ scene: [] });
  const headers = await appliance.client.headers();
  appliance.clock.stepWall(-HOUR_MS);
  expect((await appliance.client.fetch("/auth/me", { headers })).status).toBe(200);
});

test("T1: a box that starts in 1970 works, and goes on when the time comes", async () => {
  await using appliance = await openTestAppliance({ scene: twoWalkers, startAt: 5_000 });
  await appliance.until(async () => (await list(appliance)).length === 1, "an event");
  appliance.clock.stepWall(Date.UTC(2026, 10, 23));
  await expectTwoWholeEvents(appliance);
  const years = (await list(appliance)).map(({ started_at }) => started_at.slice(0, 4));
  expect(years.sort()).toEqual(["1970", "2026"]);
});

test("T1: ids stay in order when the clock is set back", () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const ids = [0, 10, -HOUR_MS, 5, -20 * HOUR_MS].map((stepMs) => {
      vi.setSystemTime(Date.now() + stepMs);
      return createId();
    });
    expect(ids.toSorted()).toEqual(ids);
  } finally {
    vi.useRealTimers();
  }
});

test("T2: a sleep is a gap: the event ends where the pictures did, and the next is its own", async () => {
  await using appliance = await openTestAppliance({ scene: twoWalkers });
  const { clock, camera } = appliance;
  await appliance.until(async () => (await list(appliance)).length === 1, "an event");
  // Steady time stands while the machine sleeps; the connection is found dead afterwards.
  clock.stepWall(8 * HOUR_MS);
  camera.turn("stalled", "No pictures for 8 seconds.");
  await appliance.until(async () => (await list(appliance))[0]?.ended_at !== null, "its end");
  camera.turn("online");
  expect(lasted((await list(appliance))[0])).toBeLessThan(12_000);
  const areTwo = async () => (await list(appliance)).filter(isDescribed).length >= 2;
  await appliance.until(areTwo, "the next event");
  for (const event of await list(appliance)) expect(lasted(event)).toBeLessThan(12_000);
});
