/** What Ollama's JSON must look like for us to go on. Go leaves out every field that is empty. */
import { z } from "zod";

export const versionShape = z.object({ version: z.string() });

const details = z.object({ families: z.array(z.string()).nullish() });

export const tagsShape = z.object({
  models: z
    .array(
      z.object({
        name: z.string(),
        digest: z.string().default(""),
        size: z.number().default(0),
        details: details.nullish(),
        /** Newer servers spare us the asking for each. */
        capabilities: z.array(z.string()).nullish(),
      }),
    )
    .nullish(),
});

export const loadedShape = z.object({ models: z.array(z.object({ name: z.string() })).nullish() });

export const shownShape = z.object({
  details: details.nullish(),
  /** Absent before 0.6.4. */
  capabilities: z.array(z.string()).nullish(),
});

export const pullShape = z.object({
  status: z.string(),
  total: z.number().nullish(),
  completed: z.number().nullish(),
});

const token = z.object({ token: z.string(), logprob: z.number() });

export const chunkShape = z.object({
  message: z.object({ content: z.string().nullish() }).nullish(),
  done: z.boolean().default(false),
  done_reason: z.string().nullish(),
  total_duration: z.number().nullish(),
  load_duration: z.number().nullish(),
  prompt_eval_count: z.number().nullish(),
  prompt_eval_duration: z.number().nullish(),
  eval_duration: z.number().nullish(),
  logprobs: z.array(token.extend({ top_logprobs: z.array(token).nullish() })).nullish(),
});

export type Chunk = z.output<typeof chunkShape>;

/** `llava` means `llava:latest`. */
export function toFullName(name: string): string {
  return /:[^/]*$/.test(name) ? name : `${name}:latest`;
}

export function isVersionAtLeast(
  version: string,
  [major, minor, patch]: readonly [number, number, number],
): boolean {
  const [a = 0, b = 0, c = 0] = (version.match(/\d+/g) ?? []).map(Number);
  if (a !== major) return a > major;
  return b === minor ? c >= patch : b > minor;
}

/** Vision came before the list of capabilities: an older server shows it by its picture encoder. */
export function canSee({ capabilities, details: shown }: z.output<typeof shownShape>): boolean {
  if (capabilities) return capabilities.includes("vision");
  return (shown?.families ?? []).some((family) => family === "clip" || family === "mllama");
}
