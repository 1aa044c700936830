/**
 * A resource is opened and closed (`Symbol.asyncDispose`); a service runs until its signal aborts.
 * Stages start in order and stop in reverse, each fully stopped before the next is told.
 */
import type { Clock } from "./clock.ts";
import { ApplianceError, isAbort } from "./errors.ts";
import { outlasts } from "./outlasts.ts";

export interface Service {
  readonly name: string;
  /** Returns once the signal aborts. Returning earlier, or rejecting, ends the appliance. */
  run(signal: AbortSignal): Promise<void>;
}

export interface Stage {
  readonly name: string;
  readonly services: readonly Service[];
  /** How long the stage may take to stop before it is left behind. */
  readonly graceMs: number;
}

interface RunningStage {
  stage: Stage;
  abort: AbortController;
  ended: Promise<PromiseSettledResult<void>[]>;
}

/**
 * Starts the stages in order, waits for the stop signal or for any service to end, then stops them
 * in reverse. Throws the first failure, or an AggregateError when there were several.
 */
export async function runStages(
  stages: readonly Stage[],
  options: {
    signal: AbortSignal;
    clock: Clock;
    onStopped?: (stage: string, durationMs: number) => void;
  },
): Promise<void> {
  const failures: unknown[] = [];
  const running: RunningStage[] = [];
  const { promise: somethingEnded, resolve: endNow } = Promise.withResolvers<void>();
  options.signal.addEventListener("abort", () => endNow(), { once: true });

  for (const stage of stages) running.push(startStage(stage, failures, endNow));
  if (!options.signal.aborted) await somethingEnded;

  for (const { stage, abort, ended } of running.reverse()) {
    const toldAt = options.clock.monotonic();
    abort.abort();
    const late = await outlasts(ended, stage.graceMs, options.clock);
    if (late) failures.push(new ApplianceError("timed-out", `${stage.name} did not stop in time.`));
    options.onStopped?.(stage.name, options.clock.monotonic() - toldAt);
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, "Several services failed.");
}

function startStage(stage: Stage, failures: unknown[], endNow: () => void): RunningStage {
  const abort = new AbortController();
  const ended = Promise.allSettled(
    stage.services.map(async (service) => {
      try {
        await service.run(abort.signal);
        if (!abort.signal.aborted) {
          failures.push(new ApplianceError("internal", `${service.name} ended by itself.`));
        }
      } catch (error) {
        if (!(isAbort(error) && abort.signal.aborted)) failures.push(error);
      } finally {
        endNow();
      }
    }),
  );
  return { stage, abort, ended };
}
