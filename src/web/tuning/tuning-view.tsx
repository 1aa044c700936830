/** One camera's motion: what it sees now, what the last minutes would have been, and the settings. */
import "../styles/tuning.css";

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import type { Camera } from "../../api/contract.ts";
import type { MotionSettings, MotionTuning } from "../../api/motion-contract.ts";
import { ActionButton } from "../action-button.tsx";
import { useAnswer, useAsk } from "../answer.ts";
import { Answered } from "../answered.tsx";
import { CameraPicture } from "../camera-picture.tsx";
import type { CameraSettings } from "../cameras/camera-settings.ts";
import { Section } from "../section.tsx";
import { tuningWords } from "../strings/tuning.ts";
import { useWords } from "../words.ts";
import { LiveMeter } from "./live-meter.tsx";
import { useMotionLevels } from "./motion-levels.ts";
import { Outcome } from "./outcome.tsx";
import { RecentMinutes } from "./recent-minutes.tsx";
import { RegionLayer } from "./region-layer.tsx";
import { RegionList } from "./region-list.tsx";
import { type Region, toRegions, withNewRegion, withRegion } from "./regions.ts";
import { useRehearsal } from "./rehearsing.ts";
import { ScheduleEditor } from "./schedule-editor.tsx";
import { Sliders } from "./sliders.tsx";
import { WishForm } from "./wish-form.tsx";

export function TuningView(props: { camera: Camera }) {
  const words = useWords(tuningWords);
  const path = `/cameras/${encodeURIComponent(props.camera.id)}`;
  const tuning = useAnswer<MotionTuning>(`${path}/motion`);
  const settings = useAnswer<CameraSettings>(`${path}/settings`);
  return (
    <>
      <div class="view-head">
        <h2 class="view-title">{words.title(props.camera.name)}</h2>
        <a class="button" href="#/cameras">
          {words.back}
        </a>
      </div>
      <Answered of={tuning} waiting={words.loading}>
        {(found) => (
          <Answered of={settings} waiting={words.loading}>
            {(set) => <Tuner camera={props.camera} found={found} set={set} />}
          </Answered>
        )}
      </Answered>
    </>
  );
}

function Tuner(props: { camera: Camera; found: MotionTuning; set: CameraSettings }) {
  const words = useWords(tuningWords);
  const { camera, set } = props;
  const [saved, setSaved] = useState(() => toSettings(props.found));
  const [draft, setDraft] = useState(saved);
  const [turn, setTurn] = useState(0);
  const [chosen, setChosen] = useState<number | null>(null);
  const [drawing, setDrawing] = useState<Region["kind"] | null>(null);
  const levels = useMotionLevels(camera.id);
  const rehearsing = useRehearsal(camera.id, draft, turn);
  const moment = chosen === null ? null : (rehearsing.found?.moments[chosen] ?? null);
  const threshold = draft.significance_threshold;

  return (
    <div class="tuner">
      <div class="tuner-picture">
        <CameraPicture camera={camera}>
          <RegionLayer
            width={camera.width ?? 1600}
            height={camera.height ?? 900}
            boxes={(moment ?? levels.at(-1))?.boxes ?? []}
            regions={toRegions(draft)}
            onRegion={(region) => setDraft(withRegion(draft, region))}
            isDrawing={drawing !== null}
            onDrawn={(polygon) => {
              if (drawing) setDraft(withNewRegion(draft, drawing, polygon, words.zone));
              setDrawing(null);
            }}
          />
        </CameraPicture>
        <LiveMeter levels={levels} threshold={threshold} />
        <RecentMinutes
          rehearsing={rehearsing}
          threshold={threshold}
          chosen={chosen}
          onChoose={setChosen}
          onAgain={() => setTurn(turn + 1)}
        />
      </div>
      <div class="tuner-settings">
        <Keeping
          cameraId={camera.id}
          isOfFile={set.provisioned}
          draft={draft}
          saved={saved}
          onDraft={setDraft}
          onSaved={setSaved}
        >
          <Outcome rehearsing={rehearsing} inForce={JSON.stringify(saved)} />
        </Keeping>
        <Section title={words.how}>
          <Sliders draft={draft} onDraft={setDraft} />
        </Section>
        <Section title={words.where} lead={words.whereLead}>
          <RegionList draft={draft} onDraft={setDraft} drawing={drawing} onDrawing={setDrawing} />
        </Section>
        <Section title={words.when} lead={words.whenLead}>
          <ScheduleEditor draft={draft} onDraft={setDraft} />
        </Section>
        <WishForm set={set} />
      </div>
    </div>
  );
}

/** Nothing is in force before it is saved, and what was saved last can be taken back. */
function Keeping(props: {
  cameraId: string;
  isOfFile: boolean;
  draft: MotionSettings;
  saved: MotionSettings;
  onDraft(settings: MotionSettings): void;
  onSaved(settings: MotionSettings): void;
  children: ComponentChildren;
}) {
  const words = useWords(tuningWords);
  const ask = useAsk();
  const { draft, saved } = props;
  const [before, setBefore] = useState<MotionSettings | null>(null);
  const isChanged = !isEqual(draft, saved);
  const keep = async (wanted: MotionSettings) => {
    const path = `/cameras/${encodeURIComponent(props.cameraId)}/motion`;
    const kept = toSettings(await ask<MotionTuning>(path, { method: "PUT", body: wanted }));
    props.onSaved(kept);
    props.onDraft(kept);
  };
  return (
    <section class="section keeping" aria-label={words.save}>
      {props.children}
      <p role="status" class={isChanged ? "is-unsaved" : "quiet-text"}>
        {isChanged ? words.unsaved : before && words.saved}
      </p>
      {props.isOfFile && <p class="quiet-text">{words.untilRestart}</p>}
      <p class="actions">
        <ActionButton
          label={words.save}
          waiting={words.saving}
          kind="primary"
          disabled={!isChanged}
          work={async () => {
            await keep(draft);
            setBefore(saved);
          }}
        />
        {isChanged && (
          <button type="button" class="button" onClick={() => props.onDraft(saved)}>
            {words.discard}
          </button>
        )}
        {before && !isChanged && (
          <ActionButton
            label={words.undo}
            waiting={words.undoing}
            work={async () => {
              await keep(before);
              setBefore(null);
            }}
          />
        )}
      </p>
    </section>
  );
}

function toSettings({ restless: _, restless_sentence: __, ...settings }: MotionTuning) {
  return settings;
}

function isEqual(one: MotionSettings, other: MotionSettings): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
