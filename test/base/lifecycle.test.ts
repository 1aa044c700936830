import { expect, test } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import { runStages, type Service } from "../../src/base/lifecycle.ts";
import { createManualClock } from "../support/manual-clock.ts";

function scripted(name: string, diary: string[], end?: Promise<void>): Service {
  return {
    name,
    run: (signal) =>
      new Promise((resolve, reject) => {
        diary.push(`${name} starts`);
        end?.then(resolve, reject);
        signal.addEventListener("abort", () => {
          diary.push(`${name} stops`);
          resolve();
        });
      }),
  };
}

const stage = (service: Service, graceMs = 1000) => ({
  name: service.name,
  services: [service],
  graceMs,
});

test("stages start in order and stop in reverse", async () => {
  const diary: string[] = [];
  const stop = new AbortController();
  const done = runStages([stage(scripted("courier", diary)), stage(scripted("cameras", diary))], {
    signal: stop.signal,
    clock: systemClock,
  });
  stop.abort();
  await done;
  expect(diary).toEqual(["courier starts", "cameras starts", "cameras stops", "courier stops"]);
});

test("a service that ends by itself ends the appliance with its failure", async () => {
  const diary: string[] = [];
  const broken = Promise.reject(new Error("disk gone"));
  const run = runStages(
    [stage(scripted("courier", diary)), stage(scripted("cameras", diary, broken))],
    { signal: new AbortController().signal, clock: systemClock },
  );
  await expect(run).rejects.toThrow("disk gone");
  expect(diary).toContain("courier stops");
});

test("a stage that does not stop in its grace is left behind and named", async () => {
  const clock = createManualClock();
  const stop = new AbortController();
  const deaf: Service = { name: "deaf", run: () => new Promise(() => {}) };
  const run = runStages([stage(deaf, 3000)], { signal: stop.signal, clock });
  const outcome = expect(run).rejects.toThrow("deaf did not stop in time.");
  stop.abort();
  await clock.advance(3000);
  await outcome;
});
