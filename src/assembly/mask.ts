/**
 * Takes out of a report what nobody else may know: first by where it stands (the login and the query of
 * an address), then every secret that this box knows by its letters, wherever it may have got to.
 */
import { redactUrls } from "../base/log.ts";

export type Mask = (value: unknown) => unknown;

const HIDDEN = "***";
/** Shorter ones are part of half the words. */
const SECRET_CHARACTERS_MIN = 4;

/** The keys of what it answers are in snake_case, as in all JSON of ours. */
export function createMask(secrets: readonly string[]): Mask {
  const spellings = secrets
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])
    .filter((spelling) => spelling.length >= SECRET_CHARACTERS_MIN)
    .sort((a, b) => b.length - a.length);
  const maskText = (text: string): string =>
    spellings.reduce((left, spelling) => left.replaceAll(spelling, HIDDEN), maskAddresses(text));

  const mask: Mask = (value) => {
    if (typeof value === "string") return maskText(value);
    if (Array.isArray(value)) return value.map(mask);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, item]) => [toSnake(key), mask(item)]);
    return Object.fromEntries(entries);
  };
  return mask;
}

/** Some cameras take their login in the query. */
function maskAddresses(text: string): string {
  return redactUrls(text).replace(/([a-z][a-z0-9+.-]*:\/\/[^\s"'?]*\?)[^\s"']+/gi, `$1${HIDDEN}`);
}

/** What of an address is secret: its login, whole and decoded, and the values of its query. */
export function listSecretsOf(address: string): string[] {
  if (!URL.canParse(address)) return [];
  const { password, searchParams } = new URL(address);
  return [password, decode(password), ...searchParams.values()].filter((secret) => secret !== "");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function toSnake(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
