/** The models that Ollama has: which one is in use, and fetching or deleting others. */
import type { Model, ModelPage } from "../../api/model-contract.ts";
import { AskingButton } from "../action-button.tsx";
import { useAnswer, useAsk } from "../answer.ts";
import { Answered } from "../answered.tsx";
import { usePage } from "../page.ts";
import { Section } from "../section.tsx";
import { deskWords } from "../strings/desk.ts";
import { useWords } from "../words.ts";
import { Pull } from "./pull.tsx";

export function Models() {
  const { site } = usePage();
  const words = useWords(deskWords);
  const isAway = site.status.value?.model.code === "model_unreachable";
  return (
    <Section title={words.models}>
      {isAway ? <p class="quiet-text">{words.modelsAway}</p> : <Shelf />}
    </Section>
  );
}

function Shelf() {
  const { site } = usePage();
  const words = useWords(deskWords);
  const isAdmin = site.me.value?.role === "admin";
  const asked = useAnswer<ModelPage>("/models");
  return (
    <>
      <Answered of={asked} waiting={words.modelsLoading}>
        {({ items }) => (
          <>
            {items.length === 0 && <p class="quiet-text">{words.modelsNone}</p>}
            <ul class="rows">
              {items.map((model) => (
                <ModelRow key={model.name} model={model} isAdmin={isAdmin} onGone={asked.again} />
              ))}
            </ul>
          </>
        )}
      </Answered>
      {isAdmin && <Pull onPulled={asked.again} />}
    </>
  );
}

function ModelRow(props: { model: Model; isAdmin: boolean; onGone(): void }) {
  const words = useWords(deskWords);
  const ask = useAsk();
  const { model, isAdmin, onGone } = props;
  const { name, in_use, loaded, sees, size_bytes } = model;
  const marks = [in_use && words.inUse, loaded && words.loaded, !sees && words.blind];
  return (
    <li class="row">
      <div class="row-text">
        <p class="row-title">{name}</p>
        <p class="quiet-text">
          {[words.size((size_bytes / 1e9).toFixed(1)), ...marks.filter(Boolean)].join(" · ")}
        </p>
      </div>
      {isAdmin && !in_use && (
        <AskingButton
          label={words.remove}
          waiting={words.removing}
          question={words.removeQuestion(name)}
          kind="quiet"
          of={name}
          work={async () => {
            await ask(`/models/${encodeURIComponent(name)}`, { method: "DELETE" });
            onGone();
          }}
        />
      )}
    </li>
  );
}
