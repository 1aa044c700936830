/**
 * What was asked for: one zod schema for the file, a sentence per key. Every number that limits
 * something stands here or as a named constant beside the thing it limits.
 */
import { z } from "zod";

import { parseRange } from "../base/ip-address.ts";
import { isSchedule } from "../base/schedule.ts";
import { parseCameraUrl } from "./camera-url.ts";
import { refuseDatabaseUrl } from "./database-url.ts";
import { type motionChanges, motionFile } from "./motion.ts";

const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, "use lower-case letters, digits and dashes");

const luma = z.strictObject({
  width: z
    .int()
    .min(64)
    .max(640)
    .multipleOf(16)
    .default(160)
    .describe("Width of the grey picture that motion looks at, in pixels."),
  height: z
    .int()
    .min(48)
    .max(480)
    .multipleOf(8)
    .default(96)
    .describe("Height of the grey picture that motion looks at, in pixels."),
  frames_per_second: z
    .number()
    .min(1)
    .max(15)
    .default(5)
    .describe("How many pictures a second motion looks at."),
});

const cameraUrl = z.string().superRefine((url, context) => {
  const refusal = parseCameraUrl(url);
  if (!refusal.ok) context.addIssue({ code: "custom", message: refusal.reason });
});

/** A tokenizer needs at most a token a byte: so long a wish fits beside the largest picture. */
const WISH_BYTES_MAX = 300;

const analysis = z.strictObject({
  prompt: z
    .string()
    .trim()
    .min(1)
    .refine((wish) => Buffer.byteLength(wish) <= WISH_BYTES_MAX, {
      error: `must be at most ${WISH_BYTES_MAX} bytes long`,
    })
    .nullable()
    .default(null)
    .describe("What the model should know or look out for here, in a sentence; null: nothing."),
  language: z
    .string()
    .refine(isLanguage, "use the code of a language, such as en, de or pt-BR")
    .default("en")
    .describe("The language of the descriptions, by its code."),
});

export const cameraFile = z.strictObject({
  id: slug.describe("Names the camera for ever; part of every event."),
  name: z.string().trim().min(1).max(128).optional().describe("For people; the id when absent."),
  url: cameraUrl.describe("rtsp:// or rtsps:// address; a small sub-stream is best."),
  detail_url: cameraUrl
    .nullable()
    .default(null)
    .describe("A larger stream of the same camera, for pictures; null: the same."),
  decoding: z
    .enum(["auto", "full", "adaptive"])
    .default("auto")
    .describe("How much of the stream is decoded while nothing happens."),
  enabled: z.boolean().default(true).describe("Whether the camera is read at all."),
  weight: z
    .number()
    .min(0.1)
    .max(10)
    .default(1)
    .describe("How much its events matter to the desk: multiplies their significance."),
  motion: motionFile.prefault({}),
  analysis: analysis.prefault({}),
  luma: luma.prefault({}),
});

function isLanguage(code: string): boolean {
  try {
    const name = new Intl.DisplayNames("en", { type: "language", fallback: "none" }).of(code);
    return name !== undefined;
  } catch {
    // Not even the form of a code.
    return false;
  }
}

const httpUrl = z.url({ protocol: /^https?$/, error: "must be an http:// or https:// address" });

const databaseUrl = z.string().superRefine((url, context) => {
  const message = refuseDatabaseUrl(url);
  if (message !== null) context.addIssue({ code: "custom", message });
});

const schedule = z.string().refine(isSchedule, {
  error: 'must be a schedule as cron writes them, such as "*/30 * * * * *"',
});

const file = z.string().startsWith("/", "must be an absolute path");

const tls = z.discriminatedUnion(
  "mode",
  [
    z.strictObject({ mode: z.literal("self-signed") }),
    z.strictObject({
      mode: z.literal("files"),
      certificate: file.describe("PEM, with the chain behind it."),
      key: file.describe("PEM, without a password."),
    }),
    z.strictObject({ mode: z.literal("off") }),
  ],
  { error: "must have the mode self-signed, files (with certificate and key) or off" },
);

export const configFile = z.strictObject({
  site: z
    .strictObject({
      id: slug.default("site-1").describe("Names this box in the central database."),
      name: z.string().trim().min(1).max(128).default("Nightjar").describe("For people."),
    })
    .prefault({}),
  data_dir: z
    .string()
    .startsWith("/", "must be an absolute path")
    .default("/var/lib/nightjar")
    .describe("Database, pictures and keys."),
  server: z
    .strictObject({
      host: z.string().min(1).default("0.0.0.0").describe("Address to listen on."),
      port: z.int().min(0).max(65535).default(8000).describe("Port to listen on; 0 takes any."),
      tls: tls.prefault({ mode: "self-signed" }),
      camera_hosts: z
        .array(z.string().min(1).max(253))
        .max(64)
        .default([])
        .describe(
          "Names, addresses and ranges where cameras of the API may be though they are the box's own or reserved.",
        ),
      trusted_proxies: z
        .array(
          z.string().refine((range) => parseRange(range) !== null, {
            error: "must be an IP address, or a range such as 10.0.0.0/8",
          }),
        )
        .max(64)
        .default([])
        .describe("Proxies whose word on the caller's address and on https is taken."),
    })
    .prefault({}),
  cameras: z.array(cameraFile).max(64).default([]),
  ollama: z
    .strictObject({
      url: httpUrl.default("http://localhost:11434").describe("Where Ollama listens."),
      model: z.string().min(1).max(128).default("llava:7b").describe("The model that describes."),
      timeout_s: z.number().min(1).max(3600).default(120).describe("Limit of one analysis."),
      parallel: z
        .int()
        .min(1)
        .max(8)
        .default(1)
        .describe("Analyses at a time; more than 1 only where Ollama has the memory for it."),
      attempts: z
        .int()
        .min(1)
        .max(20)
        .default(5)
        .describe("Tries of an event whose answers are bad, before it is given up."),
      deadline_s: z
        .number()
        .min(10)
        .max(86_400)
        .default(600)
        .describe("What cannot be described that soon is put off until the desk is idle."),
      recycle_after: z
        .int()
        .min(1)
        .max(1_000_000)
        .default(500)
        .describe("Pictures after which the model is let go once, to give back its memory."),
    })
    .prefault({}),
  central: z
    .strictObject({
      url: databaseUrl.nullable().default(null).describe("Central MySQL; null: no sync."),
      schedule: schedule
        .default("*/30 * * * * *")
        .describe("When to look for changes beside being told of them."),
      thumbnails: z
        .boolean()
        .default(false)
        .describe("Whether a small picture of each event goes up, after its words."),
      tls: z
        .strictObject({
          mode: z
            .enum(["auto", "verify", "off"])
            .default("auto")
            .describe("auto: verified, but for a database on this machine; off: never."),
          ca: file
            .nullable()
            .default(null)
            .describe("PEM of the authority behind its certificate; null: the system's."),
        })
        .prefault({}),
    })
    .prefault({}),
  retention: z
    .strictObject({
      days: z.int().min(1).max(3650).default(30).describe("How long events are kept."),
      pictures_gb: z.number().positive().default(20).describe("How much pictures may take."),
      free_disk_percent: z.number().min(1).max(90).default(10).describe("Kept free on the disk."),
    })
    .prefault({}),
  backup: z
    .strictObject({
      schedule: schedule.default("23 * * * *").describe("When a backup is made beside the data."),
      keep: z.int().min(1).max(1000).default(3).describe("How many of those are kept."),
    })
    .prefault({}),
});

/** As browsers send it, to be compared letter by letter. */
const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: "must be an origin such as https://portal.example, without a path",
});

export type CameraFile = z.output<typeof cameraFile>;
export type ConfigFile = z.output<typeof configFile>;

/** What only the environment may say. */
export const environmentOnly = z.object({
  environment: z.enum(["development", "staging", "production"]).default("production"),
  allowed_origins: z.array(origin).default([]),
  jwt_secret: z
    .string()
    .refine((secret) => Buffer.byteLength(secret) >= 32, "must have at least 32 bytes")
    .nullable()
    .default(null),
});

export type Config = Frozen<Camel<ConfigFile & z.output<typeof environmentOnly>>>;
export type CameraConfig = Config["cameras"][number];
export type MotionConfig = CameraConfig["motion"];
export type MotionChanges = Frozen<Camel<z.output<typeof motionChanges>>>;

export type Frozen<T> = T extends [infer A, infer B]
  ? readonly [A, B]
  : T extends (infer Item)[]
    ? readonly Frozen<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Frozen<T[Key]> }
      : T;

/** The same shape with camelCase keys. */
export type Camel<T> = T extends [infer A, infer B]
  ? [A, B]
  : T extends (infer Item)[]
    ? Camel<Item>[]
    : T extends object
      ? { [Key in keyof T as Key extends string ? CamelKey<Key> : Key]: Camel<T[Key]> }
      : T;

type CamelKey<Key extends string> = Key extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelKey<Tail>>}`
  : Key;
