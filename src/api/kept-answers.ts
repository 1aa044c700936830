/**
 * The last few answers as they went out. Fifty pages that ask for the same list get the same text,
 * made once, for as long as nothing that it tells of has changed.
 */
import { createHash } from "node:crypto";

export interface Answer {
  text: string;
  /** For the ETag header. */
  tag: string;
}

export interface KeptAnswers {
  /** `version`: of everything that the answer may depend on beside what the key names. */
  take(key: string, version: string, make: () => unknown): Answer;
}

const KEPT_MAX = 32;

export function createKeptAnswers(): KeptAnswers {
  /** The one that was used longest ago is first. */
  const kept = new Map<string, Answer & { version: string }>();

  return {
    take(key, version, make) {
      const found = kept.get(key);
      kept.delete(key);
      const answer = found?.version === version ? found : { version, ...toAnswer(make()) };
      kept.set(key, answer);
      const [oldest] = kept.keys();
      if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
      return answer;
    },
  };
}

function toAnswer(body: unknown): Answer {
  const text = JSON.stringify(body);
  return { text, tag: `"${createHash("sha1").update(text).digest("base64url")}"` };
}
