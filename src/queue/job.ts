/**
 * One event's place on the desk, and what may come of it. A bad answer costs the job one of its
 * tries; an outage (no model, no server, no disk) costs it nothing, however often it happens.
 */
import { ApplianceError, toSentence } from "../base/errors.ts";
import type { Description } from "../events/event.ts";

export interface Job {
  id: string;
  eventId: string;
  cameraId: string;
  /** 1 for the first try. */
  attempt: number;
  priority: number;
  /** A person asked for it: it deserves words of its own, not those of a similar event. */
  byHand: boolean;
  /** Wall time of the picture. */
  capturedAt: number;
  /** The lease; an outcome is void once another one has taken its place. */
  lockId: string;
}

/** What the analysis says of a job. */
export type JobOutcome =
  | (Described & { type: "done" })
  | (Described & { type: "reused" })
  /** Content that no waiting cures; `rawAnswer` is kept for a person. */
  | { type: "bad-answer"; reason: string; rawAnswer: string | null }
  /** The world is not ready; nothing is wrong with the job. */
  | { type: "outage"; code: string; reason: string }
  /** There is nothing to describe. */
  | { type: "skipped"; reason: string };

/** Words for an event, and where they come from. */
export interface Described {
  description: Description;
  serverVersion?: string | null;
  /** SHA-256 of the picture as the model saw it. */
  imageHash?: string | null;
}

/** What becomes of a job's row, decided here and only written down by the store. */
export type Settlement =
  | Extract<JobOutcome, { type: "done" | "reused" | "skipped" }>
  /** Waits and keeps its count of tries. */
  | { type: "retry"; availableAt: number; reason: string; rawAnswer: string | null }
  /** Waits and gets its try back. */
  | { type: "postponed"; availableAt: number; reason: string }
  | { type: "dead"; reason: string; rawAnswer: string | null };

export const RAW_ANSWER_LENGTH_MAX = 8192;
/** No job waits longer than this for its next try. */
export const RETRY_LONGEST_MS = 5 * 60_000;
const RETRY_FIRST_MS = 10_000;
/** Beyond the desk's pause: others go first, should it be this job that brings the model down. */
const POSTPONED_MS = 5_000;

export function toSettlement(
  job: Pick<Job, "attempt">,
  outcome: JobOutcome,
  chance: { now: number; random: number; pauseMs: number; attemptsMax: number },
): Settlement {
  switch (outcome.type) {
    case "done":
    case "reused":
    case "skipped":
      return outcome;
    case "outage":
      return {
        type: "postponed",
        availableAt: chance.now + chance.pauseMs + POSTPONED_MS,
        reason: outcome.reason,
      };
    case "bad-answer":
      return toNextTry(job, outcome, chance);
    default:
      return outcome satisfies never;
  }
}

/**
 * What a thrown thing says of a job. A fault that nobody foresaw costs the job a try, not the
 * cameras their daemon: it may lie in this one picture.
 */
export function toFailedOutcome(
  error: unknown,
): Extract<JobOutcome, { type: "outage" | "bad-answer" }> {
  const kind = error instanceof ApplianceError ? error.kind : "internal";
  if (kind === "unavailable" || kind === "timed-out" || kind === "exhausted") {
    return { type: "outage", code: kind, reason: toSentence(error) };
  }
  return { type: "bad-answer", reason: toSentence(error), rawAnswer: null };
}

function toNextTry(
  { attempt }: Pick<Job, "attempt">,
  { reason, rawAnswer: whole }: Extract<JobOutcome, { type: "bad-answer" }>,
  { now, random, attemptsMax }: { now: number; random: number; attemptsMax: number },
): Settlement {
  const rawAnswer = whole?.slice(0, RAW_ANSWER_LENGTH_MAX) ?? null;
  if (attempt >= attemptsMax) {
    return { type: "dead", reason: `Given up after ${toTries(attempt)}: ${reason}`, rawAnswer };
  }
  return {
    type: "retry",
    availableAt: now + toRetryMs(attempt, random),
    reason: `Try ${attempt} of ${attemptsMax} failed: ${reason}`,
    rawAnswer,
  };
}

function toTries(count: number): string {
  return count === 1 ? "one try" : `${count} tries`;
}

/** Doubles with each try, up to the longest; spread over its upper half. `random` is 0..1. */
function toRetryMs(attempt: number, random: number): number {
  const wholeMs = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** (attempt - 1));
  return Math.round(wholeMs * (0.5 + random / 2));
}
