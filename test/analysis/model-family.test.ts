import { expect, test } from "vitest";

import { familyOf } from "../../src/analysis/model-family.ts";

test.each([
  ["llava:7b", 672, 576],
  ["llava", 672, 576],
  ["registry.example/house/LLaVA:34b-v1.6", 672, 576],
  ["bakllava", 336, 576],
  ["llava-llama3:8b", 336, 576],
  ["gemma3:4b", 896, 256],
  ["qwen2.5vl:7b", 896, null],
  ["qwen3-vl:4b-instruct", 896, null],
])("%s looks at %i pixels a side and reads at least %s tokens", (name, longestSidePx, tokens) => {
  expect(familyOf(name)).toMatchObject({ longestSidePx, imageTokensMin: tokens });
});

test.each(["moondream", "gemma3n:e4b", "llama3.2-vision", "qwen3:8b", ""])(
  "%s, of which nothing is known for sure, is treated modestly",
  (name) => {
    expect(familyOf(name)).toMatchObject({ longestSidePx: 672, imageTokensMin: null });
  },
);
