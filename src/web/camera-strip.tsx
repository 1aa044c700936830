/** Every camera at a glance: its newest picture, and in words whether it works. */

import type { Camera } from "../api/contract.ts";
import { CameraPicture } from "./camera-picture.tsx";
import { usePage } from "./page.ts";

export function CameraStrip() {
  const { site, strings } = usePage();
  const cameras = site.cameras.value;
  return (
    <section class="cameras" aria-labelledby="cameras-title" aria-busy={cameras === null}>
      <h2 id="cameras-title" class="visually-hidden">
        {strings.cameras}
      </h2>
      {cameras?.length === 0 && (
        <div class="empty">
          <p class="empty-title">{strings.noCameras}</p>
          <p>{strings.noCamerasAdvice}</p>
          {site.me.value?.role === "admin" && (
            <p>
              <a class="button primary" href="#/cameras">
                {strings.addCamera}
              </a>
            </p>
          )}
        </div>
      )}
      {/* A place that scrolls sideways must be reachable by keyboard. */}
      {cameras?.length !== 0 && (
        <ul class="camera-strip">
          {cameras?.map((camera) => <CameraCard key={camera.id} camera={camera} />) ?? (
            <li class="camera-card is-waiting" aria-hidden="true">
              <div class="picture" />
            </li>
          )}
        </ul>
      )}
    </section>
  );
}

function CameraCard(props: { camera: Camera }) {
  const { strings, times, present } = usePage();
  const { camera } = props;
  const isOnline = camera.state === "online";
  // What it sees is of interest only while it sees anything; until then its state says enough.
  const tampering = isOnline ? camera.tampering : null;
  const since = tampering?.started_at ?? camera.since;
  const ageMs = present.value.now - Date.parse(since);
  const isWorking = isOnline || camera.state === "connecting" || camera.state === "disabled";
  const isCalm = isWorking && !tampering;

  return (
    <li class={`camera-card ${isCalm ? "" : "is-bad"}`} aria-label={camera.name}>
      <CameraPicture camera={camera} />
      <div class="camera-facts">
        <h3>
          <a href={`#/events?camera_id=${encodeURIComponent(camera.id)}`}>{camera.name}</a>
        </h3>
        <p class={`camera-state state-${camera.state}`}>
          <span class="camera-sign" aria-hidden="true" />
          {tampering
            ? strings.tampering[tampering.kind]
            : (strings.cameraState[camera.state] ?? camera.state)}
          <span class="camera-detail" title={times.toExactTime(since)}>
            {isOnline && !tampering
              ? strings.framesPerSecond(camera.fps)
              : strings.cameraSince(times.toAge(ageMs))}
          </span>
        </p>
        {camera.reason !== null && <p class="camera-reason">{strings.ofBox(camera.reason)}</p>}
        {tampering && <p class="camera-reason">{strings.ofBox(tampering.sentence)}</p>}
      </div>
    </li>
  );
}
