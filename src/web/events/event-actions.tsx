/** What can be done with the event that is open. */
import { useEffect, useRef, useState } from "preact/hooks";

import type { MotionEvent } from "../../api/contract.ts";
import { ActionButton } from "../action-button.tsx";
import { usePage } from "../page.ts";
import { toEventHref } from "../route.ts";
import { saveBlob } from "../saving.ts";
import { eventWords } from "../strings/events.ts";
import { useWords } from "../words.ts";

export function EventActions(props: { event: MotionEvent; onDelete(): void }) {
  const { site, strings } = usePage();
  const words = useWords(eventWords);
  const { event } = props;
  const { id, seen, important, analysis_status: status } = event;
  const isUnderWay = status === "pending" || status === "running";
  return (
    <div class="actions event-actions">
      <ActionButton
        label={important ? words.markUnimportant : words.markImportant}
        waiting={words.marking}
        work={() => site.markEvent(id, { important: !important })}
      />
      <ActionButton
        label={seen ? words.markUnseen : words.markSeen}
        waiting={words.marking}
        work={() => site.markEvent(id, { seen: !seen })}
      />
      {!isUnderWay && (
        <ActionButton
          label={event.ai ? strings.describeAgain : strings.describe}
          waiting={strings.askingForDescription}
          work={() => site.describeAgain(id)}
        />
      )}
      <Saving event={event} />
      <Sharing id={id} />
      {site.me.value?.role === "admin" && (
        <button type="button" class="button danger" onClick={props.onDelete}>
          {words.remove}
        </button>
      )}
    </div>
  );
}

function Saving({ event }: { event: MotionEvent }) {
  const { session, clock } = usePage();
  const words = useWords(eventWords);
  const { snapshot_url: path } = event;
  const name = `${event.camera_id}-${event.started_at.slice(0, 19).replaceAll(":", "-")}`;
  return (
    <>
      {path !== null && (
        <ActionButton
          label={words.savePicture}
          waiting={words.saving}
          work={async () => {
            const answer = await session.ask(path);
            saveBlob(await answer.blob(), `${name}.jpg`, clock);
          }}
        />
      )}
      <button
        type="button"
        class="button"
        onClick={() => {
          const text = `${JSON.stringify(event, null, 2)}\n`;
          saveBlob(new Blob([text], { type: "application/json" }), `${name}.json`, clock);
        }}
      >
        {words.saveFacts}
      </button>
    </>
  );
}

type Shared = "not-yet" | "copied" | "by-hand";

/** Without HTTPS a browser may refuse to copy; then the link stands there, chosen, to be copied. */
function Sharing(props: { id: string }) {
  const words = useWords(eventWords);
  const [shared, setShared] = useState<Shared>("not-yet");
  const field = useRef<HTMLInputElement>(null);
  const link = `${location.origin}/${toEventHref(props.id)}`;
  const copy = (): void => {
    const copied =
      navigator.clipboard?.writeText(link) ?? Promise.reject(new Error("no clipboard"));
    copied.then(
      () => setShared("copied"),
      () => setShared("by-hand"),
    );
  };
  useEffect(() => {
    if (shared === "by-hand") field.current?.focus();
  }, [shared]);

  return (
    <span class="action">
      <button type="button" class="button" onClick={copy}>
        {words.share}
      </button>
      <label class="share-link" hidden={shared !== "by-hand"}>
        {words.shareByHand}
        <input
          ref={field}
          readOnly
          value={link}
          onFocus={(event) => event.currentTarget.select()}
        />
      </label>
      <span class="quiet-text" role="status">
        {shared === "copied" && words.shared}
      </span>
    </span>
  );
}
