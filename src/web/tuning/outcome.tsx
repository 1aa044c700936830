/** In a sentence: how many events the settings make of the last minutes, against those in force. */
import { useEffect, useState } from "preact/hooks";

import { tuningWords } from "../strings/tuning.ts";
import { useWords } from "../words.ts";
import type { Rehearsing } from "./rehearsing.ts";

/** `inForce`: the settings in force, as JSON. */
export function Outcome(props: { rehearsing: Rehearsing; inForce: string }) {
  const words = useWords(tuningWords);
  const { found, waits } = props.rehearsing;
  const inForce = useCountInForce(props);
  return (
    <p class={`rehearsed ${waits ? "is-waiting" : ""}`} role="status" aria-busy={waits}>
      {found && found.frames > 0 ? words.wouldBe(found.events.length, inForce) : words.recentNone}
    </p>
  );
}

/** Null until those in force were tried, which is before anything is changed. */
function useCountInForce(props: Parameters<typeof Outcome>[0]): number | null {
  const { inForce } = props;
  const { found, judged } = props.rehearsing;
  const [tried, setTried] = useState<{ judged: string; count: number } | null>(null);
  useEffect(() => {
    if (found && judged === inForce) setTried({ judged, count: found.events.length });
  }, [found, judged, inForce]);
  return tried?.judged === inForce ? tried.count : null;
}
