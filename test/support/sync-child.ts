/**
 * A box to be killed: its own database, in which events begin, end, are described and are deleted,
 * and a courier that brings them to the centre over a bad line. Told `settle`, it changes nothing any
 * more, sends what is left, says so and ends.
 */
import { createInterface } from "node:readline";

import { systemClock } from "../../src/base/clock.ts";
import { createId } from "../../src/base/ids.ts";
import type { OpenCentre } from "../../src/sync/central-rows.ts";
import { openCentre } from "../../src/sync/centre.ts";
import { createRandom } from "./random.ts";
import { openSyncBox, type SyncBox } from "./sync-box.ts";

export interface SyncChildOptions {
  folder: string;
  siteId: string;
  url: string;
  /** PEM. */
  authority: string;
  seed: number;
  changesPerSecond: number;
}

/** Every settling second the courier is asked to lose no time. */
const HURRY_MS = 1_000;
const DESCRIBED_SHARE = 0.2;
const ENDED_SHARE = 0.25;
const DELETED_SHARE = 0.1;
const YOUNG_MOST = 200;

const options = JSON.parse(process.argv[2] ?? "") as SyncChildOptions;
const random = createRandom(options.seed);
const box = await openSyncBox(options.folder);
const site = { id: options.siteId, name: options.siteId };
const address = { url: options.url, tls: { mode: "verify" as const, ca: options.authority } };
const open: OpenCentre = (signal) =>
  openCentre({ address, site, claim: box.site, clock: systemClock, signal });
const courier = box.createCourier(open);
const stop = new AbortController();
const running = courier.run(stop.signal);
const settling = new AbortController();
createInterface({ input: process.stdin }).once("line", () => settling.abort());

await live(box, settling.signal);
await settle(box);
stop.abort();
await running;
await box[Symbol.asyncDispose]();
process.stdout.write("settled\n");
process.stdin.destroy();

async function live(living: SyncBox, signal: AbortSignal): Promise<void> {
  const young = living.events.list({ limit: YOUNG_MOST }).items.map(({ id }) => id);
  while (!signal.aborted) {
    change(living, young);
    courier.wake();
    const waitMs = (2 * random() * 1000) / options.changesPerSecond;
    await systemClock.sleep(waitMs, { signal }).catch(() => {});
  }
}

/** Of the youngest events one, and at times a new one. */
function change(living: SyncBox, young: string[]): void {
  const dice = random();
  const at = Math.floor(random() * young.length);
  const event = living.events.find(young[at] ?? createId());
  if (event && dice < DELETED_SHARE) {
    living.events.remove(event.id);
    young.splice(at, 1);
  } else if (event && dice < DELETED_SHARE + DESCRIBED_SHARE) {
    living.describe(event.id, `Seen with ${Math.floor(random() * 1e9)}: größer 🚚.`);
  } else if (event && dice < DELETED_SHARE + DESCRIBED_SHARE + ENDED_SHARE) {
    living.events.update({ ...event, endedAt: event.startedAt + Math.floor(random() * 60_000) });
  } else {
    young.push(living.add({ startedAt: Math.round(systemClock.now()) }).id);
    if (young.length > YOUNG_MOST) young.shift();
  }
}

async function settle(living: SyncBox): Promise<void> {
  const { signal } = new AbortController();
  while (living.marks.counts().waiting > 0 || courier.state().code !== "synced") {
    courier.runNow();
    await systemClock.sleep(HURRY_MS, { signal });
  }
}
