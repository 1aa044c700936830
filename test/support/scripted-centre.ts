import { createSyncError } from "../../src/sync/central-faults.ts";
import type {
  CentralEvent,
  Centre,
  DailySummary,
  OpenCentre,
  SiteHeartbeat,
  SyncCode,
  Thumbnail,
} from "../../src/sync/central-rows.ts";

/** A centre in memory that keeps the newer row, as the real one does, and fails as it is told. */
export interface ScriptedCentre {
  readonly open: OpenCentre;
  readonly events: Map<string, CentralEvent>;
  readonly summaries: Map<string, DailySummary>;
  readonly heartbeats: SiteHeartbeat[];
  readonly thumbnails: Map<string, Thumbnail>;
  /** What each statement brought, whether it went well or not. */
  readonly batches: CentralEvent[][];
  /** Connections that were made. */
  readonly opened: number;
  epoch: string;
  /** Thrown at each opening; null when there is nothing wrong. */
  trouble: SyncCode | null;
  /** Asked for each statement before anything is kept. */
  refuse(rows: readonly CentralEvent[]): SyncCode | null;
  /** Called once the rows are kept: what it throws is an answer that got lost. */
  answer(): void | Promise<void>;
  /** Of a day: YYYY-MM-DD and camera. */
  refuseSummary(summary: DailySummary): boolean;
  takesThumbnails: boolean;
  refuseThumbnails(rows: readonly Thumbnail[]): SyncCode | null;
}

export function createScriptedCentre(): ScriptedCentre {
  const events = new Map<string, CentralEvent>();
  const summaries = new Map<string, DailySummary>();
  let opened = 0;
  const script: ScriptedCentre = {
    ...{
      events,
      summaries,
      thumbnails: new Map(),
      heartbeats: [],
      batches: [],
      epoch: "first",
      trouble: null,
    },
    get opened() {
      return opened;
    },
    refuse: () => null,
    answer: () => {},
    refuseSummary: () => false,
    takesThumbnails: true,
    refuseThumbnails: () => null,
    async open() {
      opened += 1;
      if (script.trouble) throw createSyncError(script.trouble);
      return createCentre(script);
    },
  };
  return script;
}

function createCentre(script: ScriptedCentre): Centre {
  const { events, summaries } = script;
  let isClosed = false;
  const demandOpen = (): void => {
    if (isClosed) throw new Error("This connection is closed.");
  };
  const end = (code: SyncCode): never => {
    isClosed = true;
    throw createSyncError(code);
  };
  return {
    epoch: script.epoch,
    takesThumbnails: script.takesThumbnails,
    async sendEvents(rows) {
      demandOpen();
      script.batches.push([...rows]);
      const code = script.refuse(rows);
      if (code) end(code);
      keepNewer(events, rows);
      for (const { eventId, facts } of rows) if (!facts) script.thumbnails.delete(eventId);
      await script.answer();
    },
    async sendThumbnails(rows) {
      demandOpen();
      const code = script.refuseThumbnails(rows);
      if (code) end(code);
      for (const row of rows) script.thumbnails.set(row.eventId, row);
    },
    async sendSummaries(rows) {
      demandOpen();
      if (rows.some(script.refuseSummary)) end("sync_row_refused");
      for (const row of rows) summaries.set(`${row.day} ${row.cameraId}`, row);
    },
    async sendHeartbeat(heartbeat) {
      demandOpen();
      script.heartbeats.push(heartbeat);
    },
    async tallyByDay() {
      const days = Map.groupBy(listLiving(events), dayOf);
      return [...days].map(([day, rows]) => ({
        day,
        events: rows.length,
        revisions: rows.reduce((sum, { revision }) => sum + revision, 0),
      }));
    },
    async revisionsOfDay(day) {
      const rows = listLiving(events).filter((row) => dayOf(row) === day);
      return new Map(rows.map(({ eventId, revision }) => [eventId, revision]));
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
    },
  };
}

function keepNewer(events: Map<string, CentralEvent>, rows: readonly CentralEvent[]): void {
  for (const row of rows) {
    if (row.revision > (events.get(row.eventId)?.revision ?? 0)) events.set(row.eventId, row);
  }
}

function listLiving(events: ReadonlyMap<string, CentralEvent>): CentralEvent[] {
  return [...events.values()].filter(({ deletedAt }) => deletedAt === null);
}

function dayOf({ startedAt }: CentralEvent): string {
  return new Date(startedAt).toISOString().slice(0, 10);
}
