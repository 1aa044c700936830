import type { MotionEvent } from "../../src/api/contract.ts";

/** An event as it goes over the wire, told apart by what the test says of it. */
export function toWireEvent(event: Partial<MotionEvent> & { id: string }): MotionEvent {
  return {
    camera_id: "dock-door",
    started_at: "2026-03-01T10:00:00.000Z",
    ended_at: null,
    timestamp: "2026-03-01T10:00:01.000Z",
    confidence: 0.9,
    significance_score: 0.5,
    boxes: [[0.1, 0.2, 0.3, 0.4]],
    snapshot_url: null,
    analysis_status: "pending",
    analysis_reason: null,
    motion_summary: "Motion for 1 s so far.",
    seen: false,
    important: false,
    analysis: null,
    ai: null,
    ...event,
  };
}
