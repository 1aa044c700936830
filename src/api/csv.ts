/** Events as lines of a table (RFC 4180). Pure. */
import type { MotionEvent } from "./contract.ts";

type Cell = string | number | boolean | null;

/** By the names of JSON; what the model said stands beside the rest. */
const COLUMNS: Readonly<Record<string, (event: MotionEvent) => Cell>> = {
  id: ({ id }) => id,
  camera_id: ({ camera_id }) => camera_id,
  started_at: ({ started_at }) => started_at,
  ended_at: ({ ended_at }) => ended_at,
  timestamp: ({ timestamp }) => timestamp,
  significance_score: ({ significance_score }) => significance_score,
  confidence: ({ confidence }) => confidence,
  motion_summary: ({ motion_summary }) => motion_summary,
  analysis_status: ({ analysis_status }) => analysis_status,
  analysis_reason: ({ analysis_reason }) => analysis_reason,
  seen: ({ seen }) => seen,
  important: ({ important }) => important,
  title: ({ ai }) => ai?.title ?? null,
  description: ({ ai }) => ai?.description ?? null,
  objects: ({ ai }) => ai?.objects.join("; ") ?? null,
  people: ({ ai }) => ai?.people ?? null,
  vehicles: ({ ai }) => ai?.vehicles ?? null,
  activity: ({ ai }) => ai?.activity ?? null,
  concern: ({ ai }) => ai?.concern ?? null,
  model: ({ ai }) => ai?.model ?? null,
  reused_from: ({ ai }) => ai?.reused_from ?? null,
  described_at: ({ ai }) => ai?.described_at ?? null,
};

export const CSV_HEAD = `${Object.keys(COLUMNS).join(",")}\r\n`;

export function toCsvLine(event: MotionEvent): string {
  return `${Object.values(COLUMNS)
    .map((read) => toCell(read(event)))
    .join(",")}\r\n`;
}

/**
 * A text that a spreadsheet would take for a formula gets an apostrophe in front: the words come from
 * a model that read them in a picture.
 */
function toCell(value: Cell): string {
  if (value === null) return "";
  if (typeof value !== "string") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
