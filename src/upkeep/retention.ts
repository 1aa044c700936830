/**
 * In: limits of age, of pictures and of free disk. Out: events taken away for good, oldest and least
 * valuable first, until the limits hold again.
 * Never: what is marked important, unsent or still waiting for its description. How many of those
 * stay though their time is over is part of the report, and what to do where nothing else can go.
 *
 * A wall clock that jumps would make everything old at once. By age, therefore, nothing goes before
 * the clock has run on steadily for a while; space needs no clock.
 */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";

export interface RetentionLimits {
  days: number;
  pictureBytesMax: number;
  freeDiskPercentMin: number;
}

export type RetentionReason = "age" | "pictures" | "disk";

export interface RetentionPorts {
  clock: Clock;
  log: Log;
  /** Those that may go, and began before; the oldest first. */
  expired(before: number, limit: number): readonly string[];
  /** Those that may go, of least value first. */
  leastValuable(limit: number): readonly string[];
  /** Of those that began before, why they may not go. */
  held(before: number): HeldEvents;
  /** With its pictures, and told to everyone; how many bytes of pictures went. */
  removeEvent(eventId: string): Promise<number>;
  /** What ended before; how many. */
  removeTampering(before: number): number;
  /** Old copies that were put aside before. */
  removePutAside(before: number): Promise<void>;
  pictureBytes(): Promise<number>;
  /** Null when it cannot be told. */
  freeDiskPercent(): Promise<number | null>;
}

export interface HeldEvents {
  important: number;
  unsynced: number;
  waiting: number;
}

export interface RetentionReport {
  /** Since the daemon started. */
  removed: Readonly<Record<RetentionReason, number>>;
  /** Past their age, and kept. */
  held: HeldEvents;
  pictureBytes: number | null;
  /** The limit that cannot be kept, because nothing more may go; null while all hold. */
  stuck: "pictures" | "disk" | null;
  lastRunAt: number | null;
}

export interface Retention {
  /** One pass; a call during a pass waits for that one. */
  run(): Promise<void>;
  /** A pass if the disk is short. */
  watchDisk(): Promise<void>;
  report(): RetentionReport;
  /** Ends a pass after the event in hand; none begins any more. */
  stop(): Promise<void>;
}

const DAY_MS = 86_400_000;
/** Between two looks at the disk. */
const BATCH = 50;
/** What the network corrects after a start it corrects sooner than that. */
const STEADY_AFTER_START_MS = 10 * 60_000;
/** So long may somebody take to see that the clock was set wrong. */
const STEADY_AFTER_JUMP_MS = DAY_MS;
/** Corrections by and by are no jump. */
const CLOCK_JUMP_MS = 60_000;

export function createRetention(limits: RetentionLimits, ports: RetentionPorts): Retention {
  const { clock, log } = ports;
  const isClockSteady = createSteadyClock(clock);
  const removed = { age: 0, pictures: 0, disk: 0 };
  const none = { held: { important: 0, unsynced: 0, waiting: 0 }, pictureBytes: null };
  let report: RetentionReport = { removed, ...none, stuck: null, lastRunAt: null };
  let underWay: Promise<void> | null = null;
  const stopping = new AbortController();
  const { signal } = stopping;

  const pass = async (): Promise<void> => {
    const before = clock.now() - limits.days * DAY_MS;
    const found = { age: 0, pictures: 0, disk: 0 };
    if (isClockSteady()) {
      found.age = await removeAll(() => ports.expired(before, BATCH), ports, signal);
      ports.removeTampering(before);
      await ports.removePutAside(before);
    }
    const space = await makeSpace(limits, ports, signal);
    for (const reason of ["pictures", "disk"] as const) found[reason] = space.removed[reason];
    for (const reason of ["age", "pictures", "disk"] as const) removed[reason] += found[reason];
    const { pictureBytes, stuck } = space;
    const held = ports.held(before);
    report = { removed, held, pictureBytes, stuck, lastRunAt: clock.now() };
    if (found.age + found.pictures + found.disk > 0) log.info("old events removed", found);
    if (stuck !== null) log.warn("nothing more may be removed", { limit: stuck, ...held });
  };
  const run = async (): Promise<void> => {
    if (signal.aborted) return;
    underWay ??= pass().finally(() => {
      underWay = null;
    });
    await underWay;
  };

  return {
    run,
    async watchDisk() {
      if (await isDiskShort(limits, ports)) await run();
    },
    report: () => report,
    async stop() {
      stopping.abort();
      await underWay;
    },
  };
}

/** One batch after the other; the rest of the process has its turn in between. */
async function removeAll(
  next: () => readonly string[],
  { removeEvent }: RetentionPorts,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  for (let ids = next(); ids.length > 0; ids = next()) {
    for (const id of ids) {
      if (signal.aborted) return count;
      await removeEvent(id);
      count += 1;
    }
  }
  return count;
}

async function makeSpace(limits: RetentionLimits, ports: RetentionPorts, signal: AbortSignal) {
  const removed = { pictures: 0, disk: 0 };
  let pictureBytes = await ports.pictureBytes();
  for (;;) {
    const over = await findLimit(limits, ports, pictureBytes);
    if (over === null || signal.aborted) return { removed, pictureBytes, stuck: null };
    const ids = ports.leastValuable(BATCH);
    if (ids.length === 0) return { removed, pictureBytes, stuck: over };
    const isEnough = () => over === "pictures" && pictureBytes <= limits.pictureBytesMax;
    for (const id of ids) {
      if (signal.aborted || isEnough()) break;
      pictureBytes -= await ports.removeEvent(id);
      removed[over] += 1;
    }
  }
}

/** The limit that does not hold; null when both do. */
async function findLimit(
  limits: RetentionLimits,
  ports: RetentionPorts,
  pictureBytes: number,
): Promise<"pictures" | "disk" | null> {
  if (pictureBytes > limits.pictureBytesMax) return "pictures";
  return (await isDiskShort(limits, ports)) ? "disk" : null;
}

async function isDiskShort(
  { freeDiskPercentMin }: RetentionLimits,
  { freeDiskPercent }: RetentionPorts,
): Promise<boolean> {
  const free = await freeDiskPercent();
  return free !== null && free < freeDiskPercentMin;
}

/** Tells whether the wall clock has gone with the monotonic one for long enough. */
function createSteadyClock({ now, monotonic }: Clock): () => boolean {
  let offsetMs = now() - monotonic();
  let steadyAt = monotonic() + STEADY_AFTER_START_MS;
  return () => {
    const current = now() - monotonic();
    if (Math.abs(current - offsetMs) > CLOCK_JUMP_MS) steadyAt = monotonic() + STEADY_AFTER_JUMP_MS;
    offsetMs = current;
    return monotonic() >= steadyAt;
  };
}
