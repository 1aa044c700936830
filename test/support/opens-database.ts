/**
 * A program of its own, to be started where its reads can be made to fail: opens the database at the
 * path as the daemon does, and says in one line of JSON how that ended.
 */
import { join } from "node:path";

import { ApplianceError } from "../../src/base/errors.ts";
import { createLog } from "../../src/base/log.ts";
import { openDatabase } from "../../src/store/database.ts";

const [folder = ""] = process.argv.slice(2);
try {
  await using db = await openDatabase({
    path: join(folder, "edge.db"),
    log: createLog({ level: "silent" }),
    recovery: { backups: join(folder, "backups"), stamp: "test" },
  });
  console.log(JSON.stringify({ origin: db.origin, isRecovered: db.recovery !== null }));
} catch (error) {
  if (!(error instanceof ApplianceError)) throw error;
  console.log(JSON.stringify({ kind: error.kind, sentence: error.message }));
}
