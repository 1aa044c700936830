/** node:timers/promises as the appliance sees it. */
export function setImmediate(): Promise<void> {
  return new Promise((resolve) => globalThis.setImmediate(resolve));
}

export { setTimeout } from "node:timers/promises";
