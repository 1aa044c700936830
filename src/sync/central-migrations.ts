/**
 * Makes the tables of the centre, or brings them to this program's version. Run with the account of
 * the database's owner; no box may. Each file of drizzle/central is a step; its number is its version.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { ApplianceError } from "../base/errors.ts";
import { createId } from "../base/ids.ts";
import { readSyncCode } from "./central-faults.ts";
import type { CentralSession } from "./central-session.ts";
import { SCHEMA_VERSION } from "./central-tables.ts";
import { toTimeText } from "./central-values.ts";

/** The same place from src and from dist. */
const FOLDER = fileURLToPath(new URL("../../drizzle/central", import.meta.url));
const BREAK = "--> statement-breakpoint";
/** The oldest program that can still write to the tables as they are. */
const CLIENT_MIN = 1;

export interface Migrated {
  from: number;
  to: number;
  epoch: string;
}

export async function migrateCentre(
  session: CentralSession,
  options: {
    now: number;
    /** After the centre was restored or failed over: every box sends everything again. */
    renewsEpoch?: boolean;
    log: (line: string) => void;
  },
): Promise<Migrated> {
  const { connection, ask } = session;
  const from = await readVersion(session);
  if (from > SCHEMA_VERSION) {
    throw new ApplianceError(
      "conflict",
      `The tables are of version ${from}, this Nightjar knows ${SCHEMA_VERSION}. Run a newer one.`,
    );
  }
  for (const { version, statements } of await readSteps()) {
    if (version <= from) continue;
    for (const statement of statements) {
      await ask(() => connection.query(statement)).catch(passOverDone);
    }
    options.log(`step ${version} done`);
  }
  await makeFleetViews(session, options.log);
  const written =
    "INSERT INTO schema_meta (id, version, min_client, epoch, migrated_at) VALUES (1, ?, ?, ?, ?) " +
    "ON DUPLICATE KEY UPDATE version = VALUES(version), min_client = VALUES(min_client), " +
    `migrated_at = VALUES(migrated_at)${options.renewsEpoch ? ", epoch = VALUES(epoch)" : ""}`;
  const values = [SCHEMA_VERSION, CLIENT_MIN, createId(), toTimeText(options.now)];
  await ask(() => connection.query(written, values));
  const [rows] = await ask(() => connection.query("SELECT epoch FROM schema_meta WHERE id = 1"));
  return { from, to: SCHEMA_VERSION, epoch: (rows as { epoch: string }[])[0]?.epoch ?? "" };
}

/** An engine or an account without views does without: nothing that a box needs is among them. */
async function makeFleetViews(
  { connection, ask }: CentralSession,
  log: (line: string) => void,
): Promise<void> {
  const text = await readFile(join(FOLDER, "views/fleet.sql"), "utf8");
  try {
    for (const statement of text.split(BREAK)) await ask(() => connection.query(statement));
  } catch (error) {
    if (!(error instanceof ApplianceError)) throw error;
    log(`the views for dashboards were not made: ${error.message}`);
  }
}

/** 0 where there are no tables yet. */
async function readVersion({ connection, ask }: CentralSession): Promise<number> {
  try {
    const [rows] = await ask(() =>
      connection.query("SELECT version FROM schema_meta WHERE id = 1"),
    );
    return (rows as { version: number }[])[0]?.version ?? 0;
  } catch (error) {
    if (readSyncCode(error) === "sync_schema_missing") return 0;
    throw error;
  }
}

async function readSteps(): Promise<{ version: number; statements: string[] }[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(FOLDER, name), "utf8");
      const version = Number(name.slice(0, 4)) + 1;
      return { version, statements: text.split(BREAK).map((part) => part.trim()) };
    }),
  );
}

/** DDL commits by itself, so a run that was cut short is gone over again. */
function passOverDone(error: unknown): void {
  const done = ["ER_TABLE_EXISTS_ERROR", "ER_DUP_FIELDNAME", "ER_DUP_KEYNAME"];
  if (error instanceof ApplianceError && done.includes(String(error.details["driver"]))) return;
  throw error;
}
