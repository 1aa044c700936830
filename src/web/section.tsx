/** A part of a view: a card with a heading, and what can be done with the whole of it beside that. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export function Section(props: {
  title: string;
  lead?: string;
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class="section" aria-labelledby={id}>
      <div class="section-head">
        <h2 id={id}>{props.title}</h2>
        {props.actions}
      </div>
      {props.lead !== undefined && <p class="section-lead">{props.lead}</p>}
      {props.children}
    </section>
  );
}
