import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { expect, test } from "vitest";
import { parse } from "yaml";

import { parseConfig } from "../../src/config/load.ts";
import { configFile } from "../../src/config/schema.ts";

const text = readFileSync(
  resolve(import.meta.dirname, "../../config/nightjar.example.yaml"),
  "utf8",
);

/** `cameras[].motion.masks` and so on, for everything that is not a list of numbers. */
function listKeys(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => listKeys(item, `${path}[]`));
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    `${path}.${key}`,
    ...listKeys(inner, `${path}.${key}`),
  ]);
}

test("the example configuration is valid once its password is in the environment", () => {
  const config = parseConfig(text, { DOCK_PASSWORD: "p@ss/word" });
  expect(config.cameras[0]?.url).toContain("p%40ss%2Fword");
  expect(config.central.url).toBeNull();
});

test("the example configuration without its password says which variable is missing", () => {
  expect(() => parseConfig(text, {})).toThrow(/DOCK_PASSWORD/);
});

test("the example configuration shows every key there is", () => {
  const least = { cameras: [{ id: "a", name: "A", url: "rtsp://10.0.0.2/sub" }] };
  const known = listKeys(configFile.parse(least));
  expect(listKeys(parse(text)).toSorted()).toEqual(known.toSorted());
});

test("the example configuration shows the defaults", () => {
  const written = parse(text);
  const defaults = configFile.parse({});
  for (const key of ["data_dir", "server", "ollama", "retention", "backup"] as const) {
    expect(written[key]).toEqual(defaults[key]);
  }
});
