/**
 * In: the model's door. Out: the same door for the desk, with the model tried out before it is
 * trusted, and looked after while it works. Never: judges a description, holds up more than the model.
 *
 * "Ready" means that the server has the model. Whether the model sees is found out with a canary, at
 * the start and whenever the server's version or the model's digest has changed. Whether it still
 * lives is found out with a small question after a picture that took too long: a server can go on
 * answering for itself while nothing reaches the model any more (ollama/ollama#14364), and it is
 * `wedged` when two such questions stay without an answer. Then the model is let go, which helps some
 * of them, and asked again every minute. Nothing is tried while a picture is being described.
 */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { createTrials, isTimeout } from "./model-trial.ts";
import type { OllamaModel } from "./ollama.ts";
import { toAgeWarning, toTooOld } from "./server-age.ts";
import type { ModelWarning, VisionModel } from "./vision-model.ts";

export interface KeeperParts {
  model: Pick<OllamaModel, "describe" | "status" | "list" | "probe" | "unload">;
  name: string;
  /** After so many pictures the model is let go once, for the memory that its engine has lost. */
  recycleAfter: number;
  clock: Clock;
  log: Log;
}

/** Loading a model again in the middle of work takes longer than finding it loaded. */
const reloadLeastMs = 1000;
const reloadRememberedMs = 60 * 60_000;

export function createModelKeeper(parts: KeeperParts): VisionModel {
  const { model, clock } = parts;
  const work = createWork(parts);
  const trials = createTrials({ ...parts, ...work });

  return {
    async describe(request, { signal }) {
      await trials.running()?.catch(() => {});
      return await work.describe(request, signal);
    },

    async status({ signal }) {
      const status = await model.status({ signal });
      if (status.state !== "ready") {
        trials.forgetHold();
        return status;
      }
      const tooOld = toTooOld(status.version);
      if (tooOld !== null) return { ...status, state: "server_too_old", sentence: tooOld };
      const hold = await trials.settle(status, signal);
      const warnings = [
        toAgeWarning(status.version),
        trials.doubt(),
        work.reloadWarning(clock.monotonic()),
      ].filter((warning) => warning !== null);
      return { ...status, ...(hold && { state: hold.state, sentence: hold.sentence }), warnings };
    },

    list: (options) => model.list(options),
  };
}

/** What the model is given to do, and what is noticed meanwhile. */
function createWork({ model, name, recycleAfter, clock, log }: KeeperParts) {
  let underWay = 0;
  let described = 0;
  let isSuspect = false;
  let reload: { atMs: number; tookMs: number } | null = null;

  const recycle = async (signal: AbortSignal): Promise<void> => {
    if (described < recycleAfter || underWay > 1) return;
    log.info("model let go to give back its memory", { model: name, described });
    described = 0;
    await model.unload({ signal });
  };

  return {
    isBusy: () => underWay > 0,
    isSuspect: () => isSuspect,
    onPassed() {
      isSuspect = false;
    },
    async describe(request: Parameters<VisionModel["describe"]>[0], signal: AbortSignal) {
      underWay += 1;
      try {
        await recycle(signal);
        const answer = await model.describe(request, { signal });
        described += 1;
        isSuspect = false;
        const tookMs = answer.durations.loadMs ?? 0;
        if (tookMs > reloadLeastMs) reload = { atMs: clock.monotonic(), tookMs };
        return answer;
      } catch (error) {
        if (isTimeout(error)) isSuspect = true;
        throw error;
      } finally {
        underWay -= 1;
      }
    },
    /** The door has loaded it before with the options of ever: whoever loaded it since, it was not us. */
    reloadWarning(nowMs: number): ModelWarning | null {
      if (!reload || nowMs - reload.atMs > reloadRememberedMs) return null;
      const seconds = (reload.tookMs / 1000).toFixed(1);
      const sentence =
        `${name} had to be loaded again between two pictures (${seconds} s): another program asks ` +
        "it with other options. Give that one a model of its own.";
      return { code: "model_reloaded", sentence };
    },
  };
}
