/** A marked event as the centre shall know it. Pure. */
import type { MarkedDescription, MarkedEvent } from "../store/marked-events.ts";
import type { CentralDescription, CentralEvent } from "./central-rows.ts";

/** So much of a reason always fits; it may quote a server. */
const REASON_LENGTH_MAX = 500;
/** Of each text of a row that is too large for the centre. */
const CUT_LENGTH_MAX = 200;
const CUT_OBJECTS_MAX = 5;
/** Of a row without its texts, as a statement spells it. */
const FRAME_BYTES = 420;

export function toCentralEvent(row: MarkedEvent): CentralEvent {
  const { eventId, cameraId, cameraName, startedAt, event } = row;
  if (!event) {
    const { revision, deletedAt } = row;
    return {
      eventId,
      revision,
      cameraId,
      startedAt,
      deletedAt: deletedAt ?? startedAt,
      facts: null,
    };
  }
  const facts = {
    cameraName,
    endedAt: event.endedAt,
    peakAt: event.timestamp,
    significanceScore: event.significanceScore,
    confidence: event.confidence,
    motionSummary: event.motionSummary,
    analysisStatus: event.analysisStatus,
    analysisReason: event.analysisReason && cutText(event.analysisReason, REASON_LENGTH_MAX),
    ai: event.ai && toCentralDescription(event.ai),
    isCut: false,
  };
  return { eventId, revision: event.revision, cameraId, startedAt, deletedAt: null, facts };
}

function toCentralDescription({ createdAt, ...said }: MarkedDescription): CentralDescription {
  return { ...said, describedAt: createdAt };
}

/** About what it takes in a statement. */
export function measureBytes({ facts }: CentralEvent): number {
  if (!facts) return FRAME_BYTES;
  const { ai, motionSummary, analysisReason } = facts;
  const texts = [motionSummary, analysisReason ?? "", facts.cameraName];
  if (ai) texts.push(ai.title, ai.description, ai.activity, ai.model, ...ai.objects);
  return texts.reduce((bytes, text) => bytes + Buffer.byteLength(text) + 3, FRAME_BYTES);
}

/** The same with its texts cut, and marked so. */
export function cutEvent(event: CentralEvent): CentralEvent {
  const { facts } = event;
  if (!facts) return event;
  const { ai, motionSummary, analysisReason } = facts;
  return {
    ...event,
    facts: {
      ...facts,
      motionSummary: cutText(motionSummary, CUT_LENGTH_MAX),
      analysisReason: analysisReason && cutText(analysisReason, CUT_LENGTH_MAX),
      ai: ai && {
        ...ai,
        title: cutText(ai.title, CUT_LENGTH_MAX),
        description: cutText(ai.description, CUT_LENGTH_MAX),
        activity: cutText(ai.activity, CUT_LENGTH_MAX),
        objects: ai.objects.slice(0, CUT_OBJECTS_MAX).map((name) => cutText(name, CUT_LENGTH_MAX)),
      },
      isCut: true,
    },
  };
}

function cutText(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  // Never half a character: what is cut between its two halves is no text to a database.
  return `${text.slice(0, lengthMax - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
