/** What the stand-in answers to one ask, and the chunks it travels in. */
import type { Ask } from "./ask.ts";
import type { Fault, Spoiling } from "./faults.ts";
import { answerTo, type Schema, toText } from "./grammar.ts";
import { countImageTokens, type StandInModel } from "./models.ts";
import type { Picture } from "./picture.ts";
import { createRandom, type Random } from "./random.ts";
import { countTextTokens, type Token, toLogprob, toTokens } from "./tokens.ts";

export interface Answer {
  tokens: readonly Token[];
  doneReason: "stop" | "length";
  promptTokens: number;
  random: Random;
}

const predictDefault = 40_960;

/** The same model, picture, words and seed: the same answer. Another picture: another answer. */
export function createAnswer(given: {
  ask: Ask;
  model: StandInModel;
  pictures: readonly Picture[];
  schema: Schema | null;
  fault: Fault | null;
}): Answer {
  const { ask, model, pictures, schema, fault } = given;
  const seen = model.vision && fault?.type !== "image-ignored" ? pictures : [];
  const picture = fault?.type === "made-up" ? null : (seen[0] ?? null);
  const seed = `${model.digest} ${ask.options["seed"] ?? 0} ${picture?.sha256}`;
  const random = createRandom(seed);
  const scene = { picture, random, field: "description" };
  const written = schema ? JSON.stringify(answerTo(schema, scene)) : toText(scene);
  const text = distort(written, fault);

  const all = toTokens(text, random);
  const limit = Number(ask.options["num_predict"] ?? predictDefault);
  const cut = limit > 0 && all.length > limit;
  const forced = fault?.type === "says" ? fault.doneReason : undefined;
  const imageTokens = seen.map((it) => countImageTokens(model, it));
  return {
    tokens: cut ? all.slice(0, limit) : all,
    doneReason: forced ?? (cut ? "length" : "stop"),
    promptTokens: countTextTokens(ask.text) + imageTokens.reduce((sum, it) => sum + it, 0),
    random,
  };
}

function distort(written: string, fault: Fault | null): string {
  switch (fault?.type) {
    case "says":
      return fault.text;
    case "wraps":
      return fault.before + written + fault.after;
    case "spoils":
      return JSON.stringify(spoil(JSON.parse(written), fault.how));
    case "whitespace-run":
      return `{${"\n\t ".repeat(5000)}`;
    case "odd-text":
      return written.replace("Stand-in", "Stand\u0000\ud800in");
    default:
      return written;
  }
}

/** The first field that can be spoiled so. */
function spoil(answer: Record<string, unknown>, how: Spoiling): Record<string, unknown> {
  const fields = Object.entries(answer);
  const isNumber = ([, value]: [string, unknown]) => typeof value === "number";
  const isWord = ([, value]: [string, unknown]) => typeof value === "string";
  const [number] = fields.find(isNumber) ?? [];
  const [word] = fields.find(isWord) ?? [];
  const spoilt: Record<Spoiling, [string | undefined, unknown]> = {
    "wrong-choice": [word, "not one of them"],
    "wrong-type": [number, { nested: true }],
    "missing-field": [fields[0]?.[0], undefined],
    "number-as-text": [number, String(answer[number ?? ""])],
  };
  const [name, value] = spoilt[how];
  return name === undefined ? answer : { ...answer, [name]: value };
}

/** One chunk as Go writes it: fields that are empty are absent. */
export function toChunk(
  given: { ask: Ask; model: StandInModel; fault: Fault | null; logprobs: boolean },
  tokens: readonly Token[],
): Record<string, unknown> {
  const { ask, model, fault } = given;
  const text = tokens.map((token) => token.text).join("");
  const thinks = fault?.type === "thinks-only";
  const said = thinks ? { content: "", thinking: text } : { content: text };
  const withheld =
    fault?.type === "no-logprobs" || (fault?.type === "short-logprobs" && text.length % 2 === 0);
  const withLogprobs = given.logprobs && ask.logprobs && !withheld;
  return {
    model: ask.model || model.name,
    created_at: toGoTime(Date.now() + (fault?.type === "clock-skew" ? fault.skewMs : 0)),
    ...(ask.route === "chat"
      ? { message: { role: "assistant", ...said } }
      : { response: said.content, ...(thinks && { thinking: text }) }),
    done: false,
    ...(withLogprobs &&
      tokens.length > 0 && { logprobs: tokens.map((it) => toLogprob(it, ask.topLogprobs)) }),
  };
}

export interface Spent {
  totalMs: number;
  loadMs: number;
  promptMs: number;
  answerMs: number;
}

/** The counts and durations of a last chunk, in nanoseconds. */
export function toMetrics(answer: Answer, spent: Spent): Record<string, number> {
  const metrics = {
    total_duration: toNanoseconds(spent.totalMs),
    load_duration: toNanoseconds(spent.loadMs),
    prompt_eval_count: answer.promptTokens,
    prompt_eval_duration: toNanoseconds(spent.promptMs),
    eval_count: answer.tokens.length,
    eval_duration: toNanoseconds(spent.answerMs),
  };
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => value !== 0));
}

function toNanoseconds(durationMs: number): number {
  return Math.round(durationMs * 1e6);
}

/** RFC 3339 with nanoseconds. The last digit is never 0, since Go would leave it out. */
export function toGoTime(at: number): string {
  return new Date(at).toISOString().replace("Z", "000001Z");
}
