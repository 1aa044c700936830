/** Shows an answer, or that it is waited for, or why there is none and a way to ask again. */
import type { ComponentChildren } from "preact";

import type { Asked } from "./answer.ts";
import { toAdvice, usePage } from "./page.ts";

export function Answered<T>(props: {
  of: Asked<T>;
  waiting: string;
  children(value: T): ComponentChildren;
}) {
  const { strings } = usePage();
  const { answer, again } = props.of;
  switch (answer.type) {
    case "waiting":
      return (
        <p class="waiting" role="status">
          {props.waiting}
        </p>
      );
    case "failed":
      return (
        <div class="notice is-bad" role="alert">
          <p>{toAdvice(answer.error, strings)}</p>
          <button type="button" class="button" onClick={again}>
            {strings.tryAgain}
          </button>
        </div>
      );
    case "ready":
      return <>{props.children(answer.value)}</>;
    default:
      return answer satisfies never;
  }
}
