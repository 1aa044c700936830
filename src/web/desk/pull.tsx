/** Fetching a model, with how far it is; stopping it keeps what has come. */
import { useEffect, useRef, useState } from "preact/hooks";

import type { PullLine } from "../../api/model-contract.ts";
import { FormField } from "../form-field.tsx";
import { toAdvice, usePage } from "../page.ts";
import { deskWords } from "../strings/desk.ts";
import { useWords } from "../words.ts";
import { readLines } from "./lines.ts";

type PullState =
  | { type: "idle" }
  | { type: "stopped" }
  | { type: "done"; name: string }
  | { type: "failed"; sentence: string }
  | { type: "pulling"; step: string; doneBytes: number | null; totalBytes: number | null };

export function Pull(props: { onPulled(): void }) {
  const words = useWords(deskWords);
  const [name, setName] = useState("");
  const { state, start, stop } = usePull(props.onPulled);
  const isPulling = state.type === "pulling";
  return (
    <form
      class="form pull"
      aria-label={words.pull}
      onSubmit={(event) => {
        event.preventDefault();
        start(name.trim());
      }}
    >
      <h3>{words.pull}</h3>
      <FormField
        label={words.pullName}
        hint={words.pullHint}
        value={name}
        autoComplete="off"
        disabled={isPulling}
        onValue={setName}
      />
      <PullProgress state={state} />
      <p class="actions">
        {/* Two buttons by key: one that turned into a submit while it is clicked would submit. */}
        {isPulling ? (
          <button key="stop" type="button" class="button" onClick={stop}>
            {words.pullStop}
          </button>
        ) : (
          <button key="start" type="submit" class="button">
            {words.pullStart}
          </button>
        )}
      </p>
    </form>
  );
}

function PullProgress({ state }: { state: PullState }) {
  const words = useWords(deskWords);
  switch (state.type) {
    case "idle":
      return null;
    case "stopped":
      return <p role="status">{words.pullStopped}</p>;
    case "done":
      return (
        <p role="status" class="verdict is-good">
          {words.pulled(state.name)}
        </p>
      );
    case "failed":
      return (
        <p class="form-error" role="alert">
          {state.sentence}
        </p>
      );
    case "pulling": {
      const { doneBytes, totalBytes } = state;
      const isKnown = doneBytes !== null && totalBytes !== null && totalBytes > 0;
      return (
        <div>
          <p class="waiting">{words.pulling(state.step)}</p>
          <progress
            class="pull-bar"
            aria-label={words.pullProgress}
            max={isKnown ? totalBytes : 1}
            {...(isKnown && { value: doneBytes })}
          />
          {isKnown && (
            <p class="quiet-text">
              {words.pullOf(toMegabytes(doneBytes), toMegabytes(totalBytes))}
            </p>
          )}
        </div>
      );
    }
    default:
      return state satisfies never;
  }
}

/** Leaving the view stops it: it goes on from there when it is asked for again. */
function usePull(onPulled: () => void) {
  const { session, strings } = usePage();
  const [state, setState] = useState<PullState>({ type: "idle" });
  const left = useRef(new AbortController());
  useEffect(() => () => left.current.abort(), []);

  const pull = async (name: string, signal: AbortSignal): Promise<void> => {
    const response = await session.ask("/models/pull", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ name }),
      signal,
    });
    for await (const line of readLines<PullLine>(response)) {
      if (line.state === "failed") return setState({ type: "failed", sentence: line.sentence });
      if (line.state === "done") continue;
      const { step, completed_bytes: doneBytes, total_bytes: totalBytes } = line;
      setState({ type: "pulling", step, doneBytes, totalBytes });
    }
    setState({ type: "done", name });
    onPulled();
  };

  return {
    state,
    start(name: string) {
      left.current = new AbortController();
      const { signal } = left.current;
      setState({ type: "pulling", step: "…", doneBytes: null, totalBytes: null });
      pull(name, signal).catch((error: unknown) =>
        setState(
          signal.aborted
            ? { type: "stopped" }
            : { type: "failed", sentence: toAdvice(error, strings) },
        ),
      );
    },
    stop: () => left.current.abort(),
  };
}

function toMegabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
