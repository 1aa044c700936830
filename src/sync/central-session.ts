/**
 * The only door to mysql2: one connection to the central database. A statement that is not answered in
 * time leaves the driver blocked, so the connection is destroyed with it.
 */
import { drizzle, type MySql2Database } from "drizzle-orm/mysql2";
import { type Connection, createConnection } from "mysql2/promise";

import type { Clock } from "../base/clock.ts";
import { type CentralAddress, toConnectionOptions } from "./central-address.ts";
import { createSyncError, readSyncCode, toSyncError } from "./central-faults.ts";

/** Long enough for a batch over a slow line, short enough to be noticed as a failure. */
const ANSWER_MS_MAX = 30_000;

export interface CentralSession extends AsyncDisposable {
  readonly orm: MySql2Database;
  readonly connection: Connection;
  /** Limits the wait, and says in our words what went wrong. */
  ask<T>(work: () => Promise<T>): Promise<T>;
}

/** Any account's connection to the centre; also the one that makes its tables. */
export async function openSession(options: {
  address: CentralAddress;
  clock: Clock;
  signal: AbortSignal;
}): Promise<CentralSession> {
  const { address, clock, signal } = options;
  const connection = await createConnection(toConnectionOptions(address)).catch(
    (error: unknown) => {
      throw toSyncError(error);
    },
  );
  // What goes wrong between two statements shows at the next one.
  connection.on("error", () => undefined);
  const ask = <T>(work: () => Promise<T>): Promise<T> =>
    answerInTime(work, { clock, signal, giveUp: () => connection.destroy() });
  const session: CentralSession = {
    orm: drizzle(connection),
    connection,
    ask,
    async [Symbol.asyncDispose]() {
      // A goodbye that nobody answers must not hold up a stop.
      connection.destroy();
    },
  };
  try {
    await ask(() => connection.query("SET time_zone = '+00:00'"));
    await ask(() =>
      connection.query("SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'"),
    );
  } catch (error) {
    connection.destroy();
    throw error;
  }
  return session;
}

async function answerInTime<T>(
  work: () => Promise<T>,
  { clock, signal, giveUp }: { clock: Clock; signal: AbortSignal; giveUp(): void },
): Promise<T> {
  const done = new AbortController();
  const late = clock
    .sleep(ANSWER_MS_MAX, { signal: AbortSignal.any([signal, done.signal]) })
    .then(() => {
      throw createSyncError("sync_slow");
    });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    if (signal.aborted || readSyncCode(error) === "sync_slow") giveUp();
    throw toSyncError(error);
  } finally {
    done.abort();
    late.catch(() => undefined);
  }
}
