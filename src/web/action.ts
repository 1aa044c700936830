/** One thing that a person can ask for: it shows that it waits, and what went wrong. */
import { useState } from "preact/hooks";

import { toAdvice, usePage } from "./page.ts";

export type ActionState =
  | { type: "idle" }
  | { type: "waiting" }
  | { type: "failed"; sentence: string };

export interface Action {
  state: ActionState;
  /** Does nothing while the previous one waits. Owns the promise: a failure becomes the state. */
  start(): void;
}

export function useAction(work: () => Promise<void>): Action {
  const { strings } = usePage();
  const [state, setState] = useState<ActionState>({ type: "idle" });
  return {
    state,
    start() {
      if (state.type === "waiting") return;
      setState({ type: "waiting" });
      work().then(
        () => setState({ type: "idle" }),
        (error: unknown) => setState({ type: "failed", sentence: toAdvice(error, strings) }),
      );
    },
  };
}
