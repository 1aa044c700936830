/**
 * A schema in, a JSON text that satisfies it out. Integers, choices and flags come from the seed
 * and the picture; every free text says that a stand-in wrote it.
 */
import type { Picture } from "./picture.ts";
import type { Random } from "./random.ts";

export interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
}

/** `"json"`, a schema of the subset we write, or the sentence the server refuses it with. */
export function parseFormat(format: unknown): { schema: Schema | null } | { refusal: string } {
  if (format === undefined || format === null || format === "") return { schema: null };
  if (format === "json")
    return { schema: { type: "object", properties: { answer: { type: "string" } } } };
  if (typeof format === "object" && !Array.isArray(format) && isSchema(format)) {
    return { schema: format };
  }
  const shown = JSON.stringify(format);
  return {
    refusal: `invalid format: ${shown}; expected "json" or a valid JSON Schema object`,
  };
}

const types = ["object", "array", "string", "integer", "number", "boolean", "null"];

function isSchema(value: unknown): value is Schema {
  if (value === null || typeof value !== "object") return false;
  const { type, properties, items, enum: choices } = value as Schema;
  if (type === undefined && !Array.isArray(choices)) return false;
  if (type !== undefined && !types.includes(type)) return false;
  if (properties && !Object.values(properties).every(isSchema)) return false;
  return items === undefined || isSchema(items);
}

/** The answer's value: the order of its fields is the schema's, as the real grammar has it. */
export function answerTo(schema: Schema, scene: Scene): unknown {
  if (schema.enum) return answerChoice(schema.enum, scene);
  switch (schema.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, field]) => [
          name,
          answerTo(field, { ...scene, field: name }),
        ]),
      );
    case "array":
      return answerList(schema, scene);
    case "boolean":
      return scene.random.next() < 0.5;
    case "integer":
    case "number":
      return answerNumber(schema, scene);
    case "null":
      return null;
    default:
      return [...toText(scene)].slice(0, schema.maxLength ?? 400).join("");
  }
}

/** A colour is looked up in the picture where the field says which side is meant. */
function answerChoice(choices: readonly unknown[], { picture, random, field }: Scene): unknown {
  const colour = picture?.colours[["left", "middle", "right"].indexOf(field)];
  if (colour !== undefined && choices.includes(colour)) return colour;
  return choices[random.below(choices.length)];
}

export interface Scene {
  picture: Picture | null;
  random: Random;
  field: string;
}

/** Says what of the picture was really read. The accents and the arrow are more than one byte each. */
export function toText({ picture, field }: Scene): string {
  if (!picture) return "Stand-in, no model: no picture was sent.";
  const seen = `${picture.width} × ${picture.height} px, brightness ${picture.brightness}`;
  if (field === "title") return `Stand-in → picture ${picture.sha256.slice(0, 8)}`;
  return `Stand-in, no model: naïve note → ${picture.format} ${seen}, ${picture.sha256.slice(0, 12)}.`;
}

function answerList(schema: Schema, scene: Scene): unknown[] {
  const least = schema.minItems ?? 0;
  const most = Math.max(least, Math.min(schema.maxItems ?? 2, 2));
  const length = Math.max(least, 1 + scene.random.below(Math.max(1, most)));
  const items = schema.items ?? { type: "string" };
  return Array.from({ length }, (_, index) => {
    if (items.type === "string" && !items.enum) return `stand-in object ${index + 1}`;
    return answerTo(items, scene);
  });
}

function answerNumber(schema: Schema, scene: Scene): number {
  const least = schema.minimum ?? 0;
  const most = schema.maximum ?? least + 3;
  return least + scene.random.below(most - least + 1);
}
