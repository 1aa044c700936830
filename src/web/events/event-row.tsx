/** One event in the long list; all of it opens the details. */
import type { MotionEvent } from "../../api/contract.ts";
import { AnalysisNote, useCameraName } from "../event-card.tsx";
import { usePage } from "../page.ts";
import { toEventHref } from "../route.ts";
import { Severity } from "../severity.tsx";
import { Marks } from "./marks.tsx";
import { Thumbnail } from "./thumbnail.tsx";

export function EventRow(props: { event: MotionEvent; isCurrent: boolean; onFocus(): void }) {
  const { strings, times } = usePage();
  const { event } = props;
  const camera = useCameraName(event.camera_id);
  const clockTime = times.toClockTime(event.started_at);

  return (
    <article class={`event-row ${event.seen ? "is-seen" : ""}`}>
      <Thumbnail event={event} label={strings.eventPicture(camera, clockTime)} />
      <div class="event-text">
        <p class="event-facts">
          <span class="event-camera">{camera}</span>
          <time dateTime={event.started_at} title={times.toExactTime(event.started_at)}>
            {clockTime}
          </time>
          <span class={event.ended_at === null ? "is-lasting" : "event-span"}>
            {event.ended_at === null
              ? strings.lasting
              : strings.lasted(times.toSpan(event.started_at, event.ended_at))}
          </span>
          <Marks event={event} />
        </p>
        <h4 class="event-title">
          <a
            href={toEventHref(event.id)}
            tabIndex={props.isCurrent ? 0 : -1}
            onFocus={props.onFocus}
            // A finger that draws the row aside must not pick up the link.
            draggable={false}
          >
            {event.ai?.title ?? strings.motionOn(camera)}
          </a>
        </h4>
        <p class="event-description">
          {event.ai?.description ?? strings.ofBox(event.motion_summary)}
        </p>
        <div class="event-foot">
          <Severity event={event} />
          <AnalysisNote event={event} />
        </div>
      </div>
    </article>
  );
}
