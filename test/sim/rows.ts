/** The rows of the box as they are, read past the appliance. */
import type { Storage } from "./doors/database.ts";

/** An event with its job, its words and its mark. */
export interface Row {
  id: string;
  cameraId: string;
  revision: number;
  endedAt: number | null;
  status: string;
  reason: string | null;
  snapshot: string | null;
  important: number;
  wordsAt: string | null;
  jobId: string | null;
  state: string | null;
  urgency: string | null;
  attempts: number | null;
  mark: number | null;
}

const ROWS = `
  select e.id, e.camera_id as cameraId, e.revision, e.ended_at as endedAt, e.important,
    e.analysis_status as status, e.analysis_reason as reason, e.snapshot,
    d.created_at || ' ' || d.queue_wait_ms as wordsAt,
    j.id as jobId, j.state, j.urgency, j.attempts, m.revision as mark
  from motion_events e left join analysis_jobs j on j.motion_event_id = e.id
    left join descriptions d on d.motion_event_id = e.id
    left join sync_marks m on m.motion_event_id = e.id`;
const EVENT_COUNTS = `select camera_id || ' ' || analysis_status as key, count from event_counts
  where count <> 0`;
const JOB_COUNTS = `select state || ' ' || camera_id || ' ' || urgency as key, count from job_counts
  where count <> 0`;
const EARLIER = "select snapshot from earlier_pictures";

export interface Count {
  key: string;
  count: number;
}

export type Reader = Record<"rows" | "events" | "jobs" | "earlier", () => unknown[]> & {
  known(eventId: string): unknown;
};

export function createReader(storage: Storage): Reader {
  const [rows, events, jobs, earlier] = [ROWS, EVENT_COUNTS, JOB_COUNTS, EARLIER].map((text) =>
    storage.prepare(text),
  );
  const known = storage.prepare(`select max(revision) as revision from (
    select revision from motion_events where id = :id
    union all select revision from sync_marks where motion_event_id = :id)`);
  return {
    rows: () => rows?.all() ?? [],
    events: () => events?.all() ?? [],
    jobs: () => jobs?.all() ?? [],
    earlier: () => earlier?.pluck().all() ?? [],
    known: (id) => known.get({ id }),
  };
}
