/**
 * A camera's day in figures and one sentence, counted from its events: of today, and of the days
 * before for as long as descriptions still come in. The figures do not fall: what was deleted did
 * happen.
 */
import { toPriority, toUrgency } from "../events/urgency.ts";
import type { DaySpan, DigestFigures, DigestLine, DigestStore } from "../store/digests.ts";

export interface DigestPorts {
  digests: Pick<
    DigestStore,
    "versionOf" | "linesOf" | "camerasOf" | "downtimeMs" | "find" | "keep" | "forgetBefore"
  >;
  /** Cameras that have a day also without an event. */
  cameraIds(): readonly string[];
  /** Wall time. */
  now(): number;
}

export interface DigestClerk {
  /** Counts what has changed; between two cameras others have their turn. */
  count(): Promise<void>;
}

/** Today, and as many days before it. */
const DAYS_BACK = 7;
const DAYS_KEPT = 400;
const TOP_OBJECTS = 5;

export function createDigestClerk({ digests, cameraIds, now }: DigestPorts): DigestClerk {
  /** By camera and day: of what its figures were made. */
  const counted = new Map<string, string>();

  const countDay = (cameraId: string, span: DaySpan): void => {
    const { day } = span;
    const key = `${day} ${cameraId}`;
    const downtimeS = Math.round(digests.downtimeMs(cameraId, day) / 1000);
    const version = `${digests.versionOf(cameraId, span)} ${downtimeS}`;
    if (counted.get(key) === version) return;
    counted.set(key, version);
    const before = digests.find(cameraId, day);
    const fresh = countFigures(digests.linesOf(cameraId, span), downtimeS);
    const figures = before && fresh.events < before.events ? { ...before, downtimeS } : fresh;
    if (before && isSame(before, figures)) return;
    const sentence = toDaySentence(figures);
    digests.keep({ ...toFigures(figures), cameraId, day, sentence }, now());
  };

  return {
    async count() {
      const spans = Array.from({ length: DAYS_BACK + 1 }, (_, back) => toDaySpan(now(), -back));
      const wanted = spans.slice(0, 1).flatMap((span) => cameraIds().map((id) => ({ id, span })));
      const seen = spans.flatMap((span) => digests.camerasOf(span).map((id) => ({ id, span })));
      for (const { id, span } of [...wanted, ...seen]) {
        countDay(id, span);
        await new Promise((resolve) => setImmediate(resolve));
      }
      digests.forgetBefore(toDaySpan(now(), -DAYS_KEPT).day);
      const oldest = spans.at(-1)?.day ?? "";
      for (const key of counted.keys()) if (key < oldest) counted.delete(key);
    },
  };
}

/** The day of that moment by the box's time zone, or one so many days from it. */
export function toDaySpan(at: number, days = 0): DaySpan {
  const moment = new Date(at);
  const midnight = (more: number): Date =>
    new Date(moment.getFullYear(), moment.getMonth(), moment.getDate() + days + more);
  const begin = midnight(0);
  const day = [begin.getFullYear(), begin.getMonth() + 1, begin.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
  return { day, from: begin.getTime(), to: midnight(1).getTime() };
}

export function countFigures(lines: readonly DigestLine[], downtimeS: number): DigestFigures {
  const urgencies = lines.map((line) => toUrgency(toPriority(line.significanceScore, 1)));
  const count = (isMeant: (line: DigestLine) => boolean): number => lines.filter(isMeant).length;
  const withConcern = (concern: number): number => count((line) => line.concern === concern);
  const withStatus = (status: DigestLine["analysisStatus"]): number =>
    count(({ analysisStatus }) => analysisStatus === status);
  return {
    events: lines.length,
    eventsUrgent: urgencies.filter((urgency) => urgency === "urgent").length,
    eventsOrdinary: urgencies.filter((urgency) => urgency === "ordinary").length,
    eventsLow: urgencies.filter((urgency) => urgency === "low").length,
    eventsByConcern: [withConcern(0), withConcern(1), withConcern(2), withConcern(3)],
    described: withStatus("done"),
    reused: withStatus("reused"),
    skipped: withStatus("skipped"),
    failed: withStatus("failed"),
    topObjects: findTopObjects(lines),
    firstEventAt: lines[0]?.startedAt ?? null,
    lastEventAt: lines.at(-1)?.startedAt ?? null,
    downtimeS,
  };
}

function findTopObjects(lines: readonly DigestLine[]): string[] {
  const seen = new Map<string, number>();
  for (const name of lines.flatMap(({ objects }) => objects)) {
    seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  return [...seen]
    .sort(([one, times], [other, otherTimes]) => otherTimes - times || (one < other ? -1 : 1))
    .slice(0, TOP_OBJECTS)
    .map(([name]) => name);
}

/** In English, without a name: it stands beside the camera's. */
export function toDaySentence(figures: DigestFigures): string {
  const { events, eventsUrgent, topObjects, downtimeS, eventsByConcern } = figures;
  const alarming = eventsByConcern[2] + eventsByConcern[3];
  const parts = [
    events === 0 ? "Nothing moved" : `${events} ${events === 1 ? "event" : "events"}`,
    eventsUrgent > 0 ? `${eventsUrgent} of them strong` : "",
    alarming > 0 ? `${alarming} unusual or alarming` : "",
    topObjects.length > 0 ? `mostly ${topObjects.slice(0, 3).join(", ")}` : "",
    downtimeS >= 60 ? `no picture for ${Math.round(downtimeS / 60)} min` : "",
  ];
  return `${parts.filter((part) => part !== "").join("; ")}.`;
}

function toFigures(figures: DigestFigures): DigestFigures {
  return {
    events: figures.events,
    eventsUrgent: figures.eventsUrgent,
    eventsOrdinary: figures.eventsOrdinary,
    eventsLow: figures.eventsLow,
    eventsByConcern: figures.eventsByConcern,
    described: figures.described,
    reused: figures.reused,
    skipped: figures.skipped,
    failed: figures.failed,
    topObjects: figures.topObjects,
    firstEventAt: figures.firstEventAt,
    lastEventAt: figures.lastEventAt,
    downtimeS: figures.downtimeS,
  };
}

function isSame(one: DigestFigures, other: DigestFigures): boolean {
  return JSON.stringify(toFigures(one)) === JSON.stringify(toFigures(other));
}
