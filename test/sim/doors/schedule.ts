/** node-cron as the appliance sees it, by the world's wall clock and in UTC. */
import { theWorld } from "../world.ts";

export { validate } from "node-cron";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Only what it reckons; nobody starts it. */
export function createTask(schedule: string) {
  const findNext = createTimetable(schedule);
  const { loop } = theWorld();
  return {
    getNextRuns(count: number): Date[] {
      const found: Date[] = [];
      for (let at = findNext(loop.now()); found.length < count; at = findNext(at)) {
        if (at === Infinity) break;
        found.push(new Date(at));
      }
      return found;
    },
  };
}

/** Of seconds, minutes and hours; one that names a day is for never. */
function createTimetable(schedule: string): (from: number) => number {
  const fields = schedule.split(" ");
  const [seconds, minutes, hours, ...days] = fields.length === 6 ? fields : ["0", ...fields];
  if (days.some((field) => field !== "*")) return () => Infinity;
  const isSecond = parseField(seconds ?? "*");
  const isMinute = parseField(minutes ?? "*");
  const isHour = parseField(hours ?? "*");
  return (from) => {
    let at = Math.floor(from / SECOND_MS) * SECOND_MS + SECOND_MS;
    for (;;) {
      if (!isHour(Math.floor(at / HOUR_MS) % 24)) at = toNext(at, HOUR_MS);
      else if (!isMinute(Math.floor(at / MINUTE_MS) % 60)) at = toNext(at, MINUTE_MS);
      else if (!isSecond(Math.floor(at / SECOND_MS) % 60)) at = toNext(at, SECOND_MS);
      else return at;
    }
  };
}

function toNext(at: number, stepMs: number): number {
  return Math.floor(at / stepMs) * stepMs + stepMs;
}

function parseField(field: string): (value: number) => boolean {
  if (field === "*") return () => true;
  if (field.startsWith("*/")) return (value) => value % Number(field.slice(2)) === 0;
  const allowed = field.split(",").map(Number);
  return (value) => allowed.includes(value);
}
