import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, readFile, writeFile } from "node:fs/promises";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import { findFreePort } from "./free-port.ts";
import { ask } from "./sql.ts";
import { openTempFolder } from "./temp-folder.ts";

/** PEM, both. */
interface Credentials {
  certificate: string;
  key: string;
}

const run = promisify(execFile);

export interface MariaDb extends AsyncDisposable {
  readonly port: number;
  /** The server's process now; 0 while it is stopped. */
  readonly pid: number;
  /** mysql://… of an account; the root account by default. */
  url(account?: { user: string; password: string }, database?: string, host?: string): string;
  /** As root, one statement after the other; answers the rows of the last. */
  query(...statements: string[]): Promise<Record<string, unknown>[]>;
  /** SIGKILL is a power cut; resolves when the process is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port, with what it has on the disk. */
  restart(): Promise<void>;
  /** From now on, where it was opened with a certificate. */
  present(credentials: Credentials): Promise<void>;
  /** Connections stay, answers stop. */
  pause(): void;
  resume(): void;
}

/** A real MariaDB on 127.0.0.1 with an empty database `centre`, in a folder of its own. */
export async function openMariaDb(
  options: { arguments?: readonly string[]; tls?: Credentials } = {},
): Promise<MariaDb> {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await openTempFolder()).path;
  const data = join(folder, "data");
  const account = await provideAccount(folder);
  await run("mariadb-install-db", [
    "--no-defaults",
    "--force",
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
    "--skip-name-resolve",
    ...account,
    `--datadir=${data}`,
  ]);
  const port = await findFreePort();
  let child: ChildProcess | null = null;

  const rootUrl = (database = ""): string => `mysql://root@127.0.0.1:${port}/${database}`;
  const start = async (): Promise<void> => {
    const started = spawn(
      "mariadbd",
      [
        "--no-defaults",
        ...account,
        `--datadir=${data}`,
        `--socket=${join(folder, "socket")}`,
        `--pid-file=${join(folder, "pid")}`,
        `--log-error=${join(folder, "errors")}`,
        `--port=${port}`,
        "--bind-address=127.0.0.1",
        "--skip-name-resolve",
        "--innodb-buffer-pool-size=64M",
        "--performance-schema=0",
        ...(options.tls ? [`--ssl-cert=${folder}/tls.crt`, `--ssl-key=${folder}/tls.key`] : []),
        ...(options.arguments ?? []),
      ],
      { stdio: "ignore" },
    );
    child = started;
    await untilItAnswers(started, rootUrl(), join(folder, "errors"));
  };
  const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<void> => {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, "exit");
    ending.kill(signal);
    ending.kill("SIGCONT");
    await ended;
  };
  const query = (...statements: string[]) => ask(rootUrl(), statements);
  const show = async ({ certificate, key }: Credentials): Promise<void> => {
    await writeFile(join(folder, "tls.crt"), certificate);
    await writeFile(join(folder, "tls.key"), key);
  };
  opened.defer(() => stop("SIGKILL"));
  if (options.tls) await show(options.tls);
  await start();
  await query("CREATE DATABASE centre CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
  const resources = opened.move();
  return {
    port,
    get pid() {
      return child?.pid ?? 0;
    },
    url(login, database = "centre", host = "127.0.0.1") {
      if (!login) return rootUrl(database);
      const [user, password] = [login.user, login.password].map(encodeURIComponent);
      return `mysql://${user}:${password}@${host}:${port}/${database}`;
    },
    query: (...statements) => query("USE centre", ...statements),
    stop,
    async restart() {
      await stop();
      await start();
    },
    async present(credentials) {
      await show(credentials);
      await query("FLUSH SSL");
    },
    pause: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** The server refuses to run as root; another account needs the folder to be its own. */
async function provideAccount(folder: string): Promise<string[]> {
  if (userInfo().uid !== 0) return [];
  const accounts = await readFile("/etc/passwd", "utf8");
  const nobody = accounts.split("\n").find((line) => line.startsWith("nobody:"));
  const [, , uid, gid] = nobody?.split(":") ?? [];
  if (uid === undefined || gid === undefined) throw new Error("There is no account nobody.");
  await chown(folder, Number(uid), Number(gid));
  await chmod(folder, 0o755);
  await mkdir(join(folder, "data"));
  await chown(join(folder, "data"), Number(uid), Number(gid));
  return ["--user=nobody"];
}

async function untilItAnswers(child: ChildProcess, uri: string, errors: string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) {
      const said = await readFile(errors, "utf8").catch(() => "it said nothing");
      throw new Error(`MariaDB did not start: ${said.slice(-2000)}`);
    }
    const isUp = await ask(uri, ["SELECT 1"]).catch(() => null);
    if (isUp) return;
    // It tells nobody when it listens.
    await delay(20);
  }
}
