import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

import { stringify } from "yaml";

const COMPLAINTS_SHOWN = 20;
const MAIN = resolve(import.meta.dirname, "../dist/main.js");

export interface DemoDaemon {
  readonly url: string;
  readonly dataDir: string;
  readonly logFile: string;
  /** Resolves with its exit code or signal when it is gone. */
  readonly ended: Promise<number | string>;
  /** Rejects once the first account exists: the code is used up. */
  setupCode(): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts the built daemon, and resolves once it listens. */
export async function openDemoDaemon(options: {
  dataDir: string;
  host: string;
  port: number;
  cameraUrl: string;
  ollamaUrl: string;
  /** Whether its log also goes to the screen. */
  isChatty: boolean;
}): Promise<DemoDaemon> {
  const { dataDir, host } = options;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const configFile = join(dataDir, "nightjar.yaml");
  const logFile = join(dataDir, "nightjar.log");
  await writeFile(configFile, toConfig(options), { mode: 0o600 });

  // In a group of its own, so that Ctrl-C reaches it once, from us, and not twice.
  const child = spawn(process.execPath, [MAIN, "run", "--config", configFile], {
    detached: true,
    env: toEnvironment(options.ollamaUrl),
    stdio: ["ignore", "pipe", "pipe"],
  });
  // However this process ends, short of being killed, the daemon does not outlive it.
  const end = (): boolean => child.kill("SIGTERM");
  process.once("exit", end);
  // Closed, not only gone: then all that it said has been read.
  const ended = once(child, "close").then(([code, signal]) => code ?? signal);
  const log = createWriteStream(logFile, { flags: "a" });
  const complaints: string[] = [];
  const { promise: listening, resolve: foundPort } = Promise.withResolvers<number>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on("line", (line) => {
      log.write(`${line}\n`);
      const fact = parseFact(line);
      if (!fact) complaints.push(line);
      if (fact?.msg === "listening" && typeof fact.port === "number") foundPort(fact.port);
      if (options.isChatty) console.error(toReadable(line, fact));
    });
  }

  const first = await Promise.race([listening.then((port) => ({ port })), ended]);
  if (typeof first !== "object") {
    const said = [...complaints.slice(-COMPLAINTS_SHOWN), `Its log is ${logFile}.`].join("\n");
    throw new Error(`The daemon ended with ${first} instead of listening.\n${said}`);
  }
  return {
    url: `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${first.port}`,
    dataDir,
    logFile,
    ended,
    setupCode: async () => (await readFile(join(dataDir, "setup-code"), "utf8")).trim(),
    async [Symbol.asyncDispose]() {
      end();
      await ended;
      log.end();
    },
  };
}

/** The wanted port, or any free one when it is taken. */
export async function findPort(wanted: number): Promise<number> {
  const probe = createServer();
  const { promise, resolve: answer } = Promise.withResolvers<number>();
  probe.once("error", () => answer(0));
  probe.listen(wanted, "0.0.0.0", () => probe.close(() => answer(wanted)));
  return promise;
}

function toConfig(options: {
  dataDir: string;
  host: string;
  port: number;
  cameraUrl: string;
}): string {
  return stringify({
    site: { id: "demo", name: "Demonstration" },
    data_dir: options.dataDir,
    server: { host: options.host, port: options.port },
    cameras: [{ id: "yard", name: "Yard", url: options.cameraUrl }],
  });
}

/** Only what it needs: a PORT or DATABASE_URL of this shell must not change the demonstration. */
function toEnvironment(ollamaUrl: string): Record<string, string> {
  const passed = ["PATH", "HOME", "TZ", "LANG", "OLLAMA_MODEL", "OLLAMA_TIMEOUT"];
  const environment: Record<string, string> = { OLLAMA_API_URL: ollamaUrl };
  for (const name of passed) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

interface Fact {
  level: string;
  time: string;
  msg: string;
  port?: unknown;
}

/** A line of the daemon's log; null for anything else it may print. */
function parseFact(line: string): Fact | null {
  try {
    const fact: unknown = JSON.parse(line);
    return isFact(fact) ? fact : null;
  } catch {
    return null;
  }
}

function isFact(value: unknown): value is Fact {
  return typeof value === "object" && value !== null && "msg" in value && "time" in value;
}

function toReadable(line: string, fact: Fact | null): string {
  if (!fact) return line;
  const { level, time, msg, ...fields } = fact;
  const detail = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : "";
  return `${time.slice(11, 19)} ${level === "info" ? "" : `${level}: `}${msg}${detail}`;
}
