/** The state of the sync as it goes over the wire. Pure. */
import type { RefusedEvent } from "../store/sync-marks.ts";
import { toTime } from "./representation.ts";
import type { SyncReport } from "./sync-contract.ts";

export interface SyncReading {
  code: string;
  sentence: string;
  unsent: number;
  refused: number;
  lagMs: number;
  thumbnailsUnsent: number | null;
  sentAt: number | null;
  lastTrouble: { code: string; sentence: string; at: number } | null;
  nextTryAt: number | null;
}

export function toSyncReport(reading: SyncReading): SyncReport {
  const { code, sentence, unsent, refused, lastTrouble } = reading;
  return {
    ...{ code, sentence, unsent, refused },
    thumbnails_unsent: reading.thumbnailsUnsent,
    lag_s: Math.round(reading.lagMs) / 1000,
    last_sent_at: toTimeOrNull(reading.sentAt),
    last_trouble: lastTrouble && { ...lastTrouble, at: toTime(lastTrouble.at) },
    next_try_at: toTimeOrNull(reading.nextTryAt),
  };
}

export function toRefusedEvent(refused: RefusedEvent) {
  return {
    event_id: refused.eventId,
    camera_id: refused.cameraId,
    started_at: toTime(refused.startedAt),
    deleted_at: toTimeOrNull(refused.deletedAt),
    reason: refused.reason,
    refused_at: toTime(refused.refusedAt),
  };
}

function toTimeOrNull(at: number | null): string | null {
  return at === null ? null : toTime(at);
}
