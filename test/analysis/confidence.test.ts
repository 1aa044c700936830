import { expect, test } from "vitest";

import { toConfidence } from "../../src/analysis/confidence.ts";
import type { TokenLogprob } from "../../src/analysis/vision-model.ts";

const sure = (token: string): TokenLogprob => ({ token, logprob: 0, alternatives: [] });

const weighed = (token: string, share: number, rivals: Record<string, number>): TokenLogprob => ({
  token,
  logprob: Math.log(share),
  alternatives: Object.entries({ [token]: share, ...rivals }).map(([rival, part]) => ({
    token: rival,
    logprob: Math.log(part),
  })),
});

const answer = (people: TokenLogprob, activity: TokenLogprob): TokenLogprob[] => [
  ...['{"', "people", '":', " "].map(sure),
  people,
  ...[', "vehicles": ', "0", ', "concern":', "1", ', "activity": "'].map(sure),
  activity,
  ...['", "title": "', "x", '"}'].map(sure),
];

test("a model that weighed nothing else is sure", () => {
  expect(toConfidence(answer(sure("1"), sure("walking")))).toBe(1);
});

test("doubt among what was allowed lowers it", () => {
  const doubtful = answer(weighed("1", 0.5, { "2": 0.5 }), sure("walking"));
  expect(toConfidence(doubtful)).toBeCloseTo(0.5 ** (1 / 4));
});

test("what was not allowed does not count, and the rest is all there was", () => {
  const forced = answer(weighed("1", 0.2, { The: 0.7 }), weighed("run", 0.3, { " A": 0.6 }));
  expect(toConfidence(forced)).toBeCloseTo(1);
});

test("the beginning of a choice counts as that choice", () => {
  const doubtful = answer(sure("1"), weighed("walk", 0.6, { stand: 0.2, run: 0.2 }));
  expect(toConfidence(doubtful)).toBeCloseTo(0.6 ** (1 / 4));
});

test("without probabilities, or with a verdict missing, there is no confidence", () => {
  expect(toConfidence(null)).toBeNull();
  expect(toConfidence([])).toBeNull();
  expect(toConfidence(['{"people": ', "1", "}"].map(sure))).toBeNull();
  expect(toConfidence(['{"people": ', "1", ', "vehicles": '].map(sure))).toBeNull();
});
