/** A labelled choice of a few. */
import { useId } from "preact/hooks";

export function Choice<T extends string>(props: {
  label: string;
  value: T;
  options: Readonly<Record<NoInfer<T>, string>>;
  onValue(value: NoInfer<T>): void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        value={props.value}
        onChange={({ currentTarget }) => props.onValue(currentTarget.value as T)}
      >
        {Object.entries<string>(props.options).map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
