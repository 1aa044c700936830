/** How old the server is, and what follows from it. */
import { isVersionAtLeast } from "./server-shapes.ts";
import type { ModelWarning } from "./vision-model.ts";

/** The first that keeps an answer to a given form. */
const oldest = [0, 5, 0] as const;
/** The first without CVE-2026-7482, which lets anyone who reaches the port read its memory. */
const safe = [0, 17, 1] as const;

/** Null for a server that is new enough to be asked at all. */
export function toTooOld(version: string | null): string | null {
  if (!isNumbered(version) || isVersionAtLeast(version, oldest)) return null;
  return `Ollama ${version} cannot keep an answer to a given form. Update it to ${safe.join(".")} or newer.`;
}

/** Null for a server that is new enough to be safe. */
export function toAgeWarning(version: string | null): ModelWarning | null {
  if (!isNumbered(version) || isVersionAtLeast(version, safe)) return null;
  return {
    code: "ollama_outdated",
    sentence:
      `Ollama ${version} lets anyone who reaches its port read its memory (CVE-2026-7482). ` +
      `Update it to ${safe.join(".")} or newer.`,
  };
}

/** A server that somebody built for himself calls itself 0.0.0, and is of any age. */
function isNumbered(version: string | null): version is string {
  return version !== null && /^v?\d+\.\d+/.test(version) && !/^v?0\.0\.0/.test(version);
}
