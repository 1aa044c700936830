/** uuid as the appliance sees it: ordered by the world's time and by call, and of its chance. */
import { theWorld } from "../world.ts";

const DIGIT = 16;
let lastMs = 0;
let count = 0;

export function v7(): string {
  const { loop, random, commits } = theWorld();
  // A world begins where another has ended.
  if (commits === 0) lastMs = 0;
  const nowMs = loop.now();
  count = nowMs > lastMs ? 0 : count + 1;
  lastMs = Math.max(lastMs, nowMs);
  const time = lastMs.toString(DIGIT).padStart(12, "0");
  const order = count.toString(DIGIT).padStart(3, "0");
  const chance = Math.floor(random() * 2 ** 47)
    .toString(DIGIT)
    .padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${order}-8000-${chance}`;
}
