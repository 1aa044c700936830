/** What may go wrong between a client and a real server, one at a time, for the requests to come. */
import { createRandom } from "./random.ts";

export type Fault =
  /** Accepts and never says a word. */
  | { type: "silence" }
  | { type: "late-headers"; delayMs: number }
  /** The headers come at once and the first token late: a slow machine that reads a picture. */
  | { type: "late-first-token"; delayMs: number }
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
  /** The answer stays in form, but for one field. */
  | { type: "spoils"; how: Spoiling }
  /** As if no form had been asked for. */
  | { type: "format-ignored" }
  /** White space between the tokens until the limit ends it. */
  | { type: "whitespace-run" }
  /** A NUL and half of a surrogate pair in the midst of the text. */
  | { type: "odd-text" }
  | { type: "thinks-only" }
  /** The picture is dropped, and its tokens are missing from the count. */
  | { type: "image-ignored" }
  /** The picture is counted, and the answer has nothing to do with it. */
  | { type: "made-up" }
  | { type: "no-logprobs" }
  /** Only every other token has its probability. */
  | { type: "short-logprobs" }
  | { type: "clock-skew"; skewMs: number }
  | { type: "gzip" }
  /** The engine keeps so much of each ask, and dies of it; letting the model go gives it back. */
  | { type: "leak"; bytes: number; bytesMax: number }
  /** What happens to the server while it runs; the ask meets what is left of it. */
  | { type: "version-flip"; version: string }
  | { type: "digest-change"; digest: string }
  | { type: "model-deleted" }
  | { type: "wedge" };

export type Spoiling = "wrong-choice" | "wrong-type" | "missing-field" | "number-as-text";

/** What a real server says with a 500 or a 503, to the letter. */
export const serverErrors = {
  runnerStopped:
    "model runner has unexpectedly stopped, this may be due to resource limitations or an " +
    "internal error, check ollama server logs for details",
  processTerminated: "llama-server process has terminated: signal: killed",
  loadTimeout: "timed out waiting for llama-server to start - progress 0.00 - ",
  busy: "server busy, please try again.  maximum pending requests exceeded",
} as const;

/** A scene of a script: from its turn on every ask meets the fault, or only some of them. */
export interface ScriptEntry {
  /** Null: all is well. */
  fault: Fault | null;
  /** So many asks, then comes the next scene. */
  times?: number;
  /** So long, counted from its first ask, then comes the next scene. */
  forMs?: number;
  /** Only asks whose first picture this is. */
  sha256?: string;
  /** Only so large a share of the asks, drawn from the seed. */
  share?: number;
  seed?: string;
}

export interface Faults {
  /** One scene and no other. Null: all is well again. */
  set(fault: Fault | null, options?: Omit<ScriptEntry, "fault">): void;
  /** One scene after the other; after the last all is well. */
  play(script: readonly ScriptEntry[]): void;
  /** The fault the next ask meets, counted down. `sha256`: of its first picture. */
  take(sha256: string | null): Fault | null;
}

export function createFaults(): Faults {
  let scenes: Scene[] = [];
  const play = (script: readonly ScriptEntry[]): void => {
    scenes = script.map(createScene);
  };
  return {
    play,
    set: (fault, options = {}) => play(fault ? [{ fault, ...options }] : []),
    take(asked) {
      scenes = scenes.slice(firstIndex(scenes, (scene) => !scene.isOver()));
      return scenes[0]?.take(asked) ?? null;
    },
  };
}

function firstIndex<T>(values: readonly T[], isIt: (value: T) => boolean): number {
  const index = values.findIndex(isIt);
  return index < 0 ? values.length : index;
}

type Scene = ReturnType<typeof createScene>;

function createScene(entry: ScriptEntry) {
  const { fault, forMs = Number.POSITIVE_INFINITY, sha256, share = 1, seed = "share" } = entry;
  const random = createRandom(seed);
  let left = entry.times ?? Number.POSITIVE_INFINITY;
  let beganAt: number | null = null;
  return {
    isOver: () => left <= 0 || (beganAt !== null && Date.now() - beganAt >= forMs),
    take(asked: string | null): Fault | null {
      beganAt ??= Date.now();
      if (sha256 !== undefined && sha256 !== asked) return null;
      if (random.next() >= share) return null;
      left -= 1;
      return fault;
    },
  };
}
