/** node:timers/promises as the appliance sees it: the world's time, for as long as its process lives. */
import { theWorld } from "../world.ts";

export function setImmediate(): Promise<void> {
  return new Promise((resolve) => globalThis.setImmediate(resolve));
}

export function setTimeout(
  delayMs: number,
  _value: undefined,
  { signal }: { signal: AbortSignal },
): Promise<void> {
  const { loop, life } = theWorld();
  return (life ? loop.clockOf(life) : loop).sleep(delayMs, { signal });
}
