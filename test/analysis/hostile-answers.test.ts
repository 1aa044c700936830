import fc from "fast-check";
import { expect, test } from "vitest";

import { answerLines, checkLines } from "../../src/analysis/answer-lines.ts";
import { parseDescription } from "../../src/analysis/description.ts";
import { ApplianceError } from "../../src/base/errors.ts";
import { readCorpus } from "../support/corpus.ts";
import { GOOD_ANSWER } from "../support/scripted-model.ts";

const RUNS = { numRuns: 400 };
const LENGTH_MAX = 2_000;

const fields = fc.record(
  {
    people: fc.anything(),
    vehicles: fc.anything(),
    concern: fc.anything(),
    activity: fc.oneof(fc.string(), fc.anything()),
    objects: fc.oneof(fc.array(fc.string({ maxLength: 200 }), { maxLength: 200 }), fc.anything()),
    title: fc.oneof(fc.string({ unit: "binary", maxLength: 4_000 }), fc.anything()),
    description: fc.oneof(fc.string({ unit: "binary", maxLength: 9_000 }), fc.anything()),
  },
  { requiredKeys: [] },
);
const spoiled = fc
  .tuple(fc.nat(GOOD_ANSWER.length), fc.nat(20), fc.string({ unit: "binary", maxLength: 20 }))
  .map(([at, count, put]) => GOOD_ANSWER.slice(0, at) + put + GOOD_ANSWER.slice(at + count));
const answer = fc.oneof(
  fc.string({ unit: "binary", maxLength: 500 }),
  spoiled,
  fields.map((value) => JSON.stringify(value, (_, each) => toJsonSafe(each)) ?? ""),
);

function toJsonSafe(value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

/** A description within its limits, or a refusal with a sentence; never anything else. */
function judge(rawAnswer: string): void {
  try {
    const { title, description, objects, people, vehicles, concern } = parseDescription(rawAnswer);
    expect(title.length + description.length).toBeGreaterThan(0);
    expect(title.length + description.length).toBeLessThan(LENGTH_MAX);
    expect(JSON.stringify(objects).length).toBeLessThan(LENGTH_MAX);
    // Control characters, and those that turn the direction of writing, stay with the model.
    expect(title + description).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
    for (const count of [people, vehicles, concern]) expect(Number.isInteger(count)).toBe(true);
    expect(concern).toBeLessThanOrEqual(3);
  } catch (error) {
    if (!(error instanceof ApplianceError)) throw error;
    expect(error.kind).toBe("invalid");
  }
}

test("whatever a model answers is a description within its limits or a refusal", () => {
  for (const bytes of readCorpus("model-answers")) judge(bytes.toString("utf8"));
  fc.assert(fc.property(answer, judge), RUNS);
});

test("whatever a model's server sends is lines that were looked at, or an outage", async () => {
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .constantFrom('{"done":false}\n', '{"done":true}\n', '{"error":"x"}\n', "[]\n")
      .map((line) => new TextEncoder().encode(line)),
  );
  const body = fc.array(chunk, { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(body, async (chunks) => {
      const lines: string[] = [];
      try {
        for await (const line of checkLines(toBody(chunks), answerLines)) {
          lines.push(new TextDecoder().decode(line));
        }
        expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ done: true });
      } catch (error) {
        if (!(error instanceof ApplianceError)) throw error;
      }
      for (const line of lines) expect(typeof JSON.parse(line)).toBe("object");
    }),
    RUNS,
  );
});

async function* toBody(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
