/** Rows in our words to the columns of the centre: times as texts in UTC, texts of the length there. */
import type {
  CentralDescription,
  CentralEvent,
  DailySummary,
  SiteHeartbeat,
  Thumbnail,
} from "./central-rows.ts";
import type { Row } from "./central-upsert.ts";

const NAME_CHARACTERS_MAX = 128;
const LINE_CHARACTERS_MAX = 512;
const TEXT_CHARACTERS_MAX = 4096;
const OBJECTS_CHARACTERS_MAX = 2048;
const TOP_OBJECTS_CHARACTERS_MAX = 1024;
const SENTENCE_CHARACTERS_MAX = 1024;
const COUNT_MAX = 4_294_967_295;

/** DATETIME(3) in UTC: 2026-11-23 09:15:00.000 */
export function toTimeText(at: number): string {
  const text = new Date(at).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 23)}`;
}

export function toEventRow({ facts, ...event }: CentralEvent): Row {
  const { eventId, cameraId, revision } = event;
  const startedAt = toTimeText(event.startedAt);
  const deletedAt = toTimeOrNull(event.deletedAt);
  const names = { eventId, cameraId, revision, startedAt, deletedAt };
  if (!facts) return { ...names, isCut: 0 };
  return {
    ...names,
    cameraName: cut(facts.cameraName, NAME_CHARACTERS_MAX),
    endedAt: toTimeOrNull(facts.endedAt),
    peakAt: toTimeText(facts.peakAt),
    significanceScore: facts.significanceScore,
    confidence: facts.confidence,
    motionSummary: cut(facts.motionSummary, LINE_CHARACTERS_MAX),
    analysisStatus: facts.analysisStatus,
    analysisReason: cutOrNull(facts.analysisReason, LINE_CHARACTERS_MAX),
    ...(facts.ai && toDescriptionColumns(facts.ai)),
    isCut: facts.isCut || isTooLong(facts.ai) ? 1 : 0,
  };
}

function toDescriptionColumns(ai: CentralDescription): Row {
  return {
    title: cut(ai.title, LINE_CHARACTERS_MAX),
    description: cut(ai.description, TEXT_CHARACTERS_MAX),
    objects: toList(ai.objects, OBJECTS_CHARACTERS_MAX),
    people: toCount(ai.people),
    vehicles: toCount(ai.vehicles),
    activity: cut(ai.activity, LINE_CHARACTERS_MAX),
    concern: ai.concern,
    aiConfidence: ai.confidence,
    model: cut(ai.model, NAME_CHARACTERS_MAX),
    modelDigest: cutOrNull(ai.modelDigest, NAME_CHARACTERS_MAX),
    promptVersion: toCount(ai.promptVersion),
    reusedFrom: ai.reusedFrom,
    processingMs: toCount(ai.processingMs),
    describedAt: toTimeText(ai.describedAt),
  };
}

export function toSummaryRow(summary: DailySummary): Row {
  const { eventsByConcern, topObjects, firstEventAt, lastEventAt, cameraName, sentence, ...rest } =
    summary;
  return {
    ...rest,
    cameraName: cut(cameraName, NAME_CHARACTERS_MAX),
    eventsConcern0: eventsByConcern[0],
    eventsConcern1: eventsByConcern[1],
    eventsConcern2: eventsByConcern[2],
    eventsConcern3: eventsByConcern[3],
    topObjects: toList(topObjects, TOP_OBJECTS_CHARACTERS_MAX),
    firstEventAt: toTimeOrNull(firstEventAt),
    lastEventAt: toTimeOrNull(lastEventAt),
    downtimeS: toCount(summary.downtimeS),
    sentence: cut(sentence, SENTENCE_CHARACTERS_MAX),
  };
}

/** The driver writes bytes as such only in a Buffer. */
export function toThumbnailRow({ jpeg, ...thumbnail }: Thumbnail): Row {
  return { ...thumbnail, jpeg: Buffer.from(jpeg) };
}

export function toHeartbeatRow(heartbeat: SiteHeartbeat): Row {
  const { isClockSynchronised: isSynchronised, sentAt, model, lagS, ...rest } = heartbeat;
  return {
    ...rest,
    sentAt: toTimeText(sentAt),
    isClockSynchronised: isSynchronised === null ? null : Number(isSynchronised),
    model: cut(model, NAME_CHARACTERS_MAX),
    lagS: toCount(lagS),
  };
}

function toTimeOrNull(at: number | null): string | null {
  return at === null ? null : toTimeText(at);
}

function toCount(value: number): number {
  return Math.min(COUNT_MAX, Math.max(0, Math.round(value)));
}

/** As many names as there is room for: half a name, or half a list, is no JSON. */
function toList(names: readonly string[], charactersMax: number): string {
  for (let count = names.length; count > 0; count -= 1) {
    const list = JSON.stringify(names.slice(0, count).map((name) => name.toWellFormed()));
    if (countCharacters(list) <= charactersMax) return list;
  }
  return "[]";
}

function isTooLong(ai: CentralDescription | null): boolean {
  if (!ai) return false;
  const lines = [ai.title, ai.activity];
  return (
    lines.some((line) => countCharacters(line) > LINE_CHARACTERS_MAX) ||
    countCharacters(ai.description) > TEXT_CHARACTERS_MAX ||
    countCharacters(JSON.stringify(ai.objects)) > OBJECTS_CHARACTERS_MAX
  );
}

function cutOrNull(text: string | null, charactersMax: number): string | null {
  return text === null ? null : cut(text, charactersMax);
}

/** The database counts code points, and takes no half of a pair. */
function cut(text: string, charactersMax: number): string {
  const whole = text.toWellFormed();
  if (whole.length <= charactersMax) return whole;
  return [...whole].slice(0, charactersMax).join("");
}

function countCharacters(text: string): number {
  return text.length <= LINE_CHARACTERS_MAX ? text.length : [...text].length;
}
