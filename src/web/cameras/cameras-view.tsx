/** The cameras as they are set, for admins: add, look, change, switch off, remove; one may be tuned. */
import { useState } from "preact/hooks";

import type { Camera } from "../../api/contract.ts";
import { ActionButton, AskingButton } from "../action-button.tsx";
import { useAnswer, useAsk } from "../answer.ts";
import { CameraPicture } from "../camera-picture.tsx";
import { usePage } from "../page.ts";
import { useSegments } from "../route.ts";
import { cameraWords } from "../strings/cameras.ts";
import { TuningView } from "../tuning/tuning-view.tsx";
import { useWords } from "../words.ts";
import { CameraForm } from "./camera-form.tsx";
import type { CameraSettings } from "./camera-settings.ts";
import { DecodingNote } from "./decoding-note.tsx";

export function CamerasView() {
  const { site } = usePage();
  const words = useWords(cameraWords);
  const [, id] = useSegments();
  const [isAdding, setAdding] = useState(false);
  const cameras = site.cameras.value;
  const tuned = cameras?.find((camera) => camera.id === id);
  if (tuned) return <TuningView key={tuned.id} camera={tuned} />;

  return (
    <>
      <div class="view-head">
        <h2 class="view-title">{words.title}</h2>
        {!isAdding && (
          <button type="button" class="button primary" onClick={() => setAdding(true)}>
            {words.add}
          </button>
        )}
      </div>
      {isAdding && <CameraForm before={null} onClose={() => setAdding(false)} />}
      {cameras === null && (
        <p class="waiting" role="status">
          {words.loading}
        </p>
      )}
      {cameras?.length === 0 && !isAdding && <p class="empty">{words.none}</p>}
      <ul class="cards">
        {cameras?.map((camera) => (
          <CameraCard key={camera.id} camera={camera} />
        ))}
      </ul>
    </>
  );
}

function CameraCard(props: { camera: Camera }) {
  const { strings } = usePage();
  const words = useWords(cameraWords);
  const { camera } = props;
  const [isChanging, setChanging] = useState(false);
  const { codec, width, height } = camera;
  const { answer, again } = useAnswer<CameraSettings>(
    `/cameras/${encodeURIComponent(camera.id)}/settings`,
  );
  const settings = answer.type === "ready" ? answer.value : null;

  return (
    <li class="card" aria-label={camera.name}>
      <CameraPicture camera={camera} />
      <div class="card-text">
        <h3>{camera.name}</h3>
        <p class={`camera-state state-${camera.state}`}>
          <span class="camera-sign" aria-hidden="true" />
          {strings.cameraState[camera.state] ?? camera.state}
        </p>
        {codec !== null && width !== null && height !== null && (
          <p class="quiet-text">
            {words.facts(codec, width, height, strings.framesPerSecond(camera.fps))}
          </p>
        )}
        <DecodingNote camera={camera} />
        {camera.reason !== null && <p class="camera-reason">{strings.ofBox(camera.reason)}</p>}
        {camera.tampering && (
          <p class="camera-reason">{strings.ofBox(camera.tampering.sentence)}</p>
        )}
        {settings?.provisioned && <p class="quiet-text">{words.ofFile}</p>}
        {settings && <p class="quiet-text address">{settings.url}</p>}
        <p class="actions">
          <a class="button" href={`#/cameras/${encodeURIComponent(camera.id)}`}>
            {words.tune}
            <span class="visually-hidden"> {camera.name}</span>
          </a>
          {settings && !settings.provisioned && (
            <CameraActions settings={settings} onChange={() => setChanging(!isChanging)} />
          )}
        </p>
      </div>
      {isChanging && settings && (
        <CameraForm
          before={settings}
          onClose={() => {
            setChanging(false);
            again();
          }}
        />
      )}
    </li>
  );
}

function CameraActions(props: { settings: CameraSettings; onChange(): void }) {
  const { site } = usePage();
  const words = useWords(cameraWords);
  const ask = useAsk();
  const { id, name, enabled } = props.settings;
  const path = `/cameras/${encodeURIComponent(id)}`;
  const [isOn, setOn] = useState(enabled);

  return (
    <>
      <button
        type="button"
        class="button"
        aria-label={`${words.change}: ${name}`}
        onClick={props.onChange}
      >
        {words.change}
      </button>
      <ActionButton
        label={isOn ? words.switchOff : words.switchOn}
        waiting={isOn ? words.switchingOff : words.switchingOn}
        of={name}
        work={async () => {
          await ask(path, { method: "PATCH", body: { enabled: !isOn } });
          setOn(!isOn);
          await site.reload();
        }}
      />
      <AskingButton
        label={words.remove}
        waiting={words.removing}
        question={words.removeQuestion(name)}
        kind="quiet"
        of={name}
        work={async () => {
          await ask(path, { method: "DELETE" });
          await site.reload();
        }}
      />
    </>
  );
}
