/**
 * Marked events as they are now, as the centre is told them. Written out, because a backlog is a
 * hundred thousand rows and a query builder takes longer for a row than the database does.
 */
import { sql } from "drizzle-orm";

import type { Description, DescriptionOrigin, MotionEvent } from "../events/event.ts";
import type { EdgeDatabase } from "./database.ts";

export interface MarkedEvent {
  /** The mark's place among the others. */
  markId: number;
  eventId: string;
  revision: number;
  cameraId: string;
  cameraName: string;
  startedAt: number;
  /** Null while the event is there. */
  deletedAt: number | null;
  /** As it is now; null when it was deleted. */
  event: MarkedFacts | null;
  /** That it was never handed out. */
  isNew: boolean;
}

export interface MarkedFacts extends Pick<MotionEvent, FactName> {
  ai: MarkedDescription | null;
}

type FactName =
  | "revision"
  | "endedAt"
  | "timestamp"
  | "significanceScore"
  | "confidence"
  | "motionSummary"
  | "analysisStatus"
  | "analysisReason";

export type MarkedDescription = Omit<Description, "eventId"> & Pick<DescriptionOrigin, "createdAt">;

/** `model` is null without a description, `eventRevision` without an event. */
interface Row
  extends Omit<MarkedFacts, "ai" | "revision">,
    Omit<MarkedDescription, "model" | "objects" | "confidence"> {
  markId: number;
  eventId: string;
  markRevision: number;
  cameraId: string;
  cameraName: string | null;
  startedAt: number;
  deletedAt: number | null;
  isNew: number;
  eventRevision: number | null;
  aiConfidence: number | null;
  model: string | null;
  objects: string;
}

/** Without those that were refused, oldest first, and only those behind the mark. */
export function listMarked({ orm }: EdgeDatabase, limit: number, behind: number): MarkedEvent[] {
  return orm
    .all<Row>(sql`
      select mark.id as "markId", mark.motion_event_id as "eventId", mark.revision as "markRevision",
        mark.camera_id as "cameraId", camera.name as "cameraName", mark.started_at as "startedAt",
        mark.deleted_at as "deletedAt", mark.is_new as "isNew",
        event.revision as "eventRevision", event.ended_at as "endedAt", event.timestamp,
        event.significance_score as "significanceScore", event.confidence,
        event.motion_summary as "motionSummary", event.analysis_status as "analysisStatus",
        event.analysis_reason as "analysisReason",
        ai.title, ai.description, ai.objects, ai.people, ai.vehicles, ai.activity, ai.concern,
        ai.confidence as "aiConfidence", ai.model, ai.model_digest as "modelDigest",
        ai.prompt_version as "promptVersion", ai.reused_from as "reusedFrom",
        ai.processing_ms as "processingMs", ai.created_at as "createdAt"
      from sync_marks as mark
        left join motion_events as event on event.id = mark.motion_event_id
        left join descriptions as ai on ai.motion_event_id = mark.motion_event_id
        left join cameras as camera on camera.id = mark.camera_id
      where mark.refused_at is null and mark.id > ${behind}
      order by mark.id
      limit ${limit}`)
    .map(toMarkedEvent);
}

function toMarkedEvent(row: Row): MarkedEvent {
  return {
    markId: row.markId,
    eventId: row.eventId,
    revision: row.markRevision,
    cameraId: row.cameraId,
    cameraName: row.cameraName ?? row.cameraId,
    startedAt: row.startedAt,
    deletedAt: row.deletedAt,
    event: row.eventRevision === null ? null : toFacts(row, row.eventRevision),
    isNew: row.isNew === 1,
  };
}

function toFacts(row: Row, revision: number): MarkedFacts {
  return {
    revision,
    endedAt: row.endedAt,
    timestamp: row.timestamp,
    significanceScore: row.significanceScore,
    confidence: row.confidence,
    motionSummary: row.motionSummary,
    analysisStatus: row.analysisStatus,
    analysisReason: row.analysisReason,
    ai: row.model === null ? null : toDescription(row, row.model),
  };
}

function toDescription(row: Row, model: string): MarkedDescription {
  return {
    title: row.title,
    description: row.description,
    objects: JSON.parse(row.objects) as string[],
    people: row.people,
    vehicles: row.vehicles,
    activity: row.activity,
    concern: row.concern,
    confidence: row.aiConfidence,
    model,
    modelDigest: row.modelDigest,
    promptVersion: row.promptVersion,
    reusedFrom: row.reusedFrom,
    processingMs: row.processingMs,
    createdAt: row.createdAt,
  };
}
