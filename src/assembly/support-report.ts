/**
 * What somebody who helps from afar asks first, in one document: versions, configuration, how every part
 * is, how much is stored, the newest lines of the log. Never: a secret, a picture, what was seen.
 */
import { execFile } from "node:child_process";
import { access, readFile } from "node:fs/promises";
import { arch, cpus, freemem, loadavg, release, totalmem, uptime } from "node:os";
import { join } from "node:path";

import { openVault } from "../access/vault.ts";
import type { Clock } from "../base/clock.ts";
import { toSentence } from "../base/errors.ts";
import { createLog } from "../base/log.ts";
import { readVersion } from "../base/version.ts";
import type { Config } from "../config/schema.ts";
import { createAddedCameraStore } from "../store/added-cameras.ts";
import { openDatabase } from "../store/database.ts";
import { readLedger } from "../store/ledger.ts";
import { countRows } from "../store/row-counts.ts";
import { readAdded } from "./camera-keeper.ts";
import { examine, type Finding } from "./examination.ts";
import { createMask, listSecretsOf } from "./mask.ts";

export interface ReportOptions {
  clock: Clock;
  signal: AbortSignal;
  /** A file with the daemon's lines, where it is not the journal that has them. */
  logFile: string | null;
}

const LINES_MAX = 2_000;
const LOG_BYTES_MAX = 16 * 1024 * 1024;
const KEY_FILES = ["jwt-secret", "vault-key", "setup-code"];
const HEALTH_MS_MAX = 5_000;

export async function createSupportReport(config: Config, options: ReportOptions) {
  const findings: Finding[] = [];
  for await (const finding of examine(config, options)) findings.push(finding);
  const memory = await readMemory(config).catch((error: unknown) => ({
    ...{ addresses: [], stored: { trouble: toSentence(error) } },
  }));
  const mask = createMask(await listSecrets(config, memory.addresses));
  return mask({
    madeAt: new Date(options.clock.now()).toISOString(),
    versions: await readVersions(),
    machine: {
      ...{ cpus: cpus().length, cpu: cpus()[0]?.model ?? null, load: loadavg() },
      ...{ memoryBytes: totalmem(), memoryFreeBytes: freemem(), uptimeS: Math.round(uptime()) },
    },
    status: { daemon: await askDaemon(config), findings, ...memory.stored },
    configuration: { ...config, jwtSecret: config.jwtSecret === null ? null : "***" },
    log: await readLog(options.logFile),
  });
}

async function readVersions() {
  const system = await readFile("/etc/os-release", "utf8").catch(() => "");
  return {
    nightjar: readVersion(),
    node: process.version,
    system: /^PRETTY_NAME="?([^"\n]*)/m.exec(system)?.[1] ?? null,
    kernel: release(),
    processor: arch(),
  };
}

/** What is stored, in numbers; and the addresses of added cameras, whose logins are secrets. */
async function readMemory({ dataDir, cameras }: Config) {
  const path = join(dataDir, "nightjar.db");
  const log = createLog({ level: "silent" });
  await access(path);
  await using db = await openDatabase({ path, log, isVisit: true });
  const store = createAddedCameraStore(db);
  const isNone = store.list().length === 0;
  const vault = isNone ? null : await openVault({ folder: dataDir });
  const added = vault ? [...readAdded({ fromFile: cameras, store, vault, log }).values()] : [];
  return {
    addresses: added.flatMap(({ url, detail_url: detailUrl }) => [url, detailUrl]),
    stored: { rows: countRows(db), ledger: readLedger(db) },
  };
}

async function listSecrets(
  { cameras, central, ollama, jwtSecret, dataDir }: Config,
  added: readonly (string | null)[],
): Promise<string[]> {
  const ofFile = cameras.flatMap(({ url, detailUrl }) => [url, detailUrl]);
  const addresses = [...ofFile, ...added, central.url, ollama.url];
  const keys = KEY_FILES.map((name) => readFile(join(dataDir, name), "utf8").catch(() => ""));
  return [
    ...addresses.flatMap((address) => (address === null ? [] : listSecretsOf(address))),
    ...(await Promise.all(keys)).map((text) => text.trim()),
    jwtSecret ?? "",
  ];
}

/** By its own word on readiness, which takes no account. */
async function askDaemon({ server: { host, port } }: Config) {
  const isAny = host === "0.0.0.0" || host === "::";
  const url = `http://${isAny ? "127.0.0.1" : host}:${port}/readyz`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(HEALTH_MS_MAX) });
    return { url, status: answer.status, said: await answer.text() };
  } catch (error) {
    return { url, status: null, said: toSentence(error) };
  }
}

async function readLog(file: string | null) {
  const text = file === null ? await readJournal() : await readFile(file, "utf8");
  return text.split("\n").filter(Boolean).slice(-LINES_MAX);
}

/** Empty where there is no journal, or none that this account may read. */
function readJournal(): Promise<string> {
  const words = ["--unit=nightjar", `--lines=${LINES_MAX}`, "--output=cat", "--no-pager"];
  return new Promise((resolve) => {
    execFile("journalctl", words, { maxBuffer: LOG_BYTES_MAX }, (_, stdout) => resolve(stdout));
  });
}
