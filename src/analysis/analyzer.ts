/**
 * In: one job of the desk. Out: a description, or why there is none, as one of four ends.
 * Never: stores, retries over time, hides or removes an event. The model may only add words.
 *
 * An outage is never the picture's fault — until one and the same picture brings the model down
 * again and again while a plain grey card is described without trouble. Then it is a bad answer,
 * or one picture would hold up the desk for ever.
 */
import type { Clock } from "../base/clock.ts";
import { ApplianceError } from "../base/errors.ts";
import type { ModelReadiness } from "../queue/desk.ts";
import type { Described, Job, JobOutcome } from "../queue/job.ts";
import { toConfidence } from "./confidence.ts";
import { parseDescription } from "./description.ts";
import { WHOLE_VIEW } from "./layout.ts";
import type { ModelFamily } from "./model-family.ts";
import { createCard, type ModelPicture, toModelPicture } from "./picture.ts";
import {
  createPrompt,
  createRepairPrompt,
  PROMPT_VERSION,
  type Prompt,
  type SceneFacts,
} from "./prompt.ts";
import { loadScene, type Scene, type ScenePorts } from "./scene.ts";
import { createSceneMemory } from "./scene-memory.ts";
import { createStrikes } from "./strikes.ts";
import type { ModelAnswer, VisionModel } from "./vision-model.ts";

export interface AnalyzerPorts extends ScenePorts {
  model: VisionModel;
  family: ModelFamily;
  clock: Clock;
}

export interface Analyzer {
  /** Rejects only when the signal aborts, or with a bug. */
  analyze(
    job: Pick<Job, "eventId" | "byHand">,
    options: { signal: AbortSignal },
  ): Promise<JobOutcome>;
  /** What the desk asks before it hands out a job. */
  isModelReady(options: { signal: AbortSignal }): Promise<ModelReadiness>;
}

export function createAnalyzer(ports: AnalyzerPorts): Analyzer {
  const strikes = createStrikes();
  const memory = createSceneMemory();
  /** Of the model as it was last asked; another one has words of its own. */
  let modelDigest: string | null = null;

  const judge = async (
    eventId: string,
    error: ApplianceError,
    signal: AbortSignal,
  ): Promise<JobOutcome> => {
    if (error.kind === "invalid") return toBadAnswer(error);
    const isPoison = strikes.add(eventId, error) && (await describesCard(ports, signal));
    return isPoison ? toPoison(error) : toOutage(error);
  };

  return {
    async analyze({ eventId, byHand }, { signal }) {
      const scene = await loadScene(ports, eventId);
      if ("reason" in scene) return { type: "skipped", reason: scene.reason };
      const asked = { modelDigest, promptVersion: PROMPT_VERSION };
      const same = byHand ? null : await memory.findSame(scene.known, asked);
      if (same) return toRepetition(eventId, same);
      try {
        const outcome = await describeScene(ports, eventId, scene, signal);
        strikes.forget(eventId);
        await memory.remember(scene.known, outcome);
        return outcome;
      } catch (error) {
        if (signal.aborted || !(error instanceof ApplianceError)) throw error;
        return await judge(eventId, error, signal);
      }
    },

    async isModelReady({ signal }) {
      const { state, sentence, digest } = await ports.model.status({ signal });
      modelDigest = digest;
      if (state === "ready") return { ready: true };
      const code = state === "unreachable" ? "model_unreachable" : state;
      return { ready: false, code, reason: sentence };
    },
  };
}

async function describeScene(
  ports: AnalyzerPorts,
  eventId: string,
  { best, earlier, facts }: Scene,
  signal: AbortSignal,
): Promise<Extract<JobOutcome, { type: "done" }>> {
  const picture = await toModelPicture(best, earlier, ports.family);
  const startedAt = ports.clock.monotonic();
  const { answer, prompt, answered } = await askTwice(ports, { picture, facts }, signal);
  const description = {
    eventId,
    model: answer.model,
    modelDigest: answer.digest,
    promptVersion: prompt.version,
    ...answered,
    confidence: toConfidence(answer.logprobs),
    reusedFrom: null,
    processingMs: Math.round(ports.clock.monotonic() - startedAt),
  };
  const { serverVersion } = answer;
  return { type: "done", description, serverVersion, imageHash: picture.sha256 };
}

/** The words of another event of the same scene, without asking the model. */
function toRepetition(eventId: string, same: Described): JobOutcome {
  const reusedFrom = same.description.eventId;
  const description = { ...same.description, eventId, reusedFrom, processingMs: 0 };
  return { ...same, type: "reused", description };
}

/** Asks, and asks once more, differently, when the answer cannot be read. */
async function askTwice(
  ports: AnalyzerPorts,
  { picture, facts }: { picture: ModelPicture; facts: SceneFacts },
  signal: AbortSignal,
) {
  const ask = async (prompt: Prompt) => {
    const answer = await ports.model.describe({ jpegs: picture.jpegs, prompt }, { signal });
    return { answer, prompt, answered: parseDescription(toWholeText(answer)) };
  };
  try {
    return await ask(createPrompt(facts, picture.layout));
  } catch (error) {
    if (!(error instanceof ApplianceError) || error.kind !== "invalid") throw error;
    ports.log.info("answer unreadable, asking once more", { reason: error.message });
    return await ask(createRepairPrompt(facts.place, picture.layout));
  }
}

/** An answer that was cut off may still be balanced by chance; it is not what the model meant. */
function toWholeText({ doneReason, text }: ModelAnswer): string {
  if (doneReason === "stop") return text;
  throw new ApplianceError("invalid", "The model's answer was cut off at its limit.", {
    details: { rawAnswer: text },
  });
}

function toBadAnswer(error: ApplianceError): JobOutcome {
  const { rawAnswer } = error.details as { rawAnswer?: string };
  return { type: "bad-answer", reason: error.message, rawAnswer: rawAnswer ?? null };
}

function toOutage(error: ApplianceError): JobOutcome {
  const code = String(error.details["code"] ?? "model_failed");
  return { type: "outage", code, reason: error.message };
}

function toPoison(error: ApplianceError): JobOutcome {
  const reason = `The model breaks on this picture and on no other: ${error.message}`;
  return { type: "bad-answer", reason, rawAnswer: null };
}

/** As large as a real picture, so that it takes the model as long. */
async function describesCard(ports: AnalyzerPorts, signal: AbortSignal): Promise<boolean> {
  try {
    const jpeg = await createCard({ sidePx: ports.family.longestSidePx });
    await ports.model.describe(
      { jpegs: [jpeg], prompt: createRepairPrompt({ language: "en" }, WHOLE_VIEW) },
      { signal },
    );
    return true;
  } catch (error) {
    if (signal.aborted || !(error instanceof ApplianceError)) throw error;
    return false;
  }
}
