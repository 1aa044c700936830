/**
 * A site as its centre sees it: the product's own courier and connection, with the account and the
 * views that were granted to it. Only the box's database is left out: what is marked is kept in memory,
 * for a thousand boxes on one machine would measure that machine's disk.
 */
import { type Clock, systemClock } from "../../src/base/clock.ts";
import type { Log } from "../../src/base/log.ts";
import type { DescribedEvent } from "../../src/events/event.ts";
import type { MarkedEvent } from "../../src/store/marked-events.ts";
import type { Sent } from "../../src/store/sync-marks.ts";
import type { CentralAddress } from "../../src/sync/central-address.ts";
import { openCentre } from "../../src/sync/centre.ts";
import { type Courier, createCourier } from "../../src/sync/courier.ts";
import { createClaim, createHeartbeat } from "../../test/support/central-samples.ts";
import { createDescription, createMotionEvent } from "../../test/support/sample-events.ts";

export interface FleetSite {
  readonly id: string;
  readonly courier: Courier;
  readonly waiting: number;
  begin(): DescribedEvent;
  end(event: DescribedEvent): DescribedEvent;
  describe(event: DescribedEvent): DescribedEvent;
}

/** One batch that the centre took: how long each of its rows had waited. */
export type OnArrived = (siteId: string, lagsMs: readonly number[]) => void;

export function createFleetSite(
  id: string,
  given: { address: CentralAddress; log: Log; onArrived: OnArrived },
): FleetSite {
  const clock = systemClock;
  const claim = createClaim();
  const marks = createMarks(clock, {
    onCleared: (last, lagsMs) => {
      claim.send(last);
      given.onArrived(id, lagsMs);
    },
  });
  let epoch: string | null = null;
  const courier = createCourier({
    ...{ clock, log: given.log, marks, audit: NOTHING_KEPT },
    thumbnails: null,
    digests: { unsent: () => [], markSent: () => undefined, refuse: () => undefined },
    open: (signal) =>
      openCentre({ address: given.address, site: { id, name: id }, claim, clock, signal }),
    site: {
      epoch: () => epoch,
      keepEpoch(known) {
        epoch = known;
      },
      remarkAfter: () => null,
    },
    readHeartbeat: () => createHeartbeat({ sentAt: clock.now(), unsent: marks.size }),
  });
  const change = (event: DescribedEvent): DescribedEvent => {
    marks.mark(event);
    courier.wake();
    return event;
  };
  return {
    ...{ id, courier },
    get waiting() {
      return marks.size;
    },
    begin() {
      const event = createMotionEvent({ startedAt: Math.round(clock.now()) });
      return change({ ...event, ai: null, seen: false, important: false });
    },
    end: (event) =>
      change({
        ...event,
        ...{ endedAt: Math.round(clock.now()), revision: event.revision + 1 },
        motionSummary: "Something moved for 8 s from the left to the right, as large as a person.",
      }),
    describe: (event) =>
      change({ ...event, analysisStatus: "done", revision: event.revision + 1, ai: toAi(event) }),
  };
}

/** Nothing is compared: the centre is new, and its epoch does not change. */
const NOTHING_KEPT = {
  days: () => [],
  tallyOfDay: () => ({ events: 0, revisions: 0 }),
  revisionsOfDay: () => new Map<string, number>(),
  findMarked: () => new Set<string>(),
  remark: () => undefined,
};

function toAi(event: DescribedEvent): DescribedEvent["ai"] {
  const origin = { createdAt: 1, queueWaitMs: 1, serverVersion: null, imageHash: null };
  return { ...createDescription(event.id), ...origin };
}

interface Mark {
  /** Rises with every change. */
  id: number;
  event: DescribedEvent;
  /** When the first change was made that the centre does not know. */
  sinceMs: number;
}

/** As the box's own: one for each event, the newest change last, gone only when it was sent as it is. */
function createMarks(
  clock: Clock,
  { onCleared }: { onCleared(last: Sent, lagsMs: readonly number[]): void },
) {
  const marks = new Map<string, Mark>();
  let lastId = 0;
  return {
    get size() {
      return marks.size;
    },
    mark(event: DescribedEvent): void {
      const sinceMs = marks.get(event.id)?.sinceMs ?? clock.monotonic();
      marks.delete(event.id);
      lastId += 1;
      marks.set(event.id, { id: lastId, event, sinceMs });
    },
    oldest(limit: number, behind = 0): MarkedEvent[] {
      const found: MarkedEvent[] = [];
      for (const mark of marks.values()) {
        if (found.length === limit) break;
        if (mark.id > behind) found.push(toMarkedEvent(mark));
      }
      return found;
    },
    handOut: () => undefined,
    clear(sent: readonly Sent[]): void {
      const nowMs = clock.monotonic();
      const waitedMs = sent.map(({ eventId, revision }) => {
        const mark = marks.get(eventId);
        if (mark?.event.revision === revision) marks.delete(eventId);
        return nowMs - (mark?.sinceMs ?? nowMs);
      });
      const last = sent.at(-1);
      if (last) onCleared(last, waitedMs);
    },
    refuse({ eventId }: Sent, reason: string): void {
      throw new Error(`The centre refused event ${eventId}: ${reason}`);
    },
  };
}

function toMarkedEvent({ id: markId, event }: Mark): MarkedEvent {
  const { id: eventId, revision, cameraId, startedAt } = event;
  const named = { markId, eventId, revision, cameraId, cameraName: "Dock door" };
  return { ...named, startedAt, deletedAt: null, event, isNew: true };
}
