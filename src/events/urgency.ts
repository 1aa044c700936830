/**
 * How soon an event is to be described. Persons come first, then what matters most; what the desk
 * cannot manage in time is shed, and waits until nothing else does.
 */
export type Urgency = "asked" | "urgent" | "ordinary" | "low" | "shed";

/** Above any priority that motion gives. */
export const ASKED_FOR_PRIORITY = 1_000_000;
const URGENT_FROM = 800;
const ORDINARY_FROM = 450;

/** How much it matters: a significance of 0..1, times the weight that the operator gives the camera. */
export function toPriority(significance: number, weight: number): number {
  return Math.min(ASKED_FOR_PRIORITY - 1, Math.round(significance * weight * 1000));
}

export function toUrgency(priority: number): Urgency {
  if (priority >= ASKED_FOR_PRIORITY) return "asked";
  if (priority >= URGENT_FROM) return "urgent";
  return priority >= ORDINARY_FROM ? "ordinary" : "low";
}
