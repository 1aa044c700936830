/**
 * Three boxes and one centre, and everything between them that can break does: either side killed
 * without warning, stopped and let go on, the line cut, reset, slow or silent. Then the line is good,
 * the boxes settle, and box and centre are held against each other, row by row.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

import { createAuthority, createLeaf } from "../../src/access/certificate.ts";
import { systemClock } from "../../src/base/clock.ts";
import { toGrants } from "../../src/sync/central-views.ts";
import { openCentreToRead } from "../../src/sync/centre.ts";
import { compareWithCentre } from "../../src/sync/reconcile.ts";
import { migrate } from "./central-samples.ts";
import { type ChaosProxy, type Line, openChaosProxy } from "./chaos-proxy.ts";
import { type MariaDb, openMariaDb } from "./mariadb.ts";
import { createRandom } from "./random.ts";
import { openSyncBox } from "./sync-box.ts";
import type { SyncChildOptions } from "./sync-child.ts";
import { openTempFolder } from "./temp-folder.ts";

export interface SyncChaosReport {
  seed: number;
  seconds: number;
  faults: Record<Fault, number>;
  sites: SiteFindings[];
}

export interface SiteFindings {
  site: string;
  /** That the box holds in the end. */
  events: number;
  /** That were there and are not any more; the centre holds nothing of them but names and times. */
  deleted: number;
  missing: number;
  extra: number;
  different: number;
  /** Rows whose words differ though their revision is the same. */
  differentWords: number;
  /** Deleted ones of which the centre still holds words. */
  leftOfDeleted: number;
  waiting: number;
}

const FAULTS = [
  "courier killed",
  "centre killed",
  "centre stopped",
  "courier stopped",
  "line cut",
  "line reset",
  "line silent",
  "line slow",
] as const;
type Fault = (typeof FAULTS)[number];

const CHILD = resolve(import.meta.dirname, "sync-child.ts");
const SITES = ["dock", "gate", "yard"];
/** Of the account, as the printed grants make it up. */
const PASSWORD = "a long random password";

export async function runSyncChaos(options: {
  seconds: number;
  /** Of each side. */
  kills: number;
  /** Of each other fault. */
  troubles: number;
  changesPerSecond: number;
  seed: number;
  onFault?(fault: Fault, atSecond: number): void;
}): Promise<SyncChaosReport> {
  const { seed, seconds } = options;
  const random = createRandom(seed);
  await using field = await openField(options);
  const startedAt = systemClock.monotonic();
  const plan = shuffle(
    FAULTS.flatMap((fault) => {
      const times = fault.endsWith("killed") ? options.kills : options.troubles;
      return Array.from({ length: times }, () => fault);
    }),
    random,
  );
  for (const [index, fault] of plan.entries()) {
    const dueMs = startedAt + ((index + random()) / plan.length) * seconds * 1000;
    await pause(Math.max(0, dueMs - systemClock.monotonic()));
    options.onFault?.(fault, Math.round((systemClock.monotonic() - startedAt) / 1000));
    await field.provoke(fault, random);
  }
  const sites = await field.settle();
  const faults = Object.fromEntries(
    FAULTS.map((fault) => [fault, plan.filter((one) => one === fault).length]),
  ) as Record<Fault, number>;
  return { seed, seconds: Math.round((systemClock.monotonic() - startedAt) / 1000), faults, sites };
}

async function openField(options: { seed: number; changesPerSecond: number }) {
  await using opened = new AsyncDisposableStack();
  const authority = createAuthority("centre");
  const names = { host: "localhost", all: ["localhost"] };
  const tls = createLeaf(authority, names, systemClock.now());
  const folder = opened.use(await openTempFolder()).path;
  const database = opened.use(await openMariaDb({ tls }));
  await migrate(database.url());
  const proxy = opened.use(await openChaosProxy(database.port));
  const boxes: Box[] = [];
  for (const [index, siteId] of SITES.entries()) {
    const user = `nightjar-${siteId}`;
    await database.query(...toGrants(siteId, { database: "centre", user, withViews: true }));
    const url = `mysql://${user}:${encodeURIComponent(PASSWORD)}@localhost:${proxy.port}/centre`;
    const own = { folder: join(folder, siteId), siteId, url, seed: options.seed * 100 + index };
    await mkdir(own.folder);
    const box = createBox({ ...own, authority: authority.certificate, ...options, seed: own.seed });
    boxes.push(opened.use(box));
  }
  const resources = opened.move();
  return {
    provoke: (fault: Fault, random: () => number) =>
      provoke(fault, { database, proxy, box: pick(boxes, random), random }),
    async settle() {
      proxy.become({ type: "good" });
      await Promise.all(boxes.map((box) => box.settle()));
      const findings = [];
      for (const { siteId, folder: of } of boxes.map(({ given }) => given)) {
        findings.push(await examine(siteId, of, database));
      }
      return findings;
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

type Box = ReturnType<typeof createBox>;

function createBox(given: SyncChildOptions) {
  let lives = 0;
  let child = spawnChild({ ...given, seed: given.seed });
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
  return {
    given,
    signal: (signal: NodeJS.Signals) => void child.kill(signal),
    async kill() {
      await end();
      lives += 1;
      child = spawnChild({ ...given, seed: given.seed + 1000 * lives });
    },
    async settle() {
      const lines = createInterface({ input: child.stdout });
      const exited = once(child, "exit");
      child.stdin.write("settle\n");
      for await (const line of lines) if (line === "settled") break;
      await exited;
      if (child.exitCode !== 0) throw new Error(`The box ${given.siteId} ended badly.`);
    },
    [Symbol.asyncDispose]: end,
  };
}

function spawnChild(options: SyncChildOptions) {
  const words = [CHILD, JSON.stringify(options)];
  return spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
}

async function provoke(
  fault: Fault,
  parts: { database: MariaDb; proxy: ChaosProxy; box: Box; random: () => number },
): Promise<void> {
  const { database, proxy, box, random } = parts;
  const whileMs = 300 + random() * 2_000;
  const during = async (line: Line): Promise<void> => {
    proxy.become(line);
    if (line.type === "reset") proxy.cut();
    await pause(whileMs);
    proxy.become({ type: "good" });
  };
  switch (fault) {
    case "courier killed":
      return box.kill();
    case "centre killed":
      await database.stop("SIGKILL");
      return database.restart();
    case "centre stopped":
      database.pause();
      await pause(whileMs);
      return database.resume();
    case "courier stopped":
      box.signal("SIGSTOP");
      await pause(whileMs);
      return box.signal("SIGCONT");
    case "line cut":
      return proxy.cut();
    case "line reset":
      return during({ type: "reset" });
    case "line silent":
      return during({ type: "blackhole" });
    case "line slow":
      return during({ type: "slow", delayMs: 20 + random() * 300 });
  }
}

/** What both sides say in the end, revision by revision and word by word. */
async function examine(siteId: string, folder: string, database: MariaDb): Promise<SiteFindings> {
  await using box = await openSyncBox(folder);
  await using centre = await openCentreToRead({
    address: { url: database.url(), tls: { mode: "auto", ca: null } },
    site: { id: siteId, name: siteId },
    clock: systemClock,
    signal: new AbortController().signal,
  });
  const found = await compareWithCentre(centre, box.audit);
  const rows = await database.query(
    `SELECT event_id, deleted_at, ended_at, motion_summary, description, analysis_status
     FROM motion_events WHERE site_id = '${siteId}'`,
  );
  let [differentWords, leftOfDeleted] = [0, 0];
  for (const row of rows) {
    const event = box.events.find(String(row["event_id"]));
    if (row["deleted_at"] !== null) {
      if (row["motion_summary"] !== null || row["description"] !== null) leftOfDeleted += 1;
    } else if (event && !isSame(event, row)) differentWords += 1;
  }
  return {
    ...{ site: siteId, events: found.events },
    deleted: rows.filter((row) => row["deleted_at"] !== null).length,
    ...{ missing: found.missing.length, extra: found.extra.length },
    ...{ different: found.different.length, differentWords, leftOfDeleted, waiting: found.waiting },
  };
}

function isSame(
  event: NonNullable<ReturnType<Awaited<ReturnType<typeof openSyncBox>>["events"]["find"]>>,
  row: Record<string, unknown>,
): boolean {
  const { endedAt, motionSummary, analysisStatus, ai } = event;
  const ended = endedAt === null ? null : new Date(endedAt).toISOString().slice(0, -1);
  return (
    row["ended_at"] === (ended?.replace("T", " ") ?? null) &&
    row["motion_summary"] === motionSummary &&
    row["analysis_status"] === analysisStatus &&
    row["description"] === (ai?.description ?? null)
  );
}

function shuffle<T>(values: readonly T[], random: () => number): T[] {
  const shuffled = [...values];
  for (let at = shuffled.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [shuffled[at], shuffled[other]] = [shuffled[other] as T, shuffled[at] as T];
  }
  return shuffled;
}

function pick<T>(values: readonly T[], random: () => number): T {
  return values[Math.floor(random() * values.length)] as T;
}
