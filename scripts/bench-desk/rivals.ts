/** The same day through what others do: first come first served, or a buffer that drops its oldest. */
import type { Arrival } from "./arrivals.ts";

/** When an event was described, and whether the model was asked for it. */
export interface Described {
  arrival: Arrival;
  atS: number;
  isReused: boolean;
}

/** One description at a time, each event described anew; what is dropped is gone. */
export function serveFirstCome(
  arrivals: readonly Arrival[],
  { serviceS, untilS, waitingMax }: { serviceS: number; untilS: number; waitingMax: number },
): Described[] {
  const described: Described[] = [];
  const waiting: Arrival[] = [];
  let freeAtS = 0;
  let next = 0;
  for (;;) {
    const [first] = waiting;
    const arrival = arrivals[next];
    if (arrival && (!first || arrival.atS <= freeAtS)) {
      waiting.push(arrival);
      if (waiting.length > waitingMax) waiting.shift();
      next += 1;
      continue;
    }
    if (!first) return described;
    waiting.shift();
    freeAtS = Math.max(freeAtS, first.atS) + serviceS;
    if (freeAtS > untilS) return described;
    described.push({ arrival: first, atS: freeAtS, isReused: false });
  }
}
