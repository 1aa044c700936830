/**
 * What must hold at every step, read from the rows themselves and held against what was before. The
 * first thing that does not is thrown.
 */
import type { CentralEvent } from "../../src/sync/central-rows.ts";
import { DATA_FOLDER } from "./data-folder.ts";
import type { Storage } from "./doors/database.ts";
import { decode } from "./doors/pictures.ts";
import { type Count, createReader, type Reader, type Row } from "./rows.ts";
import type { World } from "./world.ts";

export interface Safety {
  /** After a step. */
  check(): void;
  /** A person asked for its description, or may have. */
  asked(eventId: string): void;
  /** A person deleted it, or may have. */
  deleted(eventId: string): void;
  /** Something happened to whatever is in hand that may cost it so much of a try. */
  mayCost(tries: number): void;
  /** The process has ended, maybe with jobs in hand; in the midst of a step it may have been any. */
  ended(options: { inStep: boolean }): void;
  /** A row on its way to the centre; answers what is wrong with it. */
  checkSent(row: CentralEvent): string | null;
  /** The rows as of the last check. */
  readonly rows: ReadonlyMap<string, Row>;
}

const UNFINISHED = ["waiting", "ready", "leased"];
/** Of sleeps, timers and files that a process has under way. */
const PENDING_MAX = 200;

export class SafetyError extends Error {}

export function createSafety(world: World, options: { attemptsMax: number }): Safety {
  let rows = new Map<string, Row>();
  const requests = new Map<string, number>();
  const ends = new Map<string, number>();
  const allowed = new Map<string, number>();
  const everKnown = new Map<string, number>();
  const deleted = new Set<string>();
  const readers = new WeakMap<Storage, Reader>();
  let checkedCommits = -1;
  let checkedStorage: Storage | null = null;

  const add = (to: Map<string, number>, id: string, count: number): void => {
    to.set(id, (to.get(id) ?? 0) + count);
  };
  const forLeased = (work: (row: Row) => void): void => {
    for (const row of rows.values()) if (row.state === "leased" || row.state === "ready") work(row);
  };
  const readNow = (): Reader | null => {
    const storage = world.storage.findLast(({ name, open }) => open && name.endsWith(".db"));
    if (!storage || !world.life || world.life.isDoomed) return null;
    const reader = readers.get(storage) ?? createReader(storage);
    readers.set(storage, reader);
    checkedStorage = storage;
    return reader;
  };
  const countOf = (counts: ReadonlyMap<string, number>, id: string): number => counts.get(id) ?? 0;
  const compare = (row: Row): void => {
    const { id, attempts, state } = row;
    checkRow(row, world);
    checkChange(rows.get(id), row);
    everKnown.set(id, row.revision);
    if (hasEnded(rows.get(id), row)) add(ends, id, 1);
    const isWanted = countOf(ends, id) <= 1 + countOf(requests, id);
    demand(isWanted, row, "ended more often than it was asked for");
    const dear = Math.min(
      countOf(allowed, id) + (state === "waiting" ? 0 : 1),
      options.attemptsMax,
    );
    demand((attempts ?? 0) <= dear, row, `paid ${attempts} tries for what may cost ${dear}`);
  };

  const look = (reader: Reader): void => {
    const now = new Map((reader.rows() as Row[]).map((row) => [row.id, row]));
    for (const row of now.values()) compare(row);
    for (const row of rows.values()) if (!now.has(row.id)) checkLoss(row, deleted);
    for (const name of reader.earlier() as string[]) checkPicture(name, world);
    checkCounts(reader.events() as Count[], tally(now.values(), toEventKey), "ledger");
    checkCounts(reader.jobs() as Count[], tally(now.values(), toJobKey), "job counts");
    rows = now;
  };

  return {
    get rows() {
      return rows;
    },
    check() {
      if (world.commits === checkedCommits && checkedStorage?.open) return;
      const reader = readNow();
      if (!reader) return;
      checkedCommits = world.commits;
      look(reader);
      checkBounds(world);
    },
    asked: (id) => add(requests, id, 1),
    deleted: (id) => void deleted.add(id),
    mayCost(tries) {
      forLeased(({ id }) => add(allowed, id, tries));
    },
    ended({ inStep }) {
      for (const { id, state } of rows.values()) {
        if (state === "leased" || state === "ready" || inStep) add(allowed, id, 1);
      }
    },
    checkSent({ eventId, revision, deletedAt }) {
      const known = readNow()?.known(eventId) as { revision: number | null } | undefined;
      // Of one that is deleted the mark has one more than its last revision.
      const most = Math.max(
        known?.revision ?? 0,
        (everKnown.get(eventId) ?? 0) + (deletedAt === null ? 0 : 1),
      );
      if (revision <= most) return null;
      return `the centre gets ${eventId} at ${revision}; the box had ${most}`;
    },
  };
}

function checkBounds({ life, loop }: World): void {
  const pending = life ? loop.pending(life) : 0;
  if (pending > PENDING_MAX) throw new SafetyError(`${pending} things are under way at once`);
}

function demand(isSo: boolean, row: Row, what: string): void {
  if (!isSo) throw new SafetyError(`event ${row.id} ${what}: ${JSON.stringify(row)}`);
}

/** What a row says by itself. */
function checkRow(row: Row, world: World): void {
  const { status, state, urgency } = row;
  const isUnfinished = state !== null && UNFINISHED.includes(state);
  const isShed = isUnfinished && urgency === "shed";
  const allowed: Record<string, boolean> = {
    pending: isUnfinished && state !== "leased",
    running: state === "leased",
    skipped: state === "done" || isShed,
    done: state === "done",
    reused: state === "done",
    failed: state === "dead" || state === "done",
    disabled: state === null,
  };
  demand(allowed[status] === true, row, "and its job disagree");
  demand(status === "done" || row.reason !== null, row, "has no reason");
  demand((status === "done" || status === "reused") <= (row.wordsAt !== null), row, "has no words");
  if (row.snapshot !== null) checkPicture(row.snapshot, world);
}

/** Whole pictures, once looked at, do not change. */
const whole = new WeakSet<Uint8Array>();

function checkPicture(name: string, { disk }: World): void {
  const content = disk.files.get(`${DATA_FOLDER}/pictures/${name}`)?.content;
  if (content && whole.has(content)) return;
  try {
    decode(content ?? new Uint8Array(0));
  } catch {
    throw new SafetyError(`the picture ${name} is ${content ? "not whole" : "not there"}`);
  }
  if (content) whole.add(content);
}

function checkChange(before: Row | undefined, now: Row): void {
  if (!before) return;
  demand(now.revision >= before.revision, now, "went back to an earlier revision");
  const isSame =
    before.status === now.status &&
    before.snapshot === now.snapshot &&
    before.endedAt === now.endedAt &&
    before.important === now.important;
  demand(isSame || now.revision > before.revision, now, "changed and kept its revision");
}

function hasEnded(before: Row | undefined, now: Row): boolean {
  const isEnd = now.state === "done" || now.state === "dead";
  return isEnd && (before?.state !== "dead" || now.state === "dead") && before?.state !== now.state;
}

/** An event goes only because a person, or retention, may take it. */
function checkLoss(row: Row, deleted: ReadonlySet<string>): void {
  if (deleted.has(row.id)) return;
  demand(row.endedAt !== null, row, "was lost while it lasted");
  demand(row.status !== "pending" && row.status !== "running", row, "was lost while it waited");
  demand(row.important === 0, row, "was lost, though it was to be kept");
  demand(row.mark === null, row, "was lost before the centre knew of it");
}

function tally(rows: Iterable<Row>, toKey: (row: Row) => string | null): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const key = toKey(row);
    if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function toEventKey({ cameraId, status }: Row): string {
  return `${cameraId} ${status}`;
}

function toJobKey({ state, cameraId, urgency }: Row): string | null {
  return state === null ? null : `${state} ${cameraId} ${urgency}`;
}

function checkCounts(told: readonly Count[], counted: Map<string, number>, what: string): void {
  const isTrue =
    told.length === counted.size && told.every(({ key, count }) => counted.get(key) === count);
  if (!isTrue) {
    const said = JSON.stringify(told);
    throw new SafetyError(`the ${what} say ${said}, there are ${JSON.stringify([...counted])}`);
  }
}
