/** One event in the list: picture, where and when, what; all of it opens the details. */

import type { MotionEvent } from "../api/contract.ts";
import { usePage } from "./page.ts";
import { Snapshot } from "./picture.tsx";
import { toEventHref } from "./route.ts";
import { Severity } from "./severity.tsx";

export function EventCard(props: { event: MotionEvent }) {
  const { site, strings, times } = usePage();
  const { event } = props;
  const camera = useCameraName(event.camera_id);
  const clockTime = times.toClockTime(event.started_at);
  const isFresh = site.latest.value?.type === "event.started" && isAbout(site.latest.value, event);

  return (
    <li class={`event-card ${isFresh ? "is-fresh" : ""}`}>
      <Snapshot event={event} label={strings.eventPicture(camera, clockTime)} />
      <div class="event-text">
        <p class="event-facts">
          <span class="event-camera">{camera}</span>
          <time dateTime={event.started_at} title={times.toExactTime(event.started_at)}>
            {clockTime}
          </time>
          <span class={event.ended_at === null ? "is-lasting" : ""}>
            {event.ended_at === null
              ? strings.lasting
              : strings.lasted(times.toSpan(event.started_at, event.ended_at))}
          </span>
        </p>
        <h4 class="event-title">
          <a href={toEventHref(event.id)}>{event.ai?.title ?? strings.motionOn(camera)}</a>
        </h4>
        <p class="event-description">
          {event.ai?.description ?? strings.ofBox(event.motion_summary)}
        </p>
        <div class="event-foot">
          <Severity event={event} />
          <AnalysisNote event={event} />
        </div>
      </div>
    </li>
  );
}

/** Why there is no description yet, in a sentence; nothing once there is one. */
export function AnalysisNote(props: { event: MotionEvent }) {
  const { strings } = usePage();
  const { ai, analysis_status: status, analysis_reason: reason } = props.event;
  if (ai && (status === "done" || status === "reused")) return null;
  return (
    <p class={`analysis-note is-${status}`}>
      {strings.analysis[status]}
      {reason !== null && status !== "done" && (
        <span class="analysis-reason"> {strings.ofBox(reason)}</span>
      )}
    </p>
  );
}

export function useCameraName(id: string): string {
  const { site } = usePage();
  return site.cameras.value?.find((camera) => camera.id === id)?.name ?? id;
}

function isAbout(message: { event: { id: string } }, event: MotionEvent): boolean {
  return message.event.id === event.id;
}
