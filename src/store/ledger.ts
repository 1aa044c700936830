/** What became of the events of each camera, from the counts that triggers keep. */
import { asc, gt, sql } from "drizzle-orm";

import type { AnalysisStatus } from "../events/event.ts";
import type { EdgeDatabase } from "./database.ts";
import { eventCounts } from "./desk-schema.ts";

/** `captured` is the sum of all the others: each event has one status, counted once. */
export interface LedgerLine {
  cameraId: string;
  captured: number;
  described: number;
  reused: number;
  skipped: number;
  failed: number;
  /** Pending or running. */
  waiting: number;
  /** Wanted no description. */
  disabled: number;
}

export function readLedger({ orm }: EdgeDatabase): LedgerLine[] {
  const captured = sql<number>`sum(${eventCounts.count})`;
  return orm
    .select({
      cameraId: eventCounts.cameraId,
      captured,
      described: countOf("done"),
      reused: countOf("reused"),
      skipped: countOf("skipped"),
      failed: countOf("failed"),
      waiting: countOf("pending", "running"),
      disabled: countOf("disabled"),
    })
    .from(eventCounts)
    .groupBy(eventCounts.cameraId)
    .having(gt(captured, 0))
    .orderBy(asc(eventCounts.cameraId))
    .all();
}

function countOf(...statuses: AnalysisStatus[]) {
  const { analysisStatus, count } = eventCounts;
  return sql<number>`coalesce(sum(${count}) filter (where ${analysisStatus} in ${statuses}), 0)`;
}
