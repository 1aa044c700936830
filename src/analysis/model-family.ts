/**
 * What each family of vision models makes of a picture, by the name of the model. A table, because
 * no server tells. Whoever is not in it is treated as the most modest are.
 */
export interface ModelFamily {
  /** More pixels a side are thrown away by the encoder, or cost more time than they show. */
  longestSidePx: number;
  /** How many pictures of one request it keeps apart. */
  picturesPerRequest: 1 | 3;
  /**
   * The fewest tokens that a picture adds to the server's count of the prompt; null where the count
   * proves nothing.
   */
  imageTokensMin: number | null;
}

interface Row extends ModelFamily {
  names: RegExp;
}

/** The first that fits. */
const rows: readonly Row[] = [
  // CLIP ViT-L/14 at 336 px, padded to a square, 576 tokens (llama.cpp, clip.cpp).
  {
    names: /bakllava|llava-phi3|llava-llama3/,
    ...{ longestSidePx: 336, picturesPerRequest: 1, imageTokensMin: 576 },
  },
  // LLaVA 1.6: tiles of 336 px up to 672 x 672, 576 tokens each and for the whole. Of two pictures it
  // describes one (ollama/ollama#8844, #6229) or makes one of both (LLaVA-NeXT#113).
  {
    names: /llava/,
    ...{ longestSidePx: 672, picturesPerRequest: 1, imageTokensMin: 576 },
  },
  // Always 896 x 896 and 256 tokens (ai.google.dev/gemma/docs, "Vision understanding").
  {
    names: /^gemma3(?!n)/,
    ...{ longestSidePx: 896, picturesPerRequest: 3, imageTokensMin: 256 },
  },
  // A token for each 28 (2.5) or 32 (3) pixels square: 896 px are 1,024 tokens at most, and two
  // pictures of it, with one of half its side, leave room for the words. Some engines count
  // positions, which are few.
  {
    names: /^qwen(?:2\.5|3)-?vl/,
    ...{ longestSidePx: 896, picturesPerRequest: 3, imageTokensMin: null },
  },
];

/** One picture, not judged by its tokens: moondream, minicpm-v, llama3.2-vision and the unknown. */
const modest: ModelFamily = { longestSidePx: 672, picturesPerRequest: 1, imageTokensMin: null };

export function familyOf(model: string): ModelFamily {
  const name = model.slice(model.lastIndexOf("/") + 1).toLowerCase();
  return rows.find(({ names }) => names.test(name)) ?? modest;
}
