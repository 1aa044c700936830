import type { Environment } from "../config/load.ts";

/** What the process gives to a subcommand. */
export interface World {
  environment: Environment;
  /** Aborts when the process is asked to stop. */
  signal: AbortSignal;
  /** Calls it each time the process is asked to read its configuration again. */
  onReload(listener: () => void): void;
}
