/**
 * A likely example of everything that goes over the wire, made of the very schemas that validate it:
 * by the name of a field where that says something, by its type and limits where it does not. Pure.
 */
import { z } from "zod";

/** As much of JSON Schema as zod writes. */
interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema;
  prefixItems?: Schema[];
  minItems?: number;
  format?: string;
  pattern?: string;
  minLength?: number;
  minimum?: number;
  maximum?: number;
}

interface MediaType {
  schema?: Schema;
  example?: unknown;
}

interface Described {
  requestBody?: { content?: Record<string, MediaType> };
  responses?: Record<string, { content?: Record<string, MediaType> }>;
}

export interface Document {
  paths?: Record<string, Record<string, Described>>;
  components?: { schemas?: Record<string, Schema> };
}

/** Of each name what it likely is; the first that the schema allows is taken. */
const LIKELY: Readonly<Record<string, readonly unknown[]>> = {
  id: ["01993c5e-8f4a-7c31-9d52-0a6b7c8d9e0f", "dock-door"],
  camera_id: ["dock-door"],
  camera_ids: [["dock-door", "yard"]],
  name: ["Dock door"],
  username: ["anna"],
  password: ["correct horse battery staple"],
  current_password: ["correct horse battery staple"],
  new_password: ["another battery staple horse"],
  url: ["rtsp://viewer:secret@192.168.1.21:554/sub"],
  detail_url: ["rtsp://viewer:secret@192.168.1.21:554/main"],
  boxes: [[[0.31, 0.42, 0.12, 0.3]]],
  confidence: [0.82],
  significance_score: [0.64],
  significance: [0.64],
  motion_summary: ["Motion for 8 s, entered from the left; it filled 4 % of the view."],
  analysis_status: ["done"],
  analysis_reason: [null],
  title: ["A courier at the dock door"],
  description: ["A courier carries a parcel to the dock door and rings."],
  analysis: ["A courier carries a parcel to the dock door and rings."],
  objects: [["parcel", "van"]],
  activity: ["delivering"],
  concern: [0],
  people: [1],
  vehicles: [1],
  model: ["llava:7b"],
  language: ["en"],
  prompt: ["Tell whether the gate is open."],
  from: ["22:00"],
  to: ["06:00"],
  days: [["mon", "tue"]],
  sensitivity: [0.5],
  significance_threshold: [0.3],
  min_area: [0],
  min_duration_s: [0],
  frames_per_second: [5],
  masks: [
    [
      [
        [0, 0],
        [0.3, 0],
        [0.3, 0.1],
        [0, 0.1],
      ],
    ],
  ],
  polygon: [
    [
      [0.1, 0.5],
      [0.9, 0.5],
      [0.9, 1],
      [0.1, 1],
    ],
  ],
  snapshot_url: ["/api/v1/events/01993c5e-8f4a-7c31-9d52-0a6b7c8d9e0f/snapshot.jpg?v=Zm9vYmFy"],
  setup_code: ["7KQ2-M9XA-4TRW"],
  next_cursor: [null],
  role: ["viewer"],
  detail: ["There is no such event."],
  type: ["urn:problem:nightjar:not-found"],
  status: [404],
  state: ["online", "ok"],
  sentence: ["All is well."],
  code: ["ok"],
  codec: ["h264"],
  width: [640, 160],
  height: [360, 96],
  fps: [5],
  expires_in: [600],
  token_type: ["bearer"],
  access_token: ["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0eXAiOiJhY2Nlc3MifQ.signature"],
  refresh_token: ["01993c5e-8f4a-7c31-9d52-0a6b7c8d9e0f.bm90IGEgcmVhbCB0b2tlbg"],
  picture: ["/9j/4AAQSkZJRgABAQ=="],
};

const BY_FORMAT: Readonly<Record<string, string>> = {
  "date-time": "2026-11-22T18:04:07.250Z",
  uuid: "01993c5e-8f4a-7c31-9d52-0a6b7c8d9e0f",
  uri: "http://localhost:11434",
};

/** Nothing of ours lies deeper; a schema that holds itself ends here. */
const DEPTH_MAX = 12;

/** The same document, with an example beside each JSON schema of a request or an answer. */
export function withExamples<D extends Document>(document: D): D {
  const schemas = document.components?.schemas ?? {};
  const illustrate = (content: Record<string, MediaType> | undefined): void => {
    for (const [type, media] of Object.entries(content ?? {})) {
      if (!media.schema || !/json/.test(type)) continue;
      media.example = toExample(media.schema, { name: "", schemas, depth: 0 });
    }
  };
  for (const path of Object.values(document.paths ?? {})) {
    for (const { requestBody, responses } of Object.values(path)) {
      illustrate(requestBody?.content);
      for (const answer of Object.values(responses ?? {})) illustrate(answer.content);
    }
  }
  return document;
}

interface Place {
  name: string;
  schemas: Record<string, Schema>;
  depth: number;
}

function toExample(given: Schema, place: Place): unknown {
  const { name, schemas, depth } = place;
  if (depth > DEPTH_MAX) return null;
  const schema = given.$ref ? (schemas[given.$ref.split("/").at(-1) ?? ""] ?? {}) : given;
  const likely = LIKELY[name]?.find((value) => allows(schema, value));
  // Null where nothing is the likely thing.
  if (likely !== undefined) return likely;
  return toFixed(schema) ?? toMade(schema, { ...place, depth: depth + 1 });
}

function toFixed(schema: Schema): unknown {
  return schema.const ?? schema.enum?.[0] ?? schema.default;
}

function toMade(schema: Schema, place: Place): unknown {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return toExample(choices.find(({ type }) => type !== "null") ?? {}, place);
  if (schema.allOf) {
    return Object.assign({}, ...schema.allOf.map((part) => toExample(part, place)));
  }
  return toExampleOfType(schema, place);
}

function toExampleOfType(schema: Schema, place: Place): unknown {
  switch (toType(schema)) {
    case "object":
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([name, of]) => [
          name,
          toExample(of, { ...place, name }),
        ]),
      );
    case "array": {
      const { items = {}, prefixItems, minItems = 1 } = schema;
      if (prefixItems) return prefixItems.map((item) => toExample(item, place));
      return Array.from({ length: Math.max(1, minItems) }, () => toExample(items, place));
    }
    case "string":
      return BY_FORMAT[schema.format ?? ""] ?? "text".padEnd(schema.minLength ?? 0, "-");
    case "number":
    case "integer":
      return Math.min(schema.maximum ?? 1, Math.max(schema.minimum ?? 1, 1));
    case "boolean":
      return true;
    default:
      return null;
  }
}

function toType({ type, properties }: Schema): string | undefined {
  if (Array.isArray(type)) return type.find((one) => one !== "null");
  return type ?? (properties && "object");
}

/** A schema that leads elsewhere says nothing of the name that led there. */
function allows(schema: Schema, value: unknown): boolean {
  if (schema.$ref !== undefined) return false;
  try {
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value)
      .success;
  } catch {
    return false;
  }
}
