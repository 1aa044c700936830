/** The models the stand-in says it has: names, digests, abilities; no weights anywhere. */
import { createHash } from "node:crypto";

export interface StandInModel {
  name: string;
  digest: string;
  sizeBytes: number;
  family: string;
  families: readonly string[];
  capabilities: readonly string[];
  /** How long loading takes, really waited for. */
  loadMs: number;
  /** How many tokens a picture becomes: whole tiles of so many pixels, so many tokens each. */
  vision: { tilePx: number; tilesMax: number; tokensPerTile: number } | null;
}

export function createModel(
  name: string,
  given: Partial<Omit<StandInModel, "name">> = {},
): StandInModel {
  const full = toFullName(name);
  const sees = given.capabilities?.includes("vision") ?? true;
  return {
    name: full,
    digest: createHash("sha256").update(`stand-in for ${full}`).digest("hex"),
    sizeBytes: 4_733_363_377,
    family: "llama",
    families: sees ? ["llama", "clip"] : ["llama"],
    capabilities: sees ? ["completion", "vision"] : ["completion"],
    loadMs: 0,
    vision: sees ? { tilePx: 336, tilesMax: 4, tokensPerTile: 576 } : null,
    ...given,
  };
}

/** `llava` means `llava:latest`. */
export function toFullName(name: string): string {
  return /:[^/]*$/.test(name) ? name : `${name}:latest`;
}

/** LLaVA 1.6: one overview tile, and the tiles of the picture itself when it is larger than one. */
export function countImageTokens(
  model: StandInModel,
  picture: { width: number; height: number },
): number {
  if (!model.vision) return 0;
  const { tilePx, tilesMax, tokensPerTile } = model.vision;
  const tiles = Math.ceil(picture.width / tilePx) * Math.ceil(picture.height / tilePx);
  return tokensPerTile * (1 + (tiles > 1 ? Math.min(tilesMax, tiles) : 0));
}

export function toDetails(model: StandInModel): object {
  return {
    parent_model: "",
    format: "gguf",
    family: model.family,
    families: model.families,
    parameter_size: "7B",
    quantization_level: "Q4_0",
  };
}
