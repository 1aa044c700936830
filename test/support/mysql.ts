import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir } from "node:fs/promises";
import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { findFreePort } from "./free-port.ts";
import { ask } from "./sql.ts";
import { openTempFolder } from "./temp-folder.ts";

const ROOT = resolve(import.meta.dirname, "../../.tools/mysql");
const RUNNER = resolve(import.meta.dirname, "mysql-server.sh");
/** Of the account in that root. */
const MYSQL_UID = 64_001;

export interface MySql extends AsyncDisposable {
  /** Such as 9.7.4. */
  readonly version: string;
  /** mysql://… of an account on the database `centre`; the root account by default. */
  url(account?: { user: string; password: string }): string;
  /** As root in `centre`, one statement after the other; answers the rows of the last. */
  query(...statements: string[]): Promise<Record<string, unknown>[]>;
}

/** Why MySQL cannot run here, in a sentence; null when it can. `scripts/test` unpacks it. */
export function whyNoMySql(): string | null {
  if (!existsSync(join(ROOT, "usr/sbin/mysqld"))) return "MySQL was not unpacked by scripts/test.";
  return userInfo().uid === 0 ? null : "Only root may start MySQL in a folder of its own.";
}

/** A real MySQL on 127.0.0.1 with an empty database `centre`, in a folder of its own. */
export async function openMySql(): Promise<MySql> {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await openTempFolder()).path;
  const data = join(folder, "data");
  await mkdir(data);
  await chown(data, MYSQL_UID, MYSQL_UID);
  await chmod(folder, 0o755);
  const port = await findFreePort();
  const child = spawn(RUNNER, [ROOT, data, String(port)], { stdio: ["ignore", "ignore", "pipe"] });
  opened.defer(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  });
  let words = "";
  child.stderr.on("data", (bytes: Buffer) => {
    words = (words + bytes.toString()).slice(-2000);
  });

  const toUrl = (user: string, password = "", database = ""): string =>
    `mysql://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`MySQL did not start: ${words}`);
    const isUp = await ask(toUrl("root"), ["SELECT 1"]).catch(() => null);
    if (isUp) break;
    // It tells nobody when it listens.
    await delay(50);
  }
  const made = "CREATE DATABASE centre CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
  const [row] = await ask(toUrl("root"), [made, "SELECT VERSION() AS version"]);
  const resources = opened.move();
  return {
    version: String(row?.["version"]),
    url: (account) => toUrl(account?.user ?? "root", account?.password, "centre"),
    query: (...statements) => ask(toUrl("root"), ["USE centre", ...statements]),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
