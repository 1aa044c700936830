/** The part of the contract that is about the models on the box: which there are, and fetching one. */
import { z } from "zod";

const count = z.int().min(0);

/** As Ollama names them: a name, perhaps with where it comes from before and a tag after it. */
const modelName = z
  .string()
  .max(200)
  .regex(/^\w[\w.-]*(?:[/:]\w[\w.-]*)*$/);

export const model = z
  .object({
    name: z.string(),
    digest: z.string(),
    size_bytes: count,
    /** Whether it takes pictures. */
    sees: z.boolean(),
    /** The one that describes events. */
    in_use: z.boolean(),
    /** In memory now. */
    loaded: z.boolean(),
  })
  .meta({ id: "Model" });

export const modelPage = z
  .object({ items: z.array(model), next_cursor: z.null() })
  .meta({ id: "ModelPage" });

export const modelParameter = z.strictObject({ name: modelName });
export const pullRequest = z.strictObject({ name: modelName }).meta({ id: "PullRequest" });

/** One line while a model is fetched. The last one is `done` or `failed`. */
export const pullLine = z
  .discriminatedUnion("state", [
    z.object({
      state: z.literal("pulling"),
      /** Ollama's own word. */
      step: z.string(),
      /** Of the layer in hand; null where there is none. */
      completed_bytes: count.nullable(),
      total_bytes: count.nullable(),
    }),
    z.object({ state: z.literal("done") }),
    z.object({ state: z.literal("failed"), sentence: z.string() }),
  ])
  .meta({ id: "PullLine" });

export type Model = z.output<typeof model>;
export type ModelPage = z.output<typeof modelPage>;
export type PullLine = z.output<typeof pullLine>;
