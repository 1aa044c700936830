/** What became of the events of each camera. */
import { asc, count, sql } from "drizzle-orm";

import type { AnalysisStatus } from "../events/event.ts";
import type { EdgeDatabase } from "./database.ts";
import { motionEvents } from "./schema.ts";

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
  return orm
    .select({
      cameraId: motionEvents.cameraId,
      captured: count(),
      described: countOf("done"),
      reused: countOf("reused"),
      skipped: countOf("skipped"),
      failed: countOf("failed"),
      waiting: countOf("pending", "running"),
      disabled: countOf("disabled"),
    })
    .from(motionEvents)
    .groupBy(motionEvents.cameraId)
    .orderBy(asc(motionEvents.cameraId))
    .all();
}

function countOf(...statuses: AnalysisStatus[]) {
  return sql<number>`count(*) filter (where ${motionEvents.analysisStatus} in ${statuses})`;
}
