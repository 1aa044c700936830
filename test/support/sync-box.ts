import { join } from "node:path";

import { type Clock, systemClock } from "../../src/base/clock.ts";
import { createLog } from "../../src/base/log.ts";
import type { MotionEvent } from "../../src/events/event.ts";
import { type EdgeDatabase, openDatabase } from "../../src/store/database.ts";
import { createDescriptionStore } from "../../src/store/descriptions.ts";
import { createDigestStore } from "../../src/store/digests.ts";
import { createEventStore } from "../../src/store/events.ts";
import { setStatus } from "../../src/store/settlements.ts";
import { createSyncAudit } from "../../src/store/sync-audit.ts";
import { createSyncMarks } from "../../src/store/sync-marks.ts";
import { createSyncSite } from "../../src/store/sync-site.ts";
import { createThumbnailMarks } from "../../src/store/thumbnail-marks.ts";
import type { OpenCentre } from "../../src/sync/central-rows.ts";
import { type Courier, createCourier } from "../../src/sync/courier.ts";
import type { ThumbnailPorts } from "../../src/sync/thumbnails.ts";
import { createHeartbeat } from "./central-samples.ts";
import { createDescription, createMotionEvent } from "./sample-events.ts";
import { openTempFolder } from "./temp-folder.ts";

const log = createLog({ level: "silent" });

export type SyncBox = Awaited<ReturnType<typeof openSyncBox>>;

/** The box as far as the centre is concerned: its events, its marks, and a courier when asked for. */
export async function openSyncBox(path?: string) {
  await using opened = new AsyncDisposableStack();
  const folder = path ?? opened.use(await openTempFolder()).path;
  const db = opened.use(await openDatabase({ path: join(folder, "edge.db"), log }));
  const events = createEventStore(db);
  const stores = {
    marks: createSyncMarks(db),
    site: createSyncSite(db),
    audit: createSyncAudit(db),
    digests: createDigestStore(db),
    thumbnailMarks: createThumbnailMarks(db),
  };
  const resources = opened.move();
  return {
    ...stores,
    db,
    events,
    add(given: Partial<MotionEvent> = {}): MotionEvent {
      const event = createMotionEvent({ analysisStatus: "disabled", ...given });
      events.insert(event, null);
      return event;
    },
    describe: (eventId: string, description = "A person walks by.") =>
      describe(db, eventId, description),
    createCourier: (
      open: OpenCentre,
      clock: Clock = systemClock,
      thumbnails: ThumbnailPorts | null = null,
    ): Courier =>
      createCourier({
        ...{ ...stores, open, clock, log, thumbnails },
        readHeartbeat: () => createHeartbeat(),
      }),
    /** What the centre has to hold once nothing waits. */
    revisions: () =>
      new Map(events.list({ limit: 100_000 }).items.map((it) => [it.id, it.revision])),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function describe(db: EdgeDatabase, eventId: string, description: string): void {
  const origin = { createdAt: 1, queueWaitMs: 1, serverVersion: null, imageHash: null };
  db.transaction(() => {
    createDescriptionStore(db).save(createDescription(eventId, { description }), origin);
    setStatus(db, eventId, "done", null);
  });
}

/** Runs it until nothing waits, and stops it. */
export async function drain(
  box: Pick<SyncBox, "marks">,
  courier: Courier,
  isDone = () => box.marks.counts().waiting === 0,
): Promise<void> {
  await runUntil(courier, () => isDone() && courier.state().code === "synced");
}

export async function runUntil(courier: Courier, isSo: () => boolean): Promise<void> {
  const stop = new AbortController();
  const running = courier.run(stop.signal);
  try {
    for (;;) {
      if (isSo()) return;
      await systemClock.sleep(2, { signal: stop.signal });
    }
  } finally {
    stop.abort();
    await running;
  }
}

/** A clock on which everything takes a fraction of its time. */
export function createHurriedClock(factor: number): Clock {
  return {
    now: systemClock.now,
    monotonic: () => systemClock.monotonic() * factor,
    sleep: (durationMs, options) => systemClock.sleep(durationMs / factor, options),
  };
}
