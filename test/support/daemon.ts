import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

import { stringify } from "yaml";

import {
  findSecrets,
  plantSecret,
  readFolder,
  readProcesses,
  toGivenSecrets,
} from "./planted-secrets.ts";

const MAIN = resolve(import.meta.dirname, "../../dist/main.js");

export interface Daemon {
  readonly pid: number;
  readonly url: string;
  readonly dataDir: string;
  /** Every line it logged, across restarts. */
  readonly lines: string[];
  setupCode(): Promise<string>;
  /** The daemon's process and all its descendants, now. */
  processes(): Promise<number[]>;
  /** Kills without warning; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
  /** Asks it to stop; answers its exit code. */
  stop(): Promise<number | null>;
  /** Throws when a secret that it was given can be read where it must not be. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts the built daemon as systemd would, on a folder of its own. */
export async function openDaemon(options: {
  config: Record<string, unknown>;
  environment?: Record<string, string>;
}): Promise<Daemon> {
  const folder = await mkdtemp(join(tmpdir(), "nightjar-daemon-"));
  const dataDir = join(folder, "data");
  await mkdir(dataDir);
  const lines: string[] = [];
  const environment = { JWT_SECRET: plantSecret("jwt"), ...options.environment };
  let port = 0;
  let child: ChildProcess | null = null;

  const start = async (): Promise<void> => {
    const file = join(folder, "nightjar.yaml");
    const server = { host: "127.0.0.1", port };
    await writeFile(file, stringify({ data_dir: dataDir, server, ...options.config }));
    const started = spawn(process.execPath, [MAIN, "run", "--config", file], {
      env: { PATH: process.env["PATH"], TZ: "UTC", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    port = await readPort(started, lines);
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) {
      return ending?.exitCode ?? null;
    }
    const ended = once(ending, "exit");
    ending.kill(signal);
    const [code] = await ended;
    return code as number | null;
  };

  await start();
  return {
    get pid() {
      return child?.pid ?? 0;
    },
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    dataDir,
    lines,
    setupCode: async () => (await readFile(join(dataDir, "setup-code"), "utf8")).trim(),
    processes: () => findDescendants(child?.pid ?? 0),
    kill: async () => {
      await end("SIGKILL");
    },
    start,
    stop: () => end("SIGTERM"),
    async [Symbol.asyncDispose]() {
      const seen = child?.exitCode === null ? await lookAtProcesses(child.pid ?? 0) : [];
      await end("SIGKILL");
      const kept = await readFolder(dataDir).catch(() => []);
      await rm(folder, { recursive: true, force: true });
      const places = [...seen, ...kept, ["the journal", lines.join("\n")] as const];
      const found = findSecrets(toGivenSecrets(environment), places);
      if (found.length > 0) throw new Error(`Secrets got out:\n${found.join("\n")}`);
    },
  };
}

/** What others may see of it, and what its children were given. */
async function lookAtProcesses(pid: number): Promise<[string, string][]> {
  const [own = pid, ...children] = await findDescendants(pid);
  return [
    ...(await readProcesses([own], ["cmdline"])),
    ...(await readProcesses(children, ["cmdline", "environ"])),
  ];
}

/** Reads the daemon's log until it says where it listens; goes on collecting after that. */
function readPort(child: ChildProcess, lines: string[]): Promise<number> {
  const { promise, resolve: found, reject } = Promise.withResolvers<number>();
  const collect = (line: string): void => {
    lines.push(line);
    const port = /"msg":"listening".*"port":(\d+)|"port":(\d+).*"msg":"listening"/.exec(line);
    if (port) found(Number(port[1] ?? port[2]));
  };
  if (child.stdout) createInterface(child.stdout).on("line", collect);
  if (child.stderr) createInterface(child.stderr).on("line", collect);
  child.once("exit", (code) =>
    reject(new Error(`the daemon ended with ${code}:\n${lines.slice(-20).join("\n")}`)),
  );
  child.once("error", reject);
  return promise;
}

/** The process and everything it started, by /proc. */
export async function findDescendants(root: number): Promise<number[]> {
  const children = new Map<number, number[]>();
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => null);
    const parent = Number(stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    if (Number.isInteger(parent))
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** Whether the process still runs; a zombie does not. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  return stat !== null && !stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
}
