/**
 * In: what a model said. Out: what an event keeps of it, or an `invalid` ApplianceError.
 * Forgiving with form — fences, prose, numbers as text — and strict with substance: an answer
 * without a count of people is no answer, and never means that nobody was there.
 */
import { z } from "zod";

import { ApplianceError } from "../base/errors.ts";
import type { Description } from "../events/event.ts";
import { parseObject } from "./answer-lines.ts";
import { activities, answerLimits } from "./prompt.ts";

/** The part of a description that is the model's own. */
export type Answered = Pick<
  Description,
  "people" | "vehicles" | "concern" | "activity" | "title" | "description" | "objects"
>;

const countMax = 99;
const concernMax = 3;
/** Ten times what the model may say. An endless answer must not keep us searching. */
const answerLengthMax = 16_384;
const bracesTriedMax = 64;
/** More is kept for nobody to read. */
const rawAnswerLengthMax = 8192;

const count = (most: number) =>
  z.preprocess(
    toNumber,
    z.number().transform((value) => Math.max(0, Math.min(most, Math.round(value)))),
  );

const text = (lengthMax: number) =>
  z.preprocess(
    (value) => (typeof value === "string" ? value : ""),
    z.string().transform((value) => toPlainText(value, lengthMax)),
  );

const activity = z.preprocess(
  (value) => (typeof value === "string" ? value.trim().toLowerCase() : "other"),
  z.enum(activities).catch("other"),
);

const objects = z.preprocess(
  toNames,
  z.array(text(answerLimits.object)).transform((list) => {
    const distinct = new Set(list.filter((object) => object !== ""));
    return [...distinct].slice(0, answerLimits.objects);
  }),
);

const shape = z.object({
  people: count(countMax),
  vehicles: count(countMax),
  concern: count(concernMax),
  activity,
  title: text(answerLimits.title),
  description: text(answerLimits.description),
  objects,
});

export function parseDescription(rawAnswer: string): Answered {
  const found = findObject(rawAnswer);
  if (!found) throw createRefusal("The model's answer has no complete JSON object.", rawAnswer);
  const parsed = shape.safeParse(found);
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => issue.path.join(".")).join(", ");
    throw createRefusal(`The model's answer lacks or garbles: ${fields}.`, rawAnswer);
  }

  const { title, description, ...rest } = parsed.data;
  if (title === "" && description === "") {
    throw createRefusal("The model's answer has neither title nor description.", rawAnswer);
  }
  return {
    ...rest,
    title: title || toPlainText(toFirstSentence(description), answerLimits.title),
    description: description || title,
  };
}

function createRefusal(reason: string, rawAnswer: string): ApplianceError {
  const kept = rawAnswer.slice(0, rawAnswerLengthMax);
  return new ApplianceError("invalid", reason, { details: { rawAnswer: kept } });
}

/**
 * The first balanced object of a text that is JSON. Raw control characters become spaces first:
 * outside of strings they mean nothing, inside of them JSON forbids them and models write them.
 */
function findObject(rawAnswer: string): Record<string, unknown> | null {
  const readable = rawAnswer
    .slice(0, answerLengthMax)
    .toWellFormed()
    .replace(/\p{Cc}+/gu, " ");
  let start = readable.indexOf("{");
  for (let tries = 0; start >= 0 && tries < bracesTriedMax; tries += 1) {
    const end = findEnd(readable, start);
    const found = end === null ? null : parseObject(readable.slice(start, end));
    if (found) return found;
    start = readable.indexOf("{", start + 1);
  }
  return null;
}

/** Where the object that begins at `start` has ended; null when it never does. */
function findEnd(readable: string, start: number): number | null {
  let depth = 0;
  // A whole string, with its escapes, or one brace.
  const pieces = /"(?:[^"\\]|\\.)*"|[{}]/g;
  pieces.lastIndex = start;
  for (let piece = pieces.exec(readable); piece; piece = pieces.exec(readable)) {
    if (piece[0] === "{") depth += 1;
    if (piece[0] === "}") depth -= 1;
    if (depth === 0) return pieces.lastIndex;
  }
  return null;
}

/** A list, a line with commas, or names with their counts; anything else names nothing. */
function toNames(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "string") return value.split(",");
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}

/** `" 2 "` is 2; whatever is no number stays what it is, for zod to refuse. */
function toNumber(value: unknown): unknown {
  if (typeof value !== "string" || value.trim() === "") return value;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}

/**
 * One line of visible characters. Control, format and direction marks go: in a list of events they
 * could hide or turn around what stands beside them.
 */
export function toPlainText(value: string, lengthMax: number): string {
  const visible = value
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .replace(/[\p{Cf}\p{Co}\p{Cn}]/gu, "")
    .replace(/ {2,}/g, " ")
    .trim();
  const characters = [...visible];
  if (characters.length <= lengthMax) return visible;
  return `${characters
    .slice(0, lengthMax - 1)
    .join("")
    .trimEnd()}…`;
}

function toFirstSentence(description: string): string {
  return description.match(/^.*?[.!?](?= |$)/)?.[0] ?? description;
}
