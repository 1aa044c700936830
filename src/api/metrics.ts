/**
 * The box in numbers, in Prometheus' text format. Made of the very answer that `/status` gives, so
 * that the two cannot disagree; nothing is counted here. The only door to prom-client.
 */
import { Gauge, Registry } from "prom-client";

import type { Camera, LedgerLine, Status } from "./contract.ts";

export const METRICS_MEDIA_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

const OUTCOMES = ["described", "reused", "skipped", "failed", "waiting", "disabled"] as const;

/** All are gauges, also what only grows: it is read anew from the store, and starts again with it. */
export async function toMetrics(status: Status): Promise<string> {
  const registry = new Registry();
  const gauge: AddGauge = (name, help, lines) => {
    // Without lines the library would tell a 0 of nothing.
    if (lines.length === 0) return;
    const labelNames = [...new Set(lines.flatMap(({ labels }) => Object.keys(labels ?? {})))];
    const made = new Gauge({ name: `nightjar_${name}`, help, labelNames, registers: [registry] });
    for (const { labels, value } of lines) made.set(labels ?? {}, value);
  };
  addBox(gauge, status);
  addCameras(gauge, status.cameras);
  addDesk(gauge, status);
  addSync(gauge, status.sync);
  addRetention(gauge, status.retention);
  return await registry.metrics();
}

interface Line {
  labels?: Record<string, string>;
  value: number;
}

type AddGauge = (name: string, help: string, lines: readonly Line[]) => void;

function addBox(gauge: AddGauge, status: Status): void {
  const { site, version, uptime_s, event_loop_lag, disk, model, problems } = status;
  gauge("info", "Always 1; the site and the version are its labels", [
    { labels: { site: site.id, version }, value: 1 },
  ]);
  gauge("uptime_seconds", "Since the daemon started", [{ value: uptime_s }]);
  gauge("event_loop_lag_seconds", "How late the daemon comes to its own work, since it started", [
    { labels: { quantile: "0.99" }, value: event_loop_lag.p99_ms / 1000 },
    { labels: { quantile: "1" }, value: event_loop_lag.max_ms / 1000 },
  ]);
  gauge(
    "problem",
    "1 for each code of what is wrong now; none when all is well",
    [...new Set(problems.map(({ code }) => code))].map((code) => ({ labels: { code }, value: 1 })),
  );
  gauge("model_ready", "Whether the model can describe pictures now", [
    { labels: { model: model.name }, value: toFlag(model.code === "ready") },
  ]);
  if (disk.free_bytes !== null) {
    gauge("disk_free_bytes", "Free on the data folder's disk", [{ value: disk.free_bytes }]);
  }
}

function addCameras(gauge: AddGauge, cameras: readonly Camera[]): void {
  const by = (pick: (camera: Camera) => number): Line[] =>
    cameras.map((camera) => ({ labels: { camera: camera.id }, value: pick(camera) }));

  gauge(
    "camera_online",
    "Whether its stream is read now",
    by(({ state }) => toFlag(state === "online")),
  );
  gauge(
    "camera_frames_per_second",
    "Pictures that motion looks at",
    by(({ fps }) => fps),
  );
  gauge(
    "camera_tampered",
    "Whether something took its sight away",
    by(({ tampering }) => toFlag(tampering !== null)),
  );
  gauge(
    "camera_quiet",
    "Whether key frames alone are decoded, because nothing moves",
    by(({ decoding }) => toFlag(decoding.now === "quiet")),
  );
  gauge(
    "camera_frames_seen",
    "Since the daemon started",
    by(({ frames_seen }) => frames_seen),
  );
  gauge(
    "camera_frames_dropped",
    "Since the daemon started",
    by(({ frames_dropped }) => frames_dropped),
  );
  gauge(
    "camera_units_damaged",
    "Since the daemon started",
    by(({ units_damaged }) => units_damaged),
  );
  gauge(
    "camera_connections",
    "Made since the daemon started",
    by(({ connections }) => connections),
  );
}

function addDesk(gauge: AddGauge, { ledger, queue, started_at, uptime_s }: Status): void {
  gauge(
    "events",
    "Events kept, by what became of their description; the sum is all of them",
    ledger.flatMap((line) => OUTCOMES.map((outcome) => toLedgerPoint(line, outcome))),
  );
  const { waiting, shed, running, dead, oldest_at, service_s, drain_s } = queue;
  const states = Object.entries({ waiting, shed, running, dead });
  gauge(
    "queue_jobs",
    "Jobs of the desk by state",
    states.map(([state, value]) => ({ labels: { state }, value })),
  );
  const now = Date.parse(started_at) + uptime_s * 1000;
  const oldestMs = oldest_at === null ? 0 : Math.max(0, now - Date.parse(oldest_at));
  gauge("queue_oldest_age_seconds", "Age of the oldest event that waits; 0 when none does", [
    { value: oldestMs / 1000 },
  ]);
  gauge("queue_paused", "Whether nothing is described now; problem says why", [
    { value: toFlag(queue.paused !== null) },
  ]);
  gauge("queue_service_seconds", "Of one description, on average", toLines(service_s));
  gauge("queue_drain_seconds", "Until nothing waits, at this pace", toLines(drain_s));
}

function addSync(gauge: AddGauge, { code, unsent, refused, lag_s }: Status["sync"]): void {
  if (code === "not_configured") return;
  gauge("sync_unsent", "Events whose newest state the centre does not know", [{ value: unsent }]);
  gauge("sync_refused", "Events that the centre will not have", [{ value: refused }]);
  gauge("sync_lag_seconds", "Age of the oldest change that the centre does not know", [
    { value: lag_s },
  ]);
}

function addRetention(
  gauge: AddGauge,
  { removed, held, picture_bytes }: Status["retention"],
): void {
  gauge(
    "retention_removed",
    "Events removed since the daemon started, by the limit they went for",
    Object.entries(removed).map(([limit, value]) => ({ labels: { limit }, value })),
  );
  gauge(
    "retention_held",
    "Events past their time, by why they are kept",
    Object.entries(held).map(([why, value]) => ({ labels: { why }, value })),
  );
  gauge("picture_bytes", "Of all pictures, when they were last measured", toLines(picture_bytes));
}

function toLedgerPoint(line: LedgerLine, outcome: (typeof OUTCOMES)[number]): Line {
  return { labels: { camera: line.camera_id, outcome }, value: line[outcome] };
}

function toFlag(isSo: boolean): number {
  return isSo ? 1 : 0;
}

/** What is not known is left out. */
function toLines(value: number | null): Line[] {
  return value === null ? [] : [{ value }];
}
