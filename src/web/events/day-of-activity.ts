/** The hours of a day and what each camera had in them. Pure. */
import type { Activity } from "../../api/activity-contract.ts";

export interface HourOfCamera {
  from: string;
  to: string;
  events: number;
  /** 0 nothing, 1 to 4 how much beside the busiest hour of the day. */
  heat: number;
  concern: number | null;
}

export interface CameraDay {
  id: string;
  name: string;
  hours: readonly HourOfCamera[];
}

const HOUR_MS = 3_600_000;
const HEAT_MAX = 4;

/** Days on which clocks change have 23 or 25 hours. A camera that is gone still had its events. */
export function toCameraDays(
  { items }: Activity,
  day: { from: number; to: number },
  cameras: readonly { id: string; name: string }[],
): readonly CameraDay[] {
  const known = new Set(cameras.map(({ id }) => id));
  const gone = [...new Set(items.map(({ camera_id }) => camera_id))].filter((id) => !known.has(id));
  const busiest = Math.max(1, ...items.map(({ events }) => events));
  const found = new Map(items.map((item) => [`${item.camera_id} ${item.from}`, item]));
  const starts = Array.from(
    { length: Math.round((day.to - day.from) / HOUR_MS) },
    (_, hour) => day.from + hour * HOUR_MS,
  );

  return [...cameras, ...gone.map((id) => ({ id, name: id }))].map(({ id, name }) => ({
    ...{ id, name },
    hours: starts.map((start) => {
      const from = new Date(start).toISOString();
      const to = new Date(start + HOUR_MS).toISOString();
      const { events = 0, concern = null } = found.get(`${id} ${from}`) ?? {};
      return { from, to, events, concern, heat: toHeat(events, busiest) };
    }),
  }));
}

/** By the root, so that a single event is still seen beside a busy hour. */
function toHeat(events: number, busiest: number): number {
  return Math.ceil(HEAT_MAX * Math.sqrt(events / busiest));
}
