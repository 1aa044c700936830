/** How late the process comes to its own work: what one thing holds up, everything waits for. */
import { monitorEventLoopDelay } from "node:perf_hooks";

export interface EventLoopLag {
  /** One wake of a hundred came later than this. */
  p99Ms: number;
  maxMs: number;
}

export interface EventLoopWatch extends Disposable {
  /** Since it was opened. */
  read(): EventLoopLag;
}

const WAKES_EVERY_MS = 10;
const NANOSECONDS_PER_MS = 1e6;

/** Wakes a hundred times a second, in the runtime's own code, and keeps no process alive. */
export function openEventLoopWatch(): EventLoopWatch {
  const wakes = monitorEventLoopDelay({ resolution: WAKES_EVERY_MS });
  wakes.enable();
  // What is recorded is the time between two wakes; only what is beyond the wanted time is late.
  const toLateMs = (nanoseconds: number): number =>
    Math.max(0, nanoseconds / NANOSECONDS_PER_MS - WAKES_EVERY_MS);
  return {
    read: () => ({ p99Ms: toLateMs(wakes.percentile(99)), maxMs: toLateMs(wakes.max) }),
    [Symbol.dispose]: () => void wakes.disable(),
  };
}
