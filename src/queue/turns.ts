/**
 * Whose turn it is. Pure: the caller brings the time and what waits.
 *
 *   1. asked for by a person
 *   2. urgent: the camera whose urgent events were served least of late goes first
 *   3. the others: the camera that was served least of late goes first, so that a windy tree gets
 *      what the other cameras leave; of one camera the more urgent, then the newer picture
 *   4. shed: the newest, while nothing else waits
 *
 * A camera that took half of the desk for urgent events of late has no more of them before those of
 * others; they wait with the rest of its events.
 *
 * Nothing starves: once in 25 turns, when it is its camera's turn, the job that waits longest is
 * served instead of the newest; and once in 100 turns whosever turn it is.
 */
import type { Urgency } from "../events/urgency.ts";

export interface Candidate {
  id: string;
  cameraId: string;
  urgency: Urgency;
  capturedAt: number;
}

export interface Turns {
  /** Null when there is no candidate. What it chooses is charged to its camera at once. */
  choose(waiting: Waiting, now: { nowMs: number; expectedMs: number }): Candidate | null;
  /** How long the job really took. */
  served(job: { id: string; cameraId: string }, tookMs: number, nowMs: number): void;
}

export interface Waiting {
  /** At least the newest of each camera and urgency. */
  candidates: readonly Candidate[];
  /** Of those that were not shed. */
  longestWaiting: Candidate | null;
}

export const AGEING_TURNS = 25;
export const AGEING_TURNS_MAX = 100;
/** How fast served time is forgotten. */
const MEMORY_MS = 10 * 60_000;
const URGENT_SHARE_MAX = 0.5;
/** Within one camera. */
const MOST_URGENT_FIRST: readonly Urgency[] = ["asked", "urgent", "ordinary", "low", "shed"];

export function createTurns(): Turns {
  const served = createAccounts();
  const servedUrgent = createAccounts();
  const charged = new Map<string, { urgency: Urgency; chargedMs: number }>();
  let turnsSinceAged = 0;

  const choose = ({ candidates, longestWaiting }: Waiting, nowMs: number): Candidate | null => {
    const least = (accounts: Accounts, among: readonly Candidate[]) =>
      pickFirst(among, (one, other) => accounts.read(one, nowMs) - accounts.read(other, nowMs));
    const isPrivileged = (candidate: Candidate): boolean =>
      candidate.urgency === "urgent" &&
      servedUrgent.read(candidate, nowMs) < URGENT_SHARE_MAX * MEMORY_MS;

    if (longestWaiting && turnsSinceAged >= AGEING_TURNS_MAX) return longestWaiting;
    const asked = least(served, candidates.filter(has("asked")));
    const first = asked ?? least(servedUrgent, candidates.filter(isPrivileged));
    if (first) return first;
    const shed = candidates.filter(has("shed"));
    const others = candidates.filter((candidate) => !shed.includes(candidate));
    const next = least(served, others);
    const isDue = turnsSinceAged >= AGEING_TURNS && next?.cameraId === longestWaiting?.cameraId;
    if (isDue && longestWaiting) return longestWaiting;
    return next ?? pickFirst(shed, () => 0);
  };

  return {
    choose(waiting, { nowMs, expectedMs }) {
      const chosen = choose(waiting, nowMs);
      if (!chosen) return null;
      const { id, urgency } = chosen;
      turnsSinceAged = id === waiting.longestWaiting?.id ? 0 : turnsSinceAged + 1;
      charged.set(id, { urgency, chargedMs: expectedMs });
      served.add(chosen, expectedMs, nowMs);
      if (urgency === "urgent") servedUrgent.add(chosen, expectedMs, nowMs);
      return chosen;
    },
    served(job, tookMs, nowMs) {
      const { urgency, chargedMs } = charged.get(job.id) ?? { urgency: null, chargedMs: 0 };
      charged.delete(job.id);
      served.add(job, tookMs - chargedMs, nowMs);
      if (urgency === "urgent") servedUrgent.add(job, tookMs - chargedMs, nowMs);
    },
  };
}

function has(urgency: Urgency): (candidate: Candidate) => boolean {
  return (candidate) => candidate.urgency === urgency;
}

/** By the given order, then by urgency, then the newest. */
function pickFirst(
  among: readonly Candidate[],
  order: (one: Candidate, other: Candidate) => number,
): Candidate | null {
  const [first = null] = among.toSorted(
    (one, other) =>
      order(one, other) ||
      MOST_URGENT_FIRST.indexOf(one.urgency) - MOST_URGENT_FIRST.indexOf(other.urgency) ||
      other.capturedAt - one.capturedAt ||
      (one.id < other.id ? 1 : -1),
  );
  return first;
}

interface Accounts {
  read(owner: { cameraId: string }, nowMs: number): number;
  add(owner: { cameraId: string }, servedMs: number, nowMs: number): void;
}

/** Served time by camera, fading. */
function createAccounts(): Accounts {
  const accounts = new Map<string, { servedMs: number; atMs: number }>();
  const read = (cameraId: string, nowMs: number): number => {
    const { servedMs, atMs } = accounts.get(cameraId) ?? { servedMs: 0, atMs: nowMs };
    return servedMs * Math.exp(-Math.max(0, nowMs - atMs) / MEMORY_MS);
  };
  return {
    read: ({ cameraId }, nowMs) => read(cameraId, nowMs),
    add({ cameraId }, servedMs, nowMs) {
      const total = Math.max(0, read(cameraId, nowMs) + servedMs);
      accounts.set(cameraId, { servedMs: total, atMs: nowMs });
    },
  };
}
