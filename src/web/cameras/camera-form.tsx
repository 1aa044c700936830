/** A camera's name and addresses, with a live test picture before anything is kept. */
import { useId, useState } from "preact/hooks";

import { useAction } from "../action.ts";
import { useAsk } from "../answer.ts";
import { FormEnd } from "../form-end.tsx";
import { FormField } from "../form-field.tsx";
import { usePage } from "../page.ts";
import { cameraWords } from "../strings/cameras.ts";
import { useWords } from "../words.ts";
import { type CameraSettings, toCameraId } from "./camera-settings.ts";
import { TestPicture } from "./test-picture.tsx";

interface Draft {
  name: string;
  id: string;
  url: string;
  detailUrl: string;
  weight: string;
}

/** Without one before, a new camera is made. */
export function CameraForm(props: { before: CameraSettings | null; onClose(): void }) {
  const { site } = usePage();
  const words = useWords(cameraWords);
  const ask = useAsk();
  const { before } = props;
  const [draft, setDraft] = useState(() => toDraft(before));
  const saving = useAction(async () => {
    if (before) {
      const body = toChanges(draft, before);
      await ask(`/cameras/${encodeURIComponent(before.id)}`, { method: "PATCH", body });
    } else {
      await ask("/cameras", { method: "POST", body: toNewCamera(draft) });
    }
    await site.reload();
    props.onClose();
  });
  const waits = saving.state.type === "waiting";

  return (
    <form
      class="section form"
      aria-label={before ? `${words.change}: ${before.name}` : words.add}
      onSubmit={(event) => {
        event.preventDefault();
        saving.start();
      }}
    >
      <Fields before={before} draft={draft} onDraft={setDraft} waits={waits} />
      <TestPicture url={draft.url} isHidden={before !== null && draft.url === before.url} />
      <FormEnd
        isPrimary
        state={saving.state}
        submit={before ? words.save : words.addNow}
        submitting={before ? words.saving : words.adding}
      >
        <button type="button" class="button" onClick={props.onClose}>
          {words.cancel}
        </button>
      </FormEnd>
    </form>
  );
}

function Fields(props: {
  before: CameraSettings | null;
  draft: Draft;
  onDraft(draft: Draft): void;
  waits: boolean;
}) {
  const words = useWords(cameraWords);
  const { before, draft, onDraft } = props;
  const [isIdChosen, setIdChosen] = useState(false);
  const common = { autoComplete: "off", disabled: props.waits };
  return (
    <>
      <FormField
        {...common}
        label={words.name}
        hint={words.nameHint}
        value={draft.name}
        onValue={(name) =>
          onDraft({ ...draft, name, ...(!isIdChosen && !before && { id: toCameraId(name) }) })
        }
      />
      {!before && (
        <FormField
          {...common}
          label={words.id}
          hint={words.idHint}
          value={draft.id}
          onValue={(id) => {
            setIdChosen(true);
            onDraft({ ...draft, id });
          }}
        />
      )}
      <FormField
        {...common}
        label={words.url}
        hint={before ? words.urlKept : words.urlHint}
        value={draft.url}
        onValue={(url) => onDraft({ ...draft, url: url.trim() })}
      />
      <FormField
        {...common}
        isOptional
        label={words.detailUrl}
        hint={words.detailUrlHint}
        value={draft.detailUrl}
        onValue={(detailUrl) => onDraft({ ...draft, detailUrl: detailUrl.trim() })}
      />
      <Weight draft={draft} onDraft={onDraft} waits={props.waits} />
    </>
  );
}

function Weight(props: { draft: Draft; onDraft(draft: Draft): void; waits: boolean }) {
  const words = useWords(cameraWords);
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{words.weight}</label>
      <input
        id={id}
        type="number"
        min="0.1"
        max="10"
        step="0.1"
        required
        value={props.draft.weight}
        disabled={props.waits}
        aria-describedby={`${id}-hint`}
        onInput={({ currentTarget }) =>
          props.onDraft({ ...props.draft, weight: currentTarget.value })
        }
      />
      <p id={`${id}-hint`} class="field-hint">
        {words.weightHint}
      </p>
    </div>
  );
}

function toDraft(before: CameraSettings | null): Draft {
  if (!before) return { name: "", id: "", url: "", detailUrl: "", weight: "1" };
  const { id, name, url, detail_url, weight } = before;
  return { id, name, url, detailUrl: detail_url ?? "", weight: String(weight) };
}

function toNewCamera({ id, name, url, detailUrl, weight }: Draft) {
  return { id, name, url, detail_url: detailUrl || null, weight: Number(weight) };
}

/** What was not touched is not sent: a stream that goes on is not interrupted for nothing. */
function toChanges({ name, url, detailUrl, weight }: Draft, before: CameraSettings) {
  return {
    ...(name !== before.name && { name }),
    ...(url !== before.url && { url }),
    ...(detailUrl !== (before.detail_url ?? "") && { detail_url: detailUrl || null }),
    ...(Number(weight) !== before.weight && { weight: Number(weight) }),
  };
}
