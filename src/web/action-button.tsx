/** A button whose work takes a moment: it says that it waits, and what went wrong. */
import { useRef } from "preact/hooks";

import { useAction } from "./action.ts";
import { usePage } from "./page.ts";

interface Work {
  label: string;
  /** While it waits. */
  waiting: string;
  kind?: "primary" | "quiet" | "danger";
  disabled?: boolean;
  /** For those who hear the button without what stands around it. */
  of?: string;
  work(): Promise<void>;
}

export function ActionButton(props: Work) {
  const { state, start } = useAction(props.work);
  const waits = state.type === "waiting";
  return (
    <span class="action">
      <button
        type="button"
        class={`button ${props.kind ?? ""}`}
        aria-busy={waits}
        aria-label={props.of && `${waits ? props.waiting : props.label}: ${props.of}`}
        disabled={props.disabled ?? false}
        onClick={start}
      >
        {waits ? props.waiting : props.label}
      </button>
      {state.type === "failed" && (
        <span class="action-error" role="alert">
          {state.sentence}
        </span>
      )}
    </span>
  );
}

/** Asks before it does what cannot be undone. */
export function AskingButton(props: Work & { question: string }) {
  const { strings } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <span class="action">
      <button
        type="button"
        class={`button ${props.kind ?? ""}`}
        aria-label={props.of && `${props.label}: ${props.of}`}
        disabled={props.disabled ?? false}
        onClick={() => dialog.current?.showModal()}
      >
        {props.label}
      </button>
      <dialog ref={dialog} class="question" aria-label={props.label} closedby="any">
        <p>{props.question}</p>
        <p class="actions">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            {strings.cancel}
          </button>
          <ActionButton
            label={props.label}
            waiting={props.waiting}
            kind="danger"
            work={async () => {
              await props.work();
              dialog.current?.close();
            }}
          />
        </p>
      </dialog>
    </span>
  );
}
