/** A line that is good for a while and then is not, again and again. */
import { setTimeout as pause } from "node:timers/promises";

import type { ChaosProxy, Line } from "../../test/support/chaos-proxy.ts";

const GOOD_MS = [5_000, 30_000] as const;
const BAD_MS = [1_000, 10_000] as const;

const TROUBLES: readonly Line[] = [
  { type: "reset" },
  { type: "blackhole" },
  { type: "slow", delayMs: 300 },
];

/** Until the signal aborts; leaves a good line. Answers how often it was bad. */
export async function flap(
  line: ChaosProxy,
  { random, signal }: { random: () => number; signal: AbortSignal },
): Promise<number> {
  let flaps = 0;
  const between = ([least, most]: readonly [number, number]): Promise<unknown> =>
    pause(least + random() * (most - least), undefined, { signal }).catch(() => undefined);
  while (!signal.aborted) {
    await between(GOOD_MS);
    if (signal.aborted) break;
    line.become(TROUBLES[flaps % TROUBLES.length] ?? { type: "reset" });
    line.cut();
    flaps += 1;
    await between(BAD_MS);
    line.become({ type: "good" });
  }
  return flaps;
}
