/** What the stand-in was asked, in order, and how each request ended. */
import type { Picture } from "./picture.ts";

export interface JournalEntry {
  id: number;
  /** Wall times, epoch milliseconds. */
  arrivedAt: number;
  endedAt: number | null;
  method: string;
  path: string;
  /** The request's body with every picture replaced by what is known of it. */
  body: unknown;
  pictures: readonly Picture[];
  status: number | null;
  /** `left`: the client hung up first. */
  ending: "open" | "answered" | "left" | "broken";
  /** Whether the engine was still at work on it when the client left, and stopped. */
  engineStopped: boolean;
}

export interface Journal {
  readonly entries: readonly JournalEntry[];
  open(request: { method: string; path: string }): JournalEntry;
  /** The requests that carried messages or a prompt, as against loads and questions. */
  asked(): readonly JournalEntry[];
  clear(): void;
}

/** Only the last so many are kept: a demo runs for days. */
const entriesMax = 5000;

export function createJournal(): Journal {
  const entries: JournalEntry[] = [];
  let count = 0;
  return {
    entries,
    open({ method, path }) {
      count += 1;
      const entry: JournalEntry = {
        id: count,
        arrivedAt: Date.now(),
        endedAt: null,
        method,
        path,
        body: null,
        pictures: [],
        status: null,
        ending: "open",
        engineStopped: false,
      };
      entries.push(entry);
      if (entries.length > entriesMax) entries.shift();
      return entry;
    },
    asked: () => entries.filter((entry) => isAsk(entry)),
    clear() {
      entries.length = 0;
    },
  };
}

function isAsk({ path, body }: JournalEntry): boolean {
  const { messages, prompt } = (body ?? {}) as { messages?: unknown[]; prompt?: string };
  if (path === "/api/chat") return (messages?.length ?? 0) > 0;
  return path === "/api/generate" && (prompt ?? "") !== "";
}
