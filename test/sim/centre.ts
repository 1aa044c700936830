/** The centre of the world, and all that may be wrong with it. */
import { createSyncError } from "../../src/sync/central-faults.ts";
import type { CentralEvent, Centre, OpenCentre, SyncCode } from "../../src/sync/central-rows.ts";
import { createScriptedCentre } from "../support/scripted-centre.ts";
import { livingProcess, type World } from "./world.ts";

export type CentreCondition =
  | "well"
  | "unreachable"
  | "read only"
  | "slow"
  | "silent"
  | "deadlocking"
  | "refusing rows"
  | "narrow"
  /** It takes what it is sent, and its answer is lost. */
  | "losing answers";

export interface SimulatedCentre {
  condition: CentreCondition;
  readonly open: OpenCentre;
  readonly events: ReadonlyMap<string, CentralEvent>;
  /** Puts by what it holds now. */
  backUp(): void;
  /** As it was then; nothing, if it never was put by. */
  restore(): void;
}

const QUICK_MS = 40;
const SLOW_MS = 15_000;
const PATIENCE_MS = 30_000;
const ROWS_MOST = 2;
const REFUSED_OF = 4;

export function createSimulatedCentre(
  world: World,
  /** Told each row before it is kept. */
  onRow: (row: CentralEvent) => void,
): SimulatedCentre {
  const { loop, random } = world;
  const script = createScriptedCentre();
  let backup = new Map<string, CentralEvent>();
  let restored = 0;

  const way = async (signal?: AbortSignal): Promise<void> => {
    const life = livingProcess();
    // Whoever asks is gone already.
    if (!life) return new Promise(() => {});
    const options = { signal: signal ?? new AbortController().signal };
    const clock = loop.clockOf(life);
    if (centre.condition === "silent") {
      await clock.sleep(PATIENCE_MS, options);
      throw createSyncError("sync_slow");
    }
    await clock.sleep(random() * (centre.condition === "slow" ? SLOW_MS : QUICK_MS), options);
    const code = TROUBLES[centre.condition];
    if (code && (centre.condition !== "deadlocking" || random() < 0.5)) throw createSyncError(code);
  };
  const judge = (rows: readonly CentralEvent[]): SyncCode | null => {
    if (centre.condition === "narrow" && rows.length > ROWS_MOST) return "sync_packet_too_large";
    const isRefused = centre.condition === "refusing rows" && rows.some(isUnwanted);
    return isRefused ? "sync_row_refused" : null;
  };
  script.refuse = judge;

  const centre: SimulatedCentre = {
    condition: "well",
    events: script.events,
    backUp() {
      backup = new Map(script.events);
    },
    restore() {
      restored += 1;
      script.epoch = `restored ${restored}`;
      script.events.clear();
      for (const [id, row] of backup) script.events.set(id, row);
    },
    async open(signal) {
      await way(signal);
      const inner = await script.open(signal);
      const { epoch } = inner;
      const reach = async <T>(work: () => Promise<T>): Promise<T> => {
        await way();
        if (epoch !== script.epoch) throw createSyncError("sync_unreachable");
        return livingProcess() ? work() : new Promise<T>(() => {});
      };
      return {
        epoch,
        sendEvents: (rows) =>
          reach(async () => {
            world.tell(`centre gets ${rows.map(toShort).join(" ")}`);
            for (const row of rows) onRow(row);
            await inner.sendEvents(rows);
            if (centre.condition === "losing answers") throw createSyncError("sync_unreachable");
          }),
        sendSummaries: (rows) => reach(() => inner.sendSummaries(rows)),
        takesThumbnails: inner.takesThumbnails,
        sendThumbnails: (rows) => reach(() => inner.sendThumbnails(rows)),
        sendHeartbeat: (heartbeat) => reach(() => inner.sendHeartbeat(heartbeat)),
        tallyByDay: () => reach(() => inner.tallyByDay()),
        revisionsOfDay: (day) => reach(() => inner.revisionsOfDay(day)),
        [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
      } satisfies Centre;
    },
  };
  return centre;
}

const TROUBLES: Partial<Record<CentreCondition, SyncCode>> = {
  unreachable: "sync_unreachable",
  "read only": "sync_read_only",
  deadlocking: "sync_conflict",
};

function toShort({ eventId, revision, deletedAt }: CentralEvent): string {
  return `${eventId.slice(-6)}:${revision}${deletedAt === null ? "" : " deleted"}`;
}

function isUnwanted({ eventId }: CentralEvent): boolean {
  return Number.parseInt(eventId.slice(-4), 16) % REFUSED_OF === 0;
}
