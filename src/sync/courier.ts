/**
 * Brings what changed at the box to the centre, for ever, over one connection at a time.
 *
 *   connecting ──► sending ──► synced ──► sending …
 *       ▲             │           │
 *       └── waiting ◄─┴───────────┘   whatever goes wrong; the waits grow to five minutes, with jitter
 *
 * News of a change wakes it when it is synced, never while it waits: only a person's word cuts a wait
 * short. What nobody mends by waiting (a password, a grant, a schema, a name that another box has) is
 * tried every five minutes, which locks no account. What another centre, or an older one, knows is not
 * what the one before knew: with another epoch everything is marked anew.
 */
import type { Clock } from "../base/clock.ts";
import { toSentence } from "../base/errors.ts";
import type { Service } from "../base/lifecycle.ts";
import { outlasts } from "../base/outlasts.ts";
import { createBackoff } from "../base/retry.ts";
import { createBell } from "../queue/bell.ts";
import { readSyncCode } from "./central-faults.ts";
import type { Centre, OpenCentre, SiteHeartbeat, SyncCode, Turn } from "./central-rows.ts";
import { createDelivery, type DeliveryPorts } from "./delivery.ts";
import { type AuditPorts, compareWithCentre, repair } from "./reconcile.ts";

export interface CourierPorts extends DeliveryPorts {
  open: OpenCentre;
  site: {
    /** Of the centre that knows all that is not marked; null when none does. */
    epoch(): string | null;
    keepEpoch(epoch: string): void;
    /** Marks the next events behind this id; null when there are none. */
    remarkAfter(eventId: string, limit: number): string | null;
  };
  audit: AuditPorts;
  readHeartbeat(): SiteHeartbeat;
}

export interface CourierState {
  /** What is the matter, or how far it is. */
  code: "connecting" | "sending" | "synced" | SyncCode;
  sentence: string;
  /** The newest trouble, also when it is over; null when there was none. */
  lastTrouble: { code: SyncCode; sentence: string; at: number } | null;
  /** Wall time; null while it does not wait. */
  nextTryAt: number | null;
}

export interface Courier extends Service {
  /** Something changed. */
  wake(): void;
  /** A person asks: also a wait ends. */
  runNow(): void;
  state(): CourierState;
}

const WAIT_FIRST_MS = 1_000;
const WAIT_LONGEST_MS = 5 * 60_000;
const HEARTBEAT_MS = 60_000;
/** An event changes often in its first moments: what follows at once goes up with it. */
const LINGER_MS = 500;
const AUDIT_MS = 24 * 60 * 60_000;
const REMARKED_AT_ONCE = 1_000;
/** For the batch in hand when the box stops; what is lost of it is sent again. */
const STOP_MS = 3_000;
const NO_USE_TO_HURRY: readonly SyncCode[] = [
  ...(["sync_auth", "sync_denied", "sync_tls", "site_conflict"] as const),
  ...(["sync_schema_missing", "sync_schema_older", "sync_schema_newer"] as const),
];
const SENTENCES = {
  connecting: "The central database is being connected to.",
  sending: "Changes are on their way to the central database.",
  synced: "The central database knows what this box knows.",
} as const;

export function createCourier(ports: CourierPorts): Courier {
  const { clock, log } = ports;
  const news = createBell(clock);
  const demand = createBell(clock);
  const backoff = createBackoff({ firstMs: WAIT_FIRST_MS, longestMs: WAIT_LONGEST_MS });
  const delivery = createDelivery(ports);
  let state: CourierState = {
    ...{ code: "connecting", sentence: SENTENCES.connecting, lastTrouble: null, nextTryAt: null },
  };
  const audit = createDailyAudit(ports);

  const enter = (code: keyof typeof SENTENCES): void => {
    if (!(state.code in SENTENCES)) log.info("the centre is in reach again");
    backoff.reset();
    state = { ...state, code, sentence: SENTENCES[code], nextTryAt: null };
  };
  const wait = async (error: unknown): Promise<void> => {
    const code = readSyncCode(error) ?? "sync_failed";
    const sentence = toSentence(error);
    const waitMs = NO_USE_TO_HURRY.includes(code) ? WAIT_LONGEST_MS : backoff.nextMs();
    const at = clock.now();
    if (state.code !== code) log.warn("the centre is out of reach", { code, reason: sentence });
    state = { code, sentence, lastTrouble: { code, sentence, at }, nextTryAt: at + waitMs };
    await demand.rest(waitMs);
  };
  const rest = async (untilMs: number, signal: AbortSignal): Promise<void> => {
    await news.rest(untilMs - clock.monotonic());
    if (clock.monotonic() < untilMs) await clock.sleep(LINGER_MS, { signal });
  };
  /** What waits, and when nothing does, the day's audit; `idle` when there is neither. */
  const work = async (centre: Centre): Promise<Turn> => {
    const turn = await delivery.turn(centre);
    if (turn === "sent") enter("sending");
    if (turn !== "idle") return turn;
    enter("synced");
    return (await audit(centre)) ? "sent" : "idle";
  };
  /** As long as all goes well; then what came in between. */
  const serve = async (signal: AbortSignal): Promise<Turn> => {
    await using centre = await ports.open(signal);
    await adopt(centre, ports);
    const heart = createHeart(centre, ports);
    let turn: Turn = "idle";
    while (!signal.aborted && (turn === "sent" || turn === "idle")) {
      const dueMs = await heart.beat();
      turn = await work(centre);
      if (turn === "idle") await rest(dueMs, signal);
    }
    return turn;
  };

  return {
    name: "courier",
    wake: news.ring,
    runNow() {
      news.ring();
      demand.ring();
    },
    state: () => state,
    async run(signal) {
      const stop = (): void => {
        news.ring();
        demand.ring();
      };
      signal.addEventListener("abort", stop, { once: true });
      while (!signal.aborted) {
        state = { ...state, nextTryAt: null };
        try {
          const end = await untilStopped(serve(signal), { signal, clock });
          if (end === "refused") await demand.rest(backoff.nextMs());
        } catch (error) {
          if (!signal.aborted) await wait(error);
        }
      }
    },
  };
}

/** The work, or the end of our patience with it once we were told to stop. */
async function untilStopped<T>(
  work: Promise<T>,
  { signal, clock }: { signal: AbortSignal; clock: Clock },
): Promise<T | "stopped"> {
  const done = new AbortController();
  const stopped = new Promise<void>((resolve) => {
    const options = { once: true, signal: done.signal };
    signal.addEventListener("abort", () => resolve(), options);
  });
  const givenUp = stopped.then(async () => {
    await outlasts(
      work.catch(() => {}),
      STOP_MS,
      clock,
    );
    return "stopped" as const;
  });
  try {
    return await Promise.race([work, givenUp]);
  } finally {
    done.abort();
  }
}

function createHeart(centre: Centre, { clock, readHeartbeat }: CourierPorts) {
  let dueMs = clock.monotonic();
  return {
    /** If it is time; answers when it is time again. */
    async beat(): Promise<number> {
      if (clock.monotonic() < dueMs) return dueMs;
      dueMs = clock.monotonic() + HEARTBEAT_MS;
      await centre.sendHeartbeat(readHeartbeat());
      return dueMs;
    },
  };
}

/** A centre of another epoch knows nothing for sure: all is marked, and what it has too much of. */
async function adopt(centre: Centre, ports: CourierPorts): Promise<void> {
  const { site, audit, log } = ports;
  if (site.epoch() === centre.epoch) return;
  let last: string | null = "";
  while (last !== null) {
    last = site.remarkAfter(last, REMARKED_AT_ONCE);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const comparison = await compareWithCentre(centre, audit);
  const repaired = repair(comparison, audit);
  site.keepEpoch(centre.epoch);
  log.info("the centre is another one, or an older one; everything is sent", { repaired });
}

/** Once a day, when nothing waits: what differs though it should not is sent again. */
function createDailyAudit({
  audit,
  clock,
  log,
}: CourierPorts): (centre: Centre) => Promise<boolean> {
  let dueMs = clock.monotonic() + AUDIT_MS;
  return async (centre) => {
    if (clock.monotonic() < dueMs) return false;
    const repaired = repair(await compareWithCentre(centre, audit), audit);
    dueMs = clock.monotonic() + AUDIT_MS;
    if (repaired > 0) log.warn("box and centre differed; it is sent again", { repaired });
    return repaired > 0;
  };
}
