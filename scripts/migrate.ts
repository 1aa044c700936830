/**
 * Brings the box's database up to this version, as the daemon does by itself when it starts: checked,
 * copied aside, then upgraded. For looking at an upgrade before the daemon makes it; the daemon must
 * not be running. Usage: npm run db:migrate -- DATA_FOLDER
 */
import { resolve } from "node:path";

import { createLog } from "../src/base/log.ts";
import { openDatabase } from "../src/store/database.ts";

const folder = process.argv[2] ?? process.env["NIGHTJAR_DATA_DIR"];
if (folder === undefined) {
  console.error("Name the data folder: npm run db:migrate -- /var/lib/nightjar");
  process.exit(1);
}

const path = resolve(folder, "nightjar.db");
await using database = await openDatabase({ path, log: createLog({ level: "info" }) });
console.log(`${database.path} is of this version.`);
