/** What people noted at an event, as signs. */
import type { MotionEvent } from "../../api/contract.ts";
import { eventWords } from "../strings/events.ts";
import { useWords } from "../words.ts";

const STAR = "M8 1.2l2.1 4.4 4.7.7-3.4 3.3.8 4.8L8 12.1l-4.2 2.3.8-4.8L1.2 6.3l4.7-.7z";

export function Marks(props: { event: MotionEvent }) {
  const words = useWords(eventWords);
  const { seen, important } = props.event;
  return (
    <span class="marks">
      {important && (
        <span class="mark-important" title={words.isImportant}>
          <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
            <path fill="currentColor" d={STAR} />
          </svg>
          <span class="visually-hidden">{words.isImportant}</span>
        </span>
      )}
      {!seen && (
        <span class="mark-new" title={words.isNew}>
          <span class="visually-hidden">{words.isNew}</span>
        </span>
      )}
    </span>
  );
}
