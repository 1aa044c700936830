/**
 * When a model is tried out, with what, and for how long it is left alone when it failed. A card
 * with colours before it is trusted, a small question when it is suspected.
 */
import type { Clock } from "../base/clock.ts";
import { ApplianceError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { askCanary, type Verdict } from "./canary.ts";
import type { OllamaModel } from "./ollama.ts";
import type { ModelState, ModelStatus, ModelWarning } from "./vision-model.ts";

export interface TrialParts {
  model: Pick<OllamaModel, "describe" | "probe" | "unload">;
  name: string;
  clock: Clock;
  log: Log;
  /** A picture is being described: nothing is tried meanwhile. */
  isBusy(): boolean;
  /** A picture took too long, and none was described since. */
  isSuspect(): boolean;
  onPassed(): void;
}

/** A model that failed its canary may have been busy, or be mended: it is asked again. */
const failedForMs = 5 * 60_000;
const wedgedForMs = 60_000;
/** The server was in trouble of its own, which says nothing about the model. */
const troubledForMs = 5_000;
const probesMax = 2;

export interface Hold {
  /** Version and digest of what failed; another one is not held. */
  key: string;
  state: ModelState;
  sentence: string;
  untilMs: number;
}

export interface Trials {
  /** What is being tried now; null when nothing is. */
  running(): Promise<void> | null;
  /** Tries what has to be tried. Null when the model may be given a picture. */
  settle(status: ModelStatus, signal: AbortSignal): Promise<Hold | null>;
  /** The server went away: what held is to be found out anew. */
  forgetHold(): void;
  /** What its canary left open; null when nothing. */
  doubt(): ModelWarning | null;
}

export function createTrials(parts: TrialParts): Trials {
  const { name, clock } = parts;
  let running: Promise<void> | null = null;
  let hold: Hold | null = null;
  /** Version and digest that the canary was asked of, and what it said. */
  let passed: { key: string; verdict: Verdict } | null = null;

  const tryOut = async (key: string, signal: AbortSignal): Promise<Failure | null> => {
    if (passed?.key === key) return await listen(parts, signal);
    passed = null;
    const verdict = await askCanary(parts.model, { seed: key, signal });
    if (verdict.type === "fails") return toFailure(name, verdict.state);
    passed = { key, verdict };
    return null;
  };

  const tryOutGently = async (key: string, signal: AbortSignal): Promise<void> => {
    const failure = await tryOut(key, signal).catch((error: unknown) => {
      if (signal.aborted || !(error instanceof ApplianceError)) throw error;
      return toTroubled(error);
    });
    if (failure) {
      const { state, sentence, forMs } = failure;
      parts.log.warn("model does not pass its trial", { state, reason: sentence });
      hold = { key, state, sentence, untilMs: clock.monotonic() + forMs };
    } else {
      hold = null;
      parts.onPassed();
    }
  };

  return {
    running: () => running,
    forgetHold() {
      hold = null;
    },
    async settle({ version, digest }, signal) {
      const key = `${version} ${digest}`;
      const isHeld = hold?.key === key && clock.monotonic() < hold.untilMs;
      const isDue = hold !== null || passed?.key !== key || parts.isSuspect();
      if (!running && !parts.isBusy() && isDue && !isHeld) {
        running = tryOutGently(key, signal).finally(() => {
          running = null;
        });
      }
      await running;
      return hold;
    },
    doubt: () => passed && toDoubt(name, passed.verdict),
  };
}

function toDoubt(name: string, verdict: Verdict): ModelWarning | null {
  if (verdict.type === "doubtful") {
    const sentence =
      `${name} did not name the colours of a test picture: it may not see what it is shown, and make ` +
      "its descriptions up. Update Ollama, or set ollama.model to another one.";
    return { code: "model_blind", sentence };
  }
  if (verdict.type !== "sees" || verdict.speaks === "as asked") return null;
  const sentence = `${name} answers in another language than it is asked in. Its descriptions may too.`;
  return { code: "model_language", sentence };
}

interface Failure {
  state: ModelState;
  sentence: string;
  forMs: number;
}

/** Null when the model still answers. */
async function listen({ model, name }: TrialParts, signal: AbortSignal): Promise<Failure | null> {
  if (!(await isDeaf(model, signal))) return null;
  await letGo(model, signal);
  const sentence =
    `Ollama answers, but ${name} does not, even to two small questions. It was told to let the ` +
    "model go; if this stays, restart Ollama.";
  return { state: "wedged", sentence, forMs: wedgedForMs };
}

async function isDeaf(model: TrialParts["model"], signal: AbortSignal): Promise<boolean> {
  for (let probe = 0; probe < probesMax; probe += 1) {
    try {
      await model.probe({ signal });
      return false;
    } catch (error) {
      if (signal.aborted || !isTimeout(error)) throw error;
    }
  }
  return true;
}

/** Some wedged servers give the model back, and some do not even do that. */
async function letGo(model: TrialParts["model"], signal: AbortSignal): Promise<void> {
  try {
    await model.unload({ signal });
  } catch (error) {
    if (signal.aborted || !(error instanceof ApplianceError)) throw error;
  }
}

export function isTimeout(error: unknown): boolean {
  return error instanceof ApplianceError && error.details["code"] === "model_timeout";
}

/** The server is in trouble, and its code says which; only a state names who is away otherwise. */
function toTroubled(error: ApplianceError): Failure {
  return { state: toState(error), sentence: error.message, forMs: troubledForMs };
}

function toState(error: ApplianceError): ModelState {
  const code = error.details["code"];
  if (code === "model_unreachable") return "unreachable";
  return code === "model_missing" || code === "model_busy" ? code : "model_failed";
}

function toFailure(name: string, state: Extract<Verdict, { type: "fails" }>["state"]): Failure {
  const sentences = {
    model_blind:
      `${name} read a test picture in fewer tokens than a picture has: it is not shown to it. ` +
      "Update Ollama, or set ollama.model to another one.",
    model_hanging:
      `${name} did not finish with a test picture in the time it is given. Restart Ollama, or ` +
      "raise ollama.timeout_s if this machine is slow.",
    model_blank: `${name} says nothing about a test picture. Pull it again, or set ollama.model to another one.`,
    model_endless:
      `${name} does not come to an end about a test picture. Pull it again, or set ollama.model to ` +
      "another one.",
  };
  return { state, sentence: sentences[state], forMs: failedForMs };
}
