/** The end of a form: what went wrong, the button that shows that it waits, and what stands beside it. */
import type { ComponentChildren } from "preact";

import type { ActionState } from "./action.ts";

export function FormEnd(props: {
  state: ActionState;
  submit: string;
  submitting: string;
  isPrimary?: boolean;
  children?: ComponentChildren;
}) {
  const waits = props.state.type === "waiting";
  return (
    <>
      <FormError state={props.state} />
      <p class="actions">
        <button
          type="submit"
          class={`button ${props.isPrimary ? "primary" : ""}`}
          aria-busy={waits}
          disabled={waits}
        >
          {waits ? props.submitting : props.submit}
        </button>
        {props.children}
      </p>
    </>
  );
}

/** There from the beginning, so that what comes into it is read out. */
export function FormError({ state }: { state: ActionState }) {
  return (
    <p class="form-error" role="alert">
      {state.type === "failed" ? state.sentence : ""}
    </p>
  );
}
