/**
 * How much an event matters: by the model's concern once it is described, by the motion until then.
 * Told by words and by shape; colour only repeats it.
 */

import type { MotionEvent } from "../api/contract.ts";
import { usePage } from "./page.ts";

export function Severity(props: { event: MotionEvent }) {
  const { strings } = usePage();
  const { ai, significance_score: significance } = props.event;
  if (ai) {
    return (
      <span class={`severity concern-${ai.concern}`}>
        <SeveritySign level={ai.concern} />
        {strings.concern[ai.concern]}
      </span>
    );
  }
  return (
    <span class="severity">
      <meter class="significance" min={0} max={1} value={significance} aria-hidden="true" />
      {strings.significance(strings.percent(significance))}
    </span>
  );
}

/** 0 a ring, 1 an eye-catching dot, 2 a triangle, 3 an octagon: told apart without colour. */
export function SeveritySign(props: { level: number }) {
  const shapes = [
    "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11zm0 1.7a3.8 3.8 0 1 1 0 7.6a3.8 3.8 0 0 1 0-7.6z",
    "M8 3a5 5 0 1 0 0 10a5 5 0 0 0 0-10z",
    "M8 1.5L15.3 14H.7zM7.2 6v4.2h1.6V6zm0 5.2v1.6h1.6v-1.6z",
    "M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5zM7.1 4v5.2h1.8V4zm0 6.4v1.8h1.8v-1.8z",
  ];
  return (
    <svg class="severity-sign" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path fill="currentColor" fill-rule="evenodd" d={shapes[props.level] ?? shapes[1]} />
    </svg>
  );
}
