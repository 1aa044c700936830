/** Waiting with a limit, where the work itself cannot be told to stop. */
import type { Clock } from "./clock.ts";

/** True when the work was still under way after `graceMs`; then nobody waits for it any more. */
export async function outlasts(
  work: Promise<unknown>,
  graceMs: number,
  clock: Clock,
): Promise<boolean> {
  const patience = new AbortController();
  const tooLong = clock.sleep(graceMs, { signal: patience.signal }).then(
    () => true,
    () => false,
  );
  const late = await Promise.race([work.then(() => false), tooLong]);
  patience.abort();
  return late;
}
