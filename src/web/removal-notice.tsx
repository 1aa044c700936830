/** What was deleted a moment ago and may still be undone, over every view. */
import { toAdvice, usePage } from "./page.ts";
import { eventWords } from "./strings/events.ts";
import { useWords } from "./words.ts";

export function RemovalNotice() {
  const { removals, removed, strings } = usePage();
  const words = useWords(eventWords);
  const notice = removed.value.notice;
  return (
    <div class="removal" role="status">
      {notice?.type === "undoable" && (
        <p>
          {words.removed(notice.events)}
          <button type="button" class="button" onClick={removals.undo}>
            {words.undo}
          </button>
        </p>
      )}
      {notice?.type === "failed" && (
        <p class="is-bad">
          {words.removeFailed} {toAdvice(notice.error, strings)}
          <button type="button" class="button" onClick={removals.dismiss}>
            {words.dismiss}
          </button>
        </p>
      )}
    </div>
  );
}
