/**
 * What cannot be described in time. Pure. The turns that fit into the deadline are shared out among
 * the cameras, each getting what it needs unless another needs more than its share; what a camera
 * has waiting beyond that is its excess. What persons asked for and what is urgent is never part of
 * it, and goes first.
 */
import type { Urgency } from "../events/urgency.ts";

export interface BacklogLine {
  cameraId: string;
  urgency: Urgency;
  /** Waiting, due or not. */
  count: number;
}

export const SHED_REASON =
  "Too much came at once to describe it in time; it is described when the desk is idle.";

/** How many jobs each camera has too many; cameras without excess are left out. */
export function toExcess(backlog: readonly BacklogLine[], turnsInTime: number): Excess[] {
  let room = turnsInTime;
  const needs = new Map<string, number>();
  for (const { cameraId, urgency, count } of backlog) {
    if (urgency === "asked" || urgency === "urgent") room -= count;
    else if (isSheddable(urgency)) needs.set(cameraId, (needs.get(cameraId) ?? 0) + count);
  }

  const smallestFirst = [...needs].toSorted(([, one], [, other]) => one - other);
  return smallestFirst.flatMap(([cameraId, need], place) => {
    const share = Math.floor(Math.max(0, room) / (smallestFirst.length - place));
    room -= Math.min(need, share);
    return need > share ? [{ cameraId, count: need - share }] : [];
  });
}

export interface Excess {
  cameraId: string;
  count: number;
}

export function isSheddable(urgency: Urgency): boolean {
  return urgency === "ordinary" || urgency === "low";
}
