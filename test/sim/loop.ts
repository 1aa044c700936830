/**
 * Virtual time. In: pieces of work, each with the moment at which it falls due. Out: the same pieces
 * one at a time, in the order of their moments, and of their making where these are equal.
 * Never: a real timer. Between two pieces every promise that can go on does so.
 */
import type { Clock } from "../../src/base/clock.ts";

/** Whose work it is: that of a process which ends takes all of its own with it. */
export interface Life {
  readonly number: number;
  /** Its end is decided; what it still does to the world outside is not seen any more. */
  isDoomed: boolean;
}

export interface Task {
  readonly dueMs: number;
  readonly order: number;
  /** Null for the world outside. */
  readonly life: Life | null;
  work: (() => void) | null;
}

export interface Loop extends Clock {
  schedule(delayMs: number, life: Life | null, work: () => void): Task;
  cancel(task: Task): void;
  /** Does the next piece that is due by then; false when there is none, and then it is that moment. */
  step(untilMs: number): Promise<boolean>;
  /** Nothing that was its own is ever done. */
  drop(life: Life): void;
  /** A piece of work that keeps everything else waiting for so long. */
  stall(durationMs: number): void;
  /** Sets the wall clock alone. */
  stepWall(durationMs: number): void;
  /** A clock for a process: its sleeps end with it. */
  clockOf(life: Life): Clock;
  pending(life: Life): number;
}

/** What really waits; taken before the globals are replaced. */
export const reality = { setImmediate: globalThis.setImmediate };

export function createLoop(startAt: number): Loop {
  const tasks: Task[] = [];
  let nowMs = 0;
  let wallOffsetMs = startAt;
  let made = 0;

  const schedule: Loop["schedule"] = (delayMs, life, work) => {
    made += 1;
    const task = { dueMs: nowMs + Math.max(0, delayMs), order: made, life, work };
    tasks.splice(findPlace(tasks, task), 0, task);
    return task;
  };
  const sleep = (durationMs: number, signal: AbortSignal, life: Life | null): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const wakeless = (): void => {
        cancel(task);
        reject(signal.reason);
      };
      const task = schedule(durationMs, life, () => {
        signal.removeEventListener("abort", wakeless);
        resolve();
      });
      signal.addEventListener("abort", wakeless, { once: true });
    });
  const cancel = (task: Task): void => {
    task.work = null;
  };
  const now = (): number => Math.floor(wallOffsetMs + nowMs);
  const monotonic = (): number => nowMs;

  return {
    now,
    monotonic,
    sleep: (durationMs, { signal }) => sleep(durationMs, signal, null),
    clockOf: (life) => ({
      now,
      monotonic,
      sleep: (durationMs, { signal }) => sleep(durationMs, signal, life),
    }),
    schedule,
    cancel,
    async step(untilMs) {
      for (let task = tasks[0]; task && task.dueMs <= untilMs; task = tasks[0]) {
        tasks.shift();
        if (!task.work) continue;
        nowMs = Math.max(nowMs, task.dueMs);
        task.work();
        // One turn of the real loop: all promises go on as far as they can.
        await new Promise<void>((resolve) => reality.setImmediate(resolve));
        return true;
      }
      nowMs = Math.max(nowMs, untilMs);
      return false;
    },
    drop(life) {
      for (const task of tasks) if (task.life === life) task.work = null;
    },
    stall(durationMs) {
      nowMs += durationMs;
    },
    stepWall(durationMs) {
      wallOffsetMs += durationMs;
    },
    pending: (life) => tasks.filter((task) => task.life === life && task.work !== null).length,
  };
}

/** Behind all that fall due no later. */
function findPlace(tasks: readonly Task[], { dueMs }: Task): number {
  let [low, high] = [0, tasks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tasks[middle]?.dueMs ?? Infinity) <= dueMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
