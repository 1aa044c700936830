import { appendFileSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { Json } from "../support/lan-client.ts";
import { renderScene } from "../support/scenes.ts";
import { openSmallDisk } from "../support/small-disk.ts";
import { openTestAppliance, type TestAppliance } from "../support/test-appliance.ts";

const walker = (startsAt: number) => ({
  ...{ startsAt, endsAt: startsAt + 5, width: 0.12, height: 0.35 },
  ...{ from: [-0.15, 0.4] as const, to: [1, 0.4] as const },
});
const threeWalkers = renderScene({
  ...{ seconds: 70, movers: [walker(6), walker(28), walker(50)], settlingFrames: 10 },
});

/** Up to the last byte. */
function fillUp(path: string): void {
  for (const bytes of [65_536, 4_096, 512, 1]) {
    try {
      for (;;) appendFileSync(path, Buffer.alloc(bytes));
    } catch {}
  }
}

const ended = async ({ client }: TestAppliance): Promise<Json[]> =>
  (await client.get("/events")).items.filter((event: Json) => event.ended_at !== null);
const codes = async ({ client }: TestAppliance): Promise<string[]> =>
  (await client.get("/status")).problems.map(({ code }: Json) => code);

test("D1: on a full disk pictures stop first and rows are kept, the ballast goes, it is said, and room mends it", async () => {
  await using disk = await openSmallDisk();
  if (!disk) return;
  const retention = { free_disk_percent: 1 };
  await using appliance = await openTestAppliance({
    ...{ scene: threeWalkers, dataDir: disk.path, config: { retention } },
  });
  const count = (least: number) => async () => (await ended(appliance)).length >= least;
  await appliance.until(count(1), "an event");
  expect(await codes(appliance)).not.toContain("disk_full");

  const junk = join(disk.path, "junk");
  fillUp(junk);
  await appliance.until(count(2), "an event on a full disk");
  expect(await readdir(disk.path)).not.toContain("ballast");
  expect(await codes(appliance)).toContain("disk_full");
  const [second, first] = await ended(appliance);
  expect([first.snapshot_url !== null, second.snapshot_url]).toEqual([true, null]);
  const names = await readdir(join(disk.path, "pictures"));
  expect(names.filter((name) => !name.endsWith(".jpg"))).toEqual([]);

  await rm(junk);
  // The box looks after its disk once a minute, by the machine's own clock.
  const isMended = async () => !(await codes(appliance)).includes("disk_full");
  await expect.poll(isMended, { timeout: 70_000, interval: 500 }).toBe(true);
  await appliance.until(count(3), "an event with room again");
  const [third] = await ended(appliance);
  expect(third.snapshot_url).not.toBeNull();
  expect(await codes(appliance)).not.toContain("picture_failed");
}, 120_000);
