/** What the model should know of this camera, and in which language it answers. */
import { useState } from "preact/hooks";

import { useAction } from "../action.ts";
import { useAsk } from "../answer.ts";
import type { CameraSettings } from "../cameras/camera-settings.ts";
import { FormEnd } from "../form-end.tsx";
import { FormField } from "../form-field.tsx";
import { Section } from "../section.tsx";
import { tuningWords } from "../strings/tuning.ts";
import { useWords } from "../words.ts";

export function WishForm(props: { set: CameraSettings }) {
  const words = useWords(tuningWords);
  const ask = useAsk();
  const { id, analysis, provisioned } = props.set;
  const [prompt, setPrompt] = useState(analysis.prompt ?? "");
  const [language, setLanguage] = useState(analysis.language);
  const [isSaved, setSaved] = useState(false);
  const saving = useAction(async () => {
    const body = { analysis: { prompt: prompt.trim() || null, language: language.trim() } };
    await ask(`/cameras/${encodeURIComponent(id)}`, { method: "PATCH", body });
    setSaved(true);
  });
  const waits = saving.state.type === "waiting";
  const common = { autoComplete: "off", disabled: waits || provisioned };

  return (
    <Section title={words.wish} lead={provisioned ? words.wishOfFile : words.wishLead}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          saving.start();
        }}
      >
        <FormField
          {...common}
          isOptional
          label={words.wishLabel}
          hint={words.wishHint}
          value={prompt}
          onValue={(wish) => {
            setPrompt(wish);
            setSaved(false);
          }}
        />
        <FormField
          {...common}
          label={words.language}
          hint={words.languageHint}
          value={language}
          onValue={setLanguage}
        />
        {!provisioned && (
          <FormEnd state={saving.state} submit={words.saveWish} submitting={words.saving}>
            <span class="quiet-text" role="status">
              {isSaved && words.saved}
            </span>
          </FormEnd>
        )}
      </form>
    </Section>
  );
}
