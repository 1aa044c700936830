/**
 * The canary: a card of three coloured stripes whose colours a model can name only if it looks. It
 * is shown before the first event is, because a model that is blind describes what it never saw, in
 * good form and without a doubt.
 *
 * Only a model that cannot describe anything keeps the desk waiting: it hangs, says nothing, never ends,
 * or read so few tokens that no picture can have been among them. One that names other colours may be
 * small or may make things up: it is let in, and everybody is told of the doubt. So is one that names
 * them in another language.
 */
import { createHash } from "node:crypto";

import { ApplianceError } from "../base/errors.ts";
import { toJpeg } from "./picture.ts";
import type { Prompt } from "./prompt.ts";
import type { ModelAnswer, VisionModel } from "./vision-model.ts";

export type Verdict =
  | { type: "sees"; speaks: "as asked" | "another language" }
  /** It named other colours, or none. */
  | { type: "doubtful" }
  | { type: "fails"; state: "model_blind" | "model_hanging" | "model_blank" | "model_endless" };

type Colour = keyof typeof colours;
type Rgb = readonly [number, number, number];

const colours = {
  red: [220, 20, 20],
  green: [20, 160, 40],
  blue: [20, 40, 210],
  yellow: [250, 220, 20],
  white: [250, 250, 250],
  black: [8, 8, 8],
} as const satisfies Record<string, Rgb>;
const names = Object.keys(colours) as Colour[];

/** One tile of the vision encoders in use: the least that a picture can cost. */
const sidePx = 336;
const stripes = 3;
const jpegQuality = 90;
/** A model that sees may still mistake a colour once. */
const cardsMax = 2;

/** Throws trouble that says nothing about the model's eyes, such as a server that went away. */
export async function askCanary(
  model: Pick<VisionModel, "describe">,
  options: { seed: string; signal: AbortSignal },
): Promise<Verdict> {
  let verdict: Verdict = { type: "doubtful" };
  for (let card = 0; card < cardsMax; card += 1) {
    const shown = pickColours(`${options.seed} ${card}`);
    verdict = await showCard(model, shown, options.signal);
    if (verdict.type !== "doubtful") return verdict;
  }
  return verdict;
}

async function showCard(
  model: Pick<VisionModel, "describe">,
  shown: readonly Colour[],
  signal: AbortSignal,
): Promise<Verdict> {
  const jpeg = await createColourCard(shown);
  try {
    return judge(await model.describe({ jpegs: [jpeg], prompt }, { signal }), shown);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ApplianceError)) throw error;
    const { code } = error.details;
    if (code === "model_timeout") return { type: "fails", state: "model_hanging" };
    if (code === "model_blind") return { type: "fails", state: "model_blind" };
    throw error;
  }
}

/** The order of the colours is not asked for: left and right is a lesson that small models miss. */
export function judge(
  { text, doneReason }: Pick<ModelAnswer, "text" | "doneReason">,
  shown: readonly Colour[],
): Verdict {
  if (doneReason === "length") return { type: "fails", state: "model_endless" };
  const said = text.toLowerCase();
  if (said.replace(/[\s{}[\]"':,]|left|middle|right|sentence/g, "") === "") {
    return { type: "fails", state: "model_blank" };
  }
  const named = names.filter((name) => new RegExp(`\\b${name}\\b`).test(said));
  if (named.length === shown.length && shown.every((name) => named.includes(name))) {
    return { type: "sees", speaks: isForeign(said) ? "another language" : "as asked" };
  }
  const translated = shown.every((name) => foreignNames[name].some((word) => said.includes(word)));
  return translated ? { type: "sees", speaks: "another language" } : { type: "doubtful" };
}

/** The colours in the languages that the models in use fall back into. */
const foreignNames: Record<Colour, readonly string[]> = {
  red: ["rot", "rouge", "rojo", "rosso", "vermelho", "rood", "красн", "红", "紅", "赤"],
  green: ["grün", "vert", "verde", "groen", "зелен", "зелён", "绿", "綠", "緑"],
  blue: ["blau", "bleu", "azul", "blu", "blauw", "син", "蓝", "藍", "青"],
  yellow: ["gelb", "jaune", "amarillo", "giallo", "amarelo", "geel", "желт", "жёлт", "黄", "黃"],
  white: ["weiß", "weiss", "blanc", "blanco", "bianco", "branco", "wit", "бел", "白"],
  black: ["schwarz", "noir", "negro", "nero", "preto", "zwart", "черн", "чёрн", "黑", "黒"],
};

/** Only on good evidence: another script, or little words that English does not have. */
function isForeign(said: string): boolean {
  const letters = said.match(/\p{L}/gu) ?? [];
  const foreign = letters.filter((letter) => !/\p{Script=Latin}/u.test(letter));
  if (foreign.length > letters.length / 4) return true;
  return /\b(?:der|die|das|und|ist|les|une|est|dans|los|las|una|por|che|sono|het|een)\b/.test(said);
}

const stripe = { type: "string", enum: names };
const prompt: Prompt = {
  version: 0,
  system:
    "You look at one picture and say what is in it. Answer in English, in the form asked for.",
  user:
    "The picture is three upright stripes, each of one colour. Which colours are they, from the " +
    "left to the right? Add one short sentence about the picture.",
  schema: {
    type: "object",
    properties: {
      left: stripe,
      middle: stripe,
      right: stripe,
      sentence: { type: "string", maxLength: 120 },
    },
    required: ["left", "middle", "right", "sentence"],
    additionalProperties: false,
  },
  seed: 1,
};

/** Three different ones, the same for the same seed. */
export function pickColours(seed: string): Colour[] {
  const digest = createHash("sha256").update(seed).digest();
  const left = [...names];
  return Array.from({ length: stripes }, (_, index) => {
    const [picked] = left.splice((digest[index] ?? 0) % left.length, 1);
    return picked ?? "red";
  });
}

async function createColourCard(shown: readonly Colour[]): Promise<Uint8Array> {
  const rgb = new Uint8Array(sidePx * sidePx * 3);
  for (let pixel = 0; pixel < sidePx * sidePx; pixel += 1) {
    const stripeIndex = Math.floor(((pixel % sidePx) * stripes) / sidePx);
    rgb.set(colours[shown[stripeIndex] ?? "red"], pixel * 3);
  }
  return await toJpeg({ width: sidePx, height: sidePx, rgb }, { quality: jpegQuality });
}
