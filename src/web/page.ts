/** What every part of the page may use; `main.tsx` makes it, nobody keeps a copy. */
import type { ReadonlySignal, Signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";

import type { MotionEvent } from "../api/contract.ts";
import type { Clock } from "./clock.ts";
import { RequestError } from "./http.ts";
import type { Language } from "./language.ts";
import type { Pictures } from "./pictures.ts";
import type { Removals, RemovalView } from "./removals.ts";
import type { Session } from "./session.ts";
import type { Site } from "./site.ts";
import type { Strings } from "./strings.ts";
import type { Times } from "./times.ts";

/** Both clocks, a few times a minute or each second: what ages on the screen follows it. */
export interface Present {
  now: number;
  monotonic: number;
}

export interface Page {
  session: Session;
  site: Site;
  pictures: Pictures;
  removals: Removals;
  removed: ReadonlySignal<RemovalView>;
  /** Those of the list that is shown, in its order, for going from one to the next; null without one. */
  listed: Signal<readonly MotionEvent[] | null>;
  strings: Strings;
  language: Language;
  times: Times;
  clock: Clock;
  present: ReadonlySignal<Present>;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error("A part of the page was rendered outside of it.");
  return page;
}

/** Any failure as a sentence that says what to do. */
export function toAdvice(error: unknown, strings: Strings): string {
  if (!(error instanceof RequestError)) return strings.requestUnreachable;
  const { failure } = error;
  if (failure.type === "unreachable") return strings.requestUnreachable;
  const { detail, status } = failure;
  return detail === null ? strings.requestRefused(status) : strings.ofBox(detail);
}
