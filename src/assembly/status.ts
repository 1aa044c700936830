/** Everything an operator asks first, on one screen: each part with a code and a sentence. */
import { statfs } from "node:fs/promises";

import { type CameraAccess, maySee } from "../access/camera-access.ts";
import type { ModelStatus } from "../analysis/vision-model.ts";
import type { Status } from "../api/contract.ts";
import {
  type NamedCamera,
  type QueueReading,
  toCamera,
  toLedgerLine,
  toQueueReport,
  toTime,
} from "../api/representation.ts";
import { type SyncReading, toSyncReport } from "../api/sync-representation.ts";
import type { Clock } from "../base/clock.ts";
import type { EventLoopLag } from "../base/event-loop.ts";
import { EXPOSED, isExposed } from "../config/exposure.ts";
import type { Config } from "../config/schema.ts";
import type { QueueState } from "../queue/analysis-queue.ts";
import type { LedgerLine } from "../store/ledger.ts";
import type { Recovery } from "../store/recovery.ts";
import type { BackupReport } from "../upkeep/backups.ts";
import type { RetentionReport } from "../upkeep/retention.ts";

export interface StatusPorts {
  clock: Clock;
  eventLoopLag(): EventLoopLag;
  cameras(): readonly NamedCamera[];
  queue(): QueueReading;
  sync(): SyncReading;
  /** Null until the model was asked for the first time. */
  model(): ModelStatus | null;
  ledger(): LedgerLine[];
  retention(): RetentionReport;
  backup(): BackupReport;
  /** That the disk was full, and has no room again yet. */
  isDiskFull(): boolean;
  /** What was done about a damaged database at the start. */
  recovery: Recovery | null;
  /** The last picture that could not be taken or written; null when none failed since the start. */
  pictureTrouble(): string | null;
  /** What of the file is not in force; null when all of it is. */
  configurationTrouble(): Verdict | null;
}

type Verdict = { code: string; sentence: string };

export function createStatusReader(
  config: Pick<Config, "site" | "dataDir" | "server" | "ollama" | "retention">,
  version: string,
  ports: StatusPorts,
): (access: CameraAccess) => Promise<Status> {
  const startedAt = ports.clock.now();
  const startedMs = ports.clock.monotonic();
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();

  return async (access) => {
    const isSeen = ({ cameraId }: { cameraId: string }) => maySee(access, cameraId);
    const cameras = ports.cameras().filter(isSeen);
    const model = toModelVerdict(ports.model());
    const queue = ports.queue();
    const lag = ports.eventLoopLag();
    const disk = await readDisk(config.dataDir, config.retention.freeDiskPercent);
    const sync = toSyncReport(ports.sync());
    const retention = toRetentionStatus(ports.retention());
    const problems = [
      ...cameras.flatMap(toCameraProblem),
      ...cameras.flatMap(toTamperingProblem),
      ...(model.code === "ready" || model.code === "unknown" ? [] : [model]),
      ...(ports.model()?.warnings ?? []),
      ...toDeskProblem(queue.state, model),
      ...toPictureProblem(ports.pictureTrouble()),
      ...toExposureProblem(config.server),
      ...toProblem(ports.configurationTrouble()),
      ...toDiskProblem(disk),
      ...toSyncProblem(sync),
      ...toDiskProblem(retention),
      ...(ports.isDiskFull() ? [DISK_FULL] : []),
      ...toBackupProblem(ports.backup()),
      ...toRecoveryProblem(ports.recovery),
    ];
    return {
      state: problems.length === 0 ? "ok" : "degraded",
      site: { id: config.site.id, name: config.site.name, time_zone: timeZone },
      version,
      started_at: toTime(startedAt),
      uptime_s: Math.round((ports.clock.monotonic() - startedMs) / 1000),
      event_loop_lag: { p99_ms: lag.p99Ms, max_ms: lag.maxMs },
      cameras: cameras.map(toCamera),
      queue: toQueueReport(queue),
      model: {
        ...model,
        name: config.ollama.model,
        version: ports.model()?.version ?? null,
        digest: ports.model()?.digest ?? null,
      },
      sync,
      disk,
      retention,
      ledger: ports.ledger().filter(isSeen).map(toLedgerLine),
      problems,
    };
  };
}

function toModelVerdict(status: ModelStatus | null): Verdict {
  if (!status)
    return {
      code: "unknown",
      sentence: "Nothing is known of the model yet; it is being tried out.",
    };
  const code = status.state === "unreachable" ? "model_unreachable" : status.state;
  return { code, sentence: status.sentence };
}

function toCameraProblem({ name, state, reason }: NamedCamera): Verdict[] {
  if (reason === null || state === "disabled") return [];
  return [{ code: `camera_${state}`, sentence: `${name}: ${reason}` }];
}

function toTamperingProblem({ name, tampering }: NamedCamera): Verdict[] {
  if (!tampering) return [];
  return [{ code: `camera_${tampering.kind}`, sentence: `${name}: ${tampering.sentence}` }];
}

/** What the model's own verdict does not say already. */
function toDeskProblem({ paused }: QueueState, model: Verdict): Verdict[] {
  if (!paused || paused.code === model.code) return [];
  return [{ code: paused.code, sentence: `Descriptions wait: ${paused.reason}` }];
}

function toPictureProblem(trouble: string | null): Verdict[] {
  if (trouble === null) return [];
  return [{ code: "picture_failed", sentence: `An event stands without its picture: ${trouble}` }];
}

function toExposureProblem(server: Config["server"]): Verdict[] {
  return isExposed(server) ? [EXPOSED] : [];
}

function toProblem(trouble: Verdict | null): Verdict[] {
  return trouble ? [trouble] : [];
}

function toDiskProblem({ code, sentence }: Verdict): Verdict[] {
  return code === "ok" ? [] : [{ code, sentence }];
}

const DISK_FULL: Verdict = {
  code: "disk_full",
  sentence: "The disk is full. Events are still kept, but without pictures. Free some space.",
};

function toBackupProblem({ trouble }: BackupReport): Verdict[] {
  if (trouble === null) return [];
  return [{ code: "backup_failed", sentence: `The latest backup failed: ${trouble}` }];
}

function toRecoveryProblem(recovery: Recovery | null): Verdict[] {
  if (!recovery) return [];
  const { backup, salvaged, quarantine } = recovery;
  const from = backup === null ? "There was no backup" : `The backup ${backup} took its place`;
  const sentence = `The database was damaged. ${from}, and ${salvaged} rows were read from it. It lies in ${quarantine}; look at what is missing, and at the disk.`;
  return [{ code: "db_restored", sentence }];
}

function toRetentionStatus(report: RetentionReport): Status["retention"] {
  const { removed, held, pictureBytes, stuck, lastRunAt } = report;
  return {
    ...toRetentionVerdict(stuck, held),
    removed,
    held,
    picture_bytes: pictureBytes,
    last_run_at: lastRunAt === null ? null : toTime(lastRunAt),
  };
}

function toRetentionVerdict(
  stuck: RetentionReport["stuck"],
  { important, unsynced, waiting }: RetentionReport["held"],
): Verdict {
  if (stuck !== null) {
    const what = stuck === "disk" ? "The disk stays short" : "Pictures take too much room";
    const sentence = `${what}, and nothing more may go: what is left is important, unsent, waiting for its description or no event. Free some space, or take marks away.`;
    return { code: "retention_stuck", sentence };
  }
  const count = important + unsynced + waiting;
  const kept = `${important} important, ${unsynced} unsent, ${waiting} waiting for a description`;
  return count === 0
    ? { code: "ok", sentence: "What is past its time is removed." }
    : { code: "ok", sentence: `Kept past their time: ${kept}.` };
}

/** A first connection, and changes on their way, are no trouble. */
function toSyncProblem({ code, sentence }: Status["sync"]): Verdict[] {
  const isWell = ["not_configured", "connecting", "sending", "synced"].includes(code);
  return isWell ? [] : [{ code, sentence }];
}

async function readDisk(folder: string, freePercentMin: number): Promise<Status["disk"]> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    const free = {
      free_bytes: bavail * bsize,
      free_percent: blocks === 0 ? 0 : Math.round((bavail * 1000) / blocks) / 10,
    };
    return free.free_percent < freePercentMin
      ? { code: "disk_low", sentence: `Only ${free.free_percent} % of the disk is free.`, ...free }
      : { code: "ok", sentence: `${free.free_percent} % of the disk is free.`, ...free };
  } catch {
    const sentence = `The data folder ${folder} cannot be read. Check the disk and its mount.`;
    return { code: "disk_unreadable", sentence, free_bytes: null, free_percent: null };
  }
}
