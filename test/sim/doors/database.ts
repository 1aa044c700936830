/**
 * better-sqlite3 as the appliance sees it: the real one, whose transactions fail, take their time and
 * are where a crash strikes, as the world says.
 */
import Database from "better-sqlite3";

import { theWorldIfAny } from "../world.ts";

export type Storage = Database.Database;

/** What a transaction takes of a disk without room. */
const COMMIT_BYTES = 4_096;

export default class SimulatedDatabase extends Database {
  constructor(path: string, options?: Database.Options) {
    super(path, options);
    theWorldIfAny()?.storage.push(this);
    const now = (): number => (theWorldIfAny()?.loop.now() ?? 0) / 1000;
    // Triggers write down the time.
    this.function("unixepoch", { varargs: true }, now);
  }

  override transaction<F extends (...given: never[]) => unknown>(work: F): Database.Transaction<F> {
    const attempt = (...given: never[]): unknown => {
      const result = work(...given);
      endTransaction(this);
      return result;
    };
    const real = super.transaction(attempt);
    const immediate = (...given: never[]): unknown => {
      const isInside = this.inTransaction;
      const result = real.immediate(...given);
      if (!isInside) theWorldIfAny()?.onCommit("after");
      return result;
    };
    const { deferred, exclusive } = real;
    return Object.assign((...given: never[]) => real(...given), {
      ...{ default: real, deferred, exclusive, immediate, database: this },
    }) as unknown as Database.Transaction<F>;
  }
}

/** All is written but the last word. */
function endTransaction(database: Storage): void {
  const world = theWorldIfAny();
  if (!world?.life) return;
  const { troubles, disk } = world;
  if (troubles.commitMs > 0) world.loop.stall(world.random() * troubles.commitMs);
  if (troubles.database && world.random() < troubles.database.share) {
    throw new Database.SqliteError("simulated", troubles.database.code);
  }
  if (disk.freeBytes() < COMMIT_BYTES) throw new Database.SqliteError("simulated", "SQLITE_FULL");
  if (disk.otherBytes > 0) disk.otherBytes += COMMIT_BYTES;
  if (database.name.endsWith(".db")) world.onCommit("before");
}
