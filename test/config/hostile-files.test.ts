import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";

import { ConfigError, parseConfig } from "../../src/config/load.ts";
import { readCorpus } from "../support/corpus.ts";

const RUNS = { numRuns: 200 };
const example = readFileSync(
  resolve(import.meta.dirname, "../../config/nightjar.example.yaml"),
  "utf8",
);

/** A configuration that is frozen all through, or every problem with its place and a sentence. */
function judge(text: string): void {
  try {
    const config = parseConfig(text, { DOCK_PASSWORD: "secret" });
    expect(Object.isFrozen(config) && Object.isFrozen(config.cameras)).toBe(true);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.message.length).toBeGreaterThan(0);
    expect(error.message).not.toContain("secret");
  }
}

test("whatever the file holds, it is a whole configuration or a list of what is wrong", () => {
  for (const bytes of readCorpus("configurations")) judge(bytes.toString("utf8"));
  const spoiled = fc
    .tuple(fc.nat(example.length), fc.nat(40), fc.string({ unit: "binary", maxLength: 20 }))
    .map(([at, count, put]) => example.slice(0, at) + put + example.slice(at + count));
  const keys = fc.constantFrom("site", "cameras", "server", "ollama", "retention", "data_dir");
  const structured = fc
    .dictionary(keys, fc.jsonValue({ maxDepth: 4 }))
    .map((value) => stringify(value));
  fc.assert(fc.property(fc.oneof(fc.string({ unit: "binary" }), spoiled, structured), judge), RUNS);
});
