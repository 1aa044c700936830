/** A labelled input with its hint, tied together for those who listen to the page. */
import { useId } from "preact/hooks";

export function FormField(props: {
  label: string;
  type?: "text" | "password";
  value: string;
  autoComplete: string;
  hint?: string;
  shortest?: number;
  isOptional?: boolean;
  disabled: boolean;
  onValue(value: string): void;
}) {
  const id = useId();
  const hintId = `${id}-hint`;
  // The typing of <input> wants each type spelled out.
  const type =
    props.type === "password" ? { type: "password" as const } : { type: "text" as const };
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        {...type}
        value={props.value}
        required={!props.isOptional}
        minLength={props.shortest}
        autoComplete={props.autoComplete}
        autoCapitalize="none"
        spellcheck={false}
        disabled={props.disabled}
        aria-describedby={props.hint ? hintId : undefined}
        onInput={(event) => props.onValue(event.currentTarget.value)}
      />
      {props.hint && (
        <p id={hintId} class="field-hint">
          {props.hint}
        </p>
      )}
    </div>
  );
}
