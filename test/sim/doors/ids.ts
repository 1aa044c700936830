/** uuid as the appliance sees it: ordered by the world's time and by call, and of its chance. */
import { theWorld, type World } from "../world.ts";

const DIGIT = 16;
/** Of one millisecond. */
const COUNT_MAX = 0xfff;
/** In none before it: a world begins where another has ended. */
let last: { world: World | null; ms: number; count: number } = { world: null, ms: 0, count: 0 };

export function v7(): string {
  const world = theWorld();
  const nowMs = world.loop.now();
  if (last.world !== world || nowMs > last.ms) last = { world, ms: nowMs, count: 0 };
  else if (last.count < COUNT_MAX) last.count += 1;
  else last = { world, ms: last.ms + 1, count: 0 };
  const time = last.ms.toString(DIGIT).padStart(12, "0");
  const order = last.count.toString(DIGIT).padStart(3, "0");
  const chance = Math.floor(world.random() * 2 ** 47)
    .toString(DIGIT)
    .padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${order}-8000-${chance}`;
}
