/**
 * In: the YAML file and the environment. Out: one frozen Config, or every problem at once, each
 * with its path and what to do. The environment wins over the file.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

import { parseDocument } from "yaml";
import type { z } from "zod";

import { ApplianceError, toSentence } from "../base/errors.ts";
import { type Camel, type Config, configFile, environmentOnly } from "./schema.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigProblem {
  /** Where: `cameras[0].url`, or the name of an environment variable. */
  path: string;
  sentence: string;
}

export class ConfigError extends ApplianceError {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ path, sentence }) => `  ${path}: ${sentence}`);
    super("invalid", `The configuration cannot be used:\n${lines.join("\n")}`);
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** Reads and checks the file; without a path (or `NIGHTJAR_CONFIG`) the defaults stand alone. */
export async function loadConfig(options: {
  path: string | null;
  environment: Environment;
}): Promise<Config> {
  const path = options.path ?? options.environment["NIGHTJAR_CONFIG"] ?? null;
  const text = path === null ? "" : await readConfigText(path);
  return parseConfig(text, await withCredentials(options.environment));
}

/** The pure half of loadConfig. Throws ConfigError with every problem at once. */
export function parseConfig(text: string, environment: Environment): Config {
  const problems: ConfigProblem[] = [];
  const written = parseYaml(text, problems);
  const filled = fillPlaceholders(written, environment, "", problems);
  const overridden = override(filled, environment, problems);

  const file = configFile.safeParse(overridden.file);
  const outside = environmentOnly.safeParse(overridden.outside);
  problems.push(...toProblems(file.error?.issues, ""), ...toProblems(outside.error?.issues, "env"));
  if (file.success) problems.push(...findRepeatedIds(file.data.cameras));
  if (problems.length > 0 || !file.success || !outside.success) throw new ConfigError(problems);

  return deepFreeze(toCamel({ ...file.data, ...outside.data })) as Config;
}

async function readConfigText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new ConfigError([
      {
        path,
        sentence: `cannot be read (${toSentence(error)}); check --config or NIGHTJAR_CONFIG`,
      },
    ]);
  }
}

/**
 * With what systemd hands over (LoadCredential=DATABASE_URL:/etc/…): each file of its folder is a
 * variable of that name, and wins over one of the environment, where others may see it.
 */
async function withCredentials(environment: Environment): Promise<Environment> {
  const folder = environment["CREDENTIALS_DIRECTORY"];
  if (folder === undefined) return environment;
  const names = await readdir(folder).catch((error: unknown) => {
    const sentence = `cannot be read (${toSentence(error)}); check LoadCredential= of the unit`;
    throw new ConfigError([{ path: "CREDENTIALS_DIRECTORY", sentence }]);
  });
  const credentials: Record<string, string> = {};
  for (const name of names.filter((name) => VARIABLE.test(name))) {
    credentials[name] = (await readFile(join(folder, name), "utf8")).trimEnd();
  }
  return { ...environment, ...credentials };
}

const VARIABLE = /^[A-Z_][A-Z0-9_]*$/;

function parseYaml(text: string, problems: ConfigProblem[]): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  for (const error of document.errors) {
    problems.push({ path: "file", sentence: `is not YAML: ${error.message.split("\n")[0]}` });
  }
  if (document.errors.length > 0) return {};
  try {
    const written: unknown = document.toJS();
    // Refuses what holds itself, by an alias within its own anchor: there would be no end to it.
    JSON.stringify(written);
    return written ?? {};
  } catch (error) {
    const reason = toSentence(error).split("\n")[0];
    problems.push({ path: "file", sentence: `cannot be followed through its aliases: ${reason}` });
    return {};
  }
}

/**
 * Replaces `${NAME}` by the environment's value. Inside an address the value is percent-encoded, so
 * that a password with an @ or a / in it stays a password.
 */
function fillPlaceholders(
  value: unknown,
  environment: Environment,
  path: string,
  problems: ConfigProblem[],
): unknown {
  if (typeof value === "string") return fillText(value, environment, path, problems);
  if (Array.isArray(value)) {
    return value.map((item, i) => fillPlaceholders(item, environment, `${path}[${i}]`, problems));
  }
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const inner = path === "" ? key : `${path}.${key}`;
      return [key, fillPlaceholders(item, environment, inner, problems)];
    }),
  );
}

const PLACEHOLDER = /\$\{([A-Z_][A-Z0-9_]*)\}/g;

function fillText(
  text: string,
  environment: Environment,
  path: string,
  problems: ConfigProblem[],
): string | null {
  const whole = /^\$\{([A-Z_][A-Z0-9_]*)\}$/.exec(text)?.[1];
  // A whole value that stands for an unset variable is an absent value: no DATABASE_URL, no sync.
  if (whole !== undefined) return environment[whole] ?? null;
  const insideAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  return text.replace(PLACEHOLDER, (_, name: string) => {
    const value = environment[name];
    if (value === undefined) {
      problems.push({ path, sentence: `needs the environment variable ${name}, which is not set` });
      return "";
    }
    return insideAddress ? encodeURIComponent(value) : value;
  });
}

type Tree = Record<string, unknown>;

/** The environment over the file; the names are fixed by the outside contract. */
function override(
  written: unknown,
  environment: Environment,
  problems: ConfigProblem[],
): { file: unknown; outside: Tree } {
  const file = (isTree(written) ? { ...written } : written) as Tree;
  if (isTree(file)) {
    const put = (section: string, key: string, value: unknown): void => {
      const held = file[section];
      if (held === undefined || held === null) file[section] = { [key]: value };
      else if (isTree(held)) file[section] = { ...held, [key]: value };
    };
    const number = (name: string): number | undefined => readNumber(name, environment, problems);
    const given = <T>(value: T | undefined, then: (value: T) => void): void => {
      if (value !== undefined) then(value);
    };
    given(number("PORT"), (port) => put("server", "port", port));
    given(environment["OLLAMA_API_URL"], (url) => put("ollama", "url", url));
    given(environment["OLLAMA_MODEL"], (model) => put("ollama", "model", model));
    given(number("OLLAMA_TIMEOUT"), (seconds) => put("ollama", "timeout_s", seconds));
    given(environment["DATABASE_URL"], (url) => put("central", "url", url));
    given(environment["NIGHTJAR_DATA_DIR"], (folder) => {
      file["data_dir"] = folder;
    });
  }
  const origins = environment["ALLOWED_ORIGINS"]?.split(",").map((origin) => origin.trim());
  return {
    file,
    outside: {
      environment: environment["ENVIRONMENT"],
      allowed_origins: origins?.filter((origin) => origin !== ""),
      jwt_secret: environment["JWT_SECRET"],
    },
  };
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readNumber(
  name: string,
  environment: Environment,
  problems: ConfigProblem[],
): number | undefined {
  const text = environment[name];
  if (text === undefined || text === "") return undefined;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  problems.push({ path: name, sentence: `must be a number, not "${text}"` });
  return undefined;
}

function toProblems(issues: readonly z.core.$ZodIssue[] = [], source: "" | "env"): ConfigProblem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.reduce<string>((sofar, step) => {
      if (typeof step === "number") return `${sofar}[${step}]`;
      return sofar === "" ? String(step) : `${sofar}.${String(step)}`;
    }, "");
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        path: path === "" ? key : `${path}.${key}`,
        sentence: "is not a known key; check its spelling",
      }));
    }
    return [
      { path: source === "env" ? path.toUpperCase() : path || "file", sentence: issue.message },
    ];
  });
}

function findRepeatedIds(cameras: readonly { id: string }[]): ConfigProblem[] {
  return cameras.flatMap(({ id }, index) =>
    cameras.findIndex((other) => other.id === id) === index
      ? []
      : [{ path: `cameras[${index}].id`, sentence: `"${id}" is used twice; ids are unique` }],
  );
}

/** The same with camelCase keys. */
export function toCamel<T>(value: T): Camel<T> {
  if (Array.isArray(value)) return value.map((item) => toCamel(item)) as Camel<T>;
  if (!isTree(value)) return value as Camel<T>;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      toCamel(item),
    ]),
  ) as Camel<T>;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const item of Object.values(value)) deepFreeze(item);
    Object.freeze(value);
  }
  return value;
}
