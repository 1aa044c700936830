/** What one stand-in is made of; every part that answers gets it whole. */
import type { Engine } from "./engine.ts";
import type { Faults } from "./faults.ts";
import type { Journal } from "./journal.ts";
import type { StandInModel } from "./models.ts";

export interface State {
  models: Map<string, StandInModel>;
  engine: Engine;
  faults: Faults;
  journal: Journal;
  /** Always with `stand-in` in it. */
  version: string;
  secondsPerAnswer: number;
  /** Names that a pull finds. */
  pullable: readonly string[];
  /** A pull repeats its progress for ever, as one over a dead line does. */
  pullStandsStill: boolean;
}

export function isAtLeast(version: string, major: number, minor: number, patch: number): boolean {
  const [a = 0, b = 0, c = 0] = (version.match(/\d+/g) ?? []).map(Number);
  if (a !== major) return a > major;
  return b === minor ? c >= patch : b > minor;
}

/** It never passes for a real server. */
export function toVersion(version: string): string {
  return version.includes("stand-in") ? version : `${version}-stand-in`;
}
