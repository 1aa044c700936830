/**
 * Reads the configuration again while the daemon runs. Its cameras are put in force at once, and only
 * those that changed are touched; of the rest it is said that it waits for a restart. A file that cannot
 * be used changes nothing: what was read last stays in force, and everybody is told.
 */
import { isDeepStrictEqual } from "node:util";

import { ApplianceError } from "../base/errors.ts";
import type { NotifySocket } from "../base/notify-socket.ts";
import { createTurns } from "../base/turns.ts";
import type { Config } from "../config/schema.ts";
import type { CameraKeeper } from "./camera-keeper.ts";
import type { Given } from "./given.ts";

export interface Reloading {
  /** One after the other. Rejects with what is no fault of the file. */
  reload(read: () => Promise<Config>): Promise<void>;
  /** What of the file is not in force, for the status; null when all of it is. */
  trouble(): { code: string; sentence: string } | null;
}

export function createReloading(
  started: Config,
  keeper: Pick<CameraKeeper, "replaceFile">,
  { log, manager }: Pick<Given, "log" | "manager">,
): Reloading {
  let trouble: ReturnType<Reloading["trouble"]> = null;
  const inTurn = createTurns();

  const readAgain = async (read: () => Promise<Config>): Promise<void> => {
    const config = await read().catch((error: unknown) => {
      if (!(error instanceof ApplianceError)) throw error;
      log.error("configuration refused; the one before stays in force", { reason: error.message });
      trouble = toRefusal(error);
      return null;
    });
    if (!config) return;
    const { put, removed } = await keeper.replaceFile(config.cameras);
    const waiting = findWaiting(started, config);
    trouble = waiting.length > 0 ? toWaiting(waiting) : null;
    log.info("configuration read again", { put, removed, waitsForRestart: waiting });
  };

  return {
    reload: (read) => inTurn(() => tellWhile(manager?.socket ?? null, () => readAgain(read))),
    trouble: () => trouble,
  };
}

/** systemd waits with what depends on the service until it is ready again. */
async function tellWhile(socket: NotifySocket | null, work: () => Promise<void>): Promise<void> {
  socket?.tell({ RELOADING: "1", STATUS: "Reading the configuration again." });
  try {
    await work();
  } finally {
    socket?.tell({ READY: "1" });
  }
}

/** By their names in the file and in the environment. */
function findWaiting(started: Config, read: Config): string[] {
  const { cameras: _, ...others } = read;
  const names = Object.keys(others) as (keyof typeof others)[];
  return names
    .filter((name) => !isDeepStrictEqual(started[name], read[name]))
    .map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

function toRefusal(error: ApplianceError) {
  const why = error.message.replaceAll(/\s+/g, " ");
  const sentence = `${why} The configuration from before stays in force; nightjar check says the same.`;
  return { code: "configuration_refused", sentence };
}

function toWaiting(names: readonly string[]) {
  const sentence = `The configuration has other values of ${names.join(", ")}. They wait for a restart.`;
  return { code: "restart_needed", sentence };
}
