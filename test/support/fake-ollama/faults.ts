/** What may go wrong between a client and a real server, one at a time, for the requests to come. */

export type Fault =
  /** Accepts and never says a word. */
  | { type: "silence" }
  | { type: "late-headers"; delayMs: number }
  | { type: "slow-tokens"; delayMs: number }
  /** So many tokens, then nothing for ever. */
  | { type: "stall"; afterTokens: number }
  /** So many tokens, half a line, and a TCP reset. */
  | { type: "reset"; afterTokens: number }
  /** So many tokens, and a clean end without `done`: what a run of equal tokens does to a server. */
  | { type: "cut"; afterTokens: number }
  | { type: "error-line"; afterTokens: number; error: string }
  | { type: "status"; status: number; error: string }
  /** A proxy's page instead of the server. */
  | { type: "page"; status: number }
  | { type: "empty-body" }
  /** A line that is no JSON between two that are. */
  | { type: "bad-line"; afterTokens: number }
  | { type: "huge-line"; bytes: number }
  | { type: "bom-and-crlf" }
  /** The last line without its line feed. */
  | { type: "no-last-line-feed" }
  /** What the model says instead of its answer. */
  | { type: "says"; text: string; doneReason?: "stop" | "length" }
  /** The answer stays, with words around it. */
  | { type: "wraps"; before: string; after: string }
  | { type: "thinks-only" }
  /** The picture is dropped, and its tokens are missing from the count. */
  | { type: "image-ignored" }
  /** The picture is counted, and the answer has nothing to do with it. */
  | { type: "made-up" }
  | { type: "no-logprobs" }
  | { type: "clock-skew"; skewMs: number }
  | { type: "gzip" };

export interface Faults {
  /** From now on every ask meets the fault, or only the next `times`. Null: all is well again. */
  set(fault: Fault | null, options?: { times?: number; sha256?: string }): void;
  /** The fault the next ask meets, counted down. `sha256`: of its first picture. */
  take(sha256: string | null): Fault | null;
}

export function createFaults(): Faults {
  let current: { fault: Fault; left: number; sha256: string | null } | null = null;
  return {
    set(fault, { times = Number.POSITIVE_INFINITY, sha256 } = {}) {
      current = fault && { fault, left: times, sha256: sha256 ?? null };
    },
    take(asked) {
      if (!current || (current.sha256 !== null && current.sha256 !== asked)) return null;
      const { fault } = current;
      current.left -= 1;
      if (current.left <= 0) current = null;
      return fault;
    },
  };
}
