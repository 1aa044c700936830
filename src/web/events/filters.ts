/**
 * Which events are asked for. The address carries the filters by the API's own names, so that a link
 * shows the same and nothing has to be translated. Pure.
 */
import type { MotionEvent } from "../../api/contract.ts";

export interface EventFilters {
  camera: string | null;
  /** Started at or after; UTC. */
  from: string | null;
  /** Started before; UTC. */
  to: string | null;
  /** Described as of so much concern or more. */
  concern: number | null;
  described: boolean | null;
  seen: boolean | null;
  important: boolean;
  words: string;
}

export const noFilters: EventFilters = {
  camera: null,
  from: null,
  to: null,
  concern: null,
  described: null,
  seen: null,
  important: false,
  words: "",
};

/** What the box would refuse. */
const WORDS_CHARACTERS_MAX = 200;

export function toFilters(hash: string): EventFilters {
  const asked = new URLSearchParams(hash.split("?")[1] ?? "");
  const concern = Number(asked.get("min_concern"));
  return {
    camera: asked.get("camera_id") || null,
    from: toTime(asked.get("from")),
    to: toTime(asked.get("to")),
    concern: concern >= 1 && concern <= 3 ? Math.floor(concern) : null,
    described: toChoice(asked.get("described")),
    seen: toChoice(asked.get("seen")),
    important: asked.get("important") === "true",
    words: (asked.get("q") ?? "").slice(0, WORDS_CHARACTERS_MAX),
  };
}

/** For the address and for the API alike. */
export function toQuery(filters: EventFilters): string {
  const query = new URLSearchParams();
  const put = (name: string, value: unknown) => {
    if (value !== null && value !== "") query.set(name, String(value));
  };
  put("camera_id", filters.camera);
  put("from", filters.from);
  put("to", filters.to);
  put("min_concern", filters.concern);
  put("described", filters.described);
  put("seen", filters.seen);
  put("important", filters.important || null);
  // Signs alone are nothing to look for, and the box would say so.
  put("q", /[\p{L}\p{N}]/u.test(filters.words) ? filters.words : null);
  return query.toString();
}

export function toEventsHref(filters: EventFilters): string {
  const query = toQuery(filters);
  return query === "" ? "#/events" : `#/events?${query}`;
}

/** How many are in force, beside the words. */
export function countFilters(filters: EventFilters): number {
  const { camera, from, to, concern, described, seen, important } = filters;
  const given = [camera, from ?? to, concern, described, seen].filter((value) => value !== null);
  return given.length + (important ? 1 : 0);
}

/** As the box would decide it; of the words nearly so, as it knows more of letters than this. */
export function fits(event: MotionEvent, filters: EventFilters): boolean {
  const { camera, from, to, concern, described, seen, important, words } = filters;
  const at = Date.parse(event.started_at);
  return [
    camera === null || event.camera_id === camera,
    from === null || at >= Date.parse(from),
    to === null || at < Date.parse(to),
    concern === null || (event.ai?.concern ?? -1) >= concern,
    described === null || (event.ai !== null) === described,
    seen === null || event.seen === seen,
    !important || event.important,
    hasWords(event, words),
  ].every(Boolean);
}

function hasWords({ ai, motion_summary }: MotionEvent, words: string): boolean {
  const text = [motion_summary, ai?.title, ai?.description, ai?.activity, ...(ai?.objects ?? [])];
  const known = toWords(text.join(" "));
  return toWords(words).every((word) => known.some((other) => other.startsWith(word)));
}

function toWords(text: string): string[] {
  const plain = text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function toTime(text: string | null): string | null {
  const at = Date.parse(text ?? "");
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

function toChoice(text: string | null): boolean | null {
  if (text === "true") return true;
  return text === "false" ? false : null;
}
