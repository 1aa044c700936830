/** What a server is asked that takes no model to answer: its version, what it keeps, what is loaded. */
import { toMissing } from "./refusal.ts";
import {
  canSee,
  loadedShape,
  shownShape,
  tagsShape,
  toFullName,
  versionShape,
} from "./server-shapes.ts";
import type { ListedModel, ModelStatus } from "./vision-model.ts";

/** The part of the client that asks; what it answers is checked here. */
export interface Asker {
  version(): Promise<unknown>;
  list(): Promise<unknown>;
  ps(): Promise<unknown>;
  show(request: { model: string }): Promise<unknown>;
}

export interface Standing extends ModelStatus {
  thinks: boolean;
}

export async function askStanding(client: Asker, model: string): Promise<Standing> {
  const { version } = versionShape.parse(await client.version());
  const models = await listModels(client);
  const listed = models.find(({ name }) => toFullName(name) === toFullName(model));
  const base = { version, digest: listed?.digest ?? null, thinks: false };
  if (!listed) return { ...base, state: "model_missing", sentence: toMissing(model) };

  const shown = shownShape.parse(await client.show({ model }));
  const thinks = shown.capabilities?.includes("thinking") ?? false;
  if (canSee(shown)) {
    return { ...base, thinks, state: "ready", sentence: `${model} is ready to look at pictures.` };
  }
  const sentence = `${model} cannot see pictures. Set ollama.model to one that can, such as llava:7b.`;
  return { ...base, thinks, state: "model_blind", sentence };
}

export async function listModels(client: Asker) {
  const { models } = tagsShape.parse(await client.list());
  return models ?? [];
}

export async function listLoaded(client: Asker): Promise<Set<string>> {
  const { models } = loadedShape.parse(await client.ps());
  return new Set((models ?? []).map(({ name }) => toFullName(name)));
}

export async function listShelf(client: Asker): Promise<ListedModel[]> {
  const loaded = await listLoaded(client);
  const shelf: ListedModel[] = [];
  for (const listed of await listModels(client)) {
    const { name, digest, size: sizeBytes } = listed;
    const shown = listed.capabilities
      ? listed
      : shownShape.parse(await client.show({ model: name }));
    const isLoaded = loaded.has(toFullName(name));
    shelf.push({ name, digest, sizeBytes, sees: canSee(shown), isLoaded });
  }
  return shelf;
}
