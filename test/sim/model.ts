/** A model of the world, and all that may become of one. */
import {
  createTrouble,
  type ModelAnswer,
  type ModelState,
  type ModelTrouble,
  type VisionModel,
} from "../../src/analysis/vision-model.ts";
import { GOOD_ANSWER } from "../support/scripted-model.ts";
import { decode } from "./doors/pictures.ts";
import { livingProcess, pick, type World } from "./world.ts";

export type ModelCondition =
  | "well"
  | "refused"
  | "missing"
  | "slow"
  /** Until the box loses patience. */
  | "hanging"
  /** And does not hear that it is to stop. */
  | "deaf"
  | "busy"
  | "failing"
  | "garbage"
  | "cut off"
  /** Up and down again. */
  | "restarting";

export interface SimulatedModel extends VisionModel {
  condition: ModelCondition;
  readonly inHand: number;
  /** Whoever asked is gone. */
  forget(): void;
}

const PATIENCE_MS = 120_000;
const QUICK_MS = 6_000;
const SLOW_MS = 60_000;
const REFUSAL_MS = 50;
/** Of all pictures, those that bring a model down. */
const POISONOUS_OF = 17;
const GARBAGE_SHARE = 0.03;
const GREY = 128;
const SAMPLE_STEP = 64;

export function createSimulatedModel(
  world: World,
  ports: {
    /** An answer that is no description: half of what may cost a job a try. */
    onGarbage(): void;
    /** It was tried out with a grey card: what failed before may count as the picture's fault. */
    onCard(): void;
  },
): SimulatedModel {
  const { loop, random } = world;
  let inHand = 0;

  const wait = (durationMs: number, signal: AbortSignal | null): Promise<void> => {
    const life = livingProcess();
    if (!life) return new Promise(() => {});
    const never = new AbortController().signal;
    return loop.clockOf(life).sleep(durationMs, { signal: signal ?? never });
  };
  /** Throws, now or later, where nothing is to be expected. */
  const labour = async (condition: ModelCondition, signal: AbortSignal): Promise<void> => {
    const trouble = TROUBLES[condition];
    if (trouble) {
      await wait(REFUSAL_MS, signal);
      throw createTrouble(trouble, `The model is ${condition}.`);
    }
    if (condition === "hanging" || condition === "deaf") {
      await wait(PATIENCE_MS, condition === "deaf" ? null : signal);
      throw createTrouble("model_timeout", "The model took too long.");
    }
    await wait(random() * (condition === "slow" ? SLOW_MS : QUICK_MS), signal);
  };
  const answer = async (jpeg: Uint8Array, signal: AbortSignal): Promise<ModelAnswer> => {
    const condition = toPresent(model.condition, random);
    await labour(condition, signal);
    if (looksLikeCard(jpeg)) ports.onCard();
    else if (isPoisonous(jpeg)) throw createTrouble("model_failed", "The model broke.");
    const isGarbage = condition === "garbage" || random() < GARBAGE_SHARE;
    if (isGarbage || condition === "cut off") ports.onGarbage();
    if (condition === "cut off") return toAnswer(GOOD_ANSWER.slice(0, -1), "length");
    return toAnswer(isGarbage ? "I am sorry, but I cannot look at pictures." : GOOD_ANSWER, "stop");
  };

  const model: SimulatedModel = {
    condition: "well",
    get inHand() {
      return inHand;
    },
    forget() {
      inHand = 0;
    },
    async describe({ jpegs }, { signal }) {
      signal.throwIfAborted();
      const life = livingProcess();
      inHand += 1;
      world.tell(`model is asked, ${inHand} in hand, it is ${model.condition}`);
      try {
        return await answer(jpegs[0] ?? new Uint8Array(0), signal);
      } finally {
        if (life === world.life) inHand -= 1;
      }
    },
    async status({ signal }) {
      await wait(random() * REFUSAL_MS, signal);
      const state = STATES[model.condition] ?? "ready";
      const sentence = state === "ready" ? "Ready." : "Start Ollama, or pull the model.";
      return { state, sentence, version: null, digest: null };
    },
    list: async () => [],
  };
  return model;
}

/** One that restarts is there or not. */
function toPresent(condition: ModelCondition, random: () => number): ModelCondition {
  return condition === "restarting" ? pick(random, ["well", "refused"]) : condition;
}

const TROUBLES: Partial<Record<ModelCondition, ModelTrouble>> = {
  refused: "model_unreachable",
  missing: "model_missing",
  busy: "model_busy",
  failing: "model_failed",
};

const STATES: Partial<Record<ModelCondition, ModelState>> = {
  refused: "unreachable",
  missing: "model_missing",
};

function toAnswer(text: string, doneReason: ModelAnswer["doneReason"]): ModelAnswer {
  return {
    ...{ text, doneReason, model: "simulated", digest: null, serverVersion: null },
    ...{ promptTokens: 600, logprobs: null },
    durations: { totalMs: 1, loadMs: 0, promptMs: 1, answerMs: 1 },
  };
}

function looksLikeCard(jpeg: Uint8Array): boolean {
  const { rgb } = decode(jpeg);
  return [0, rgb.length >> 1, rgb.length - 1].every((place) => rgb[place] === GREY);
}

function isPoisonous(jpeg: Uint8Array): boolean {
  let sum = 0;
  for (let place = 0; place < jpeg.length; place += SAMPLE_STEP) sum += jpeg[place] ?? 0;
  return sum % POISONOUS_OF === 0;
}
