/** One event with all that is known of it, over the list. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { MotionEvent } from "../api/contract.ts";
import { useAction } from "./action.ts";
import { AnalysisNote, useCameraName } from "./event-card.tsx";
import { EventFacts } from "./event-facts.tsx";
import { isStatus } from "./http.ts";
import { toAdvice, usePage } from "./page.ts";
import { Snapshot } from "./picture.tsx";
import { useOpenEventId } from "./route.ts";
import { Severity } from "./severity.tsx";

export function EventDetails() {
  const { id, close } = useOpenEventId();
  if (id === null) return null;
  return <Panel key={id} id={id} onClose={close} />;
}

function Panel(props: { id: string; onClose(): void }) {
  const { strings } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const found = useEvent(props.id);

  // Modal: the browser keeps the focus inside, closes on Escape, and gives the focus back.
  useEffect(() => {
    dialog.current?.showModal();
  }, []);

  return (
    <dialog
      ref={dialog}
      class="details"
      aria-label={strings.details}
      onClose={props.onClose}
      closedby="any"
    >
      <div class="details-content">
        <button
          type="button"
          class="button quiet details-close"
          onClick={() => dialog.current?.close()}
        >
          {strings.close}
        </button>
        {found.type === "waiting" && <p class="waiting">{strings.loadingEvents}</p>}
        {found.type === "failed" && (
          <p class="notice is-bad" role="alert">
            {isStatus(found.error, 404) ? strings.eventGone : toAdvice(found.error, strings)}
          </p>
        )}
        {found.type === "found" && <Details event={found.event} />}
      </div>
    </dialog>
  );
}

function Details(props: { event: MotionEvent }) {
  const { strings, times } = usePage();
  const { event } = props;
  const camera = useCameraName(event.camera_id);
  return (
    <>
      <Snapshot
        event={event}
        label={strings.eventPicture(camera, times.toClockTime(event.timestamp))}
      />
      <div class="details-text">
        <p class="event-facts">
          <span class="event-camera">{camera}</span>
          <time dateTime={event.started_at} title={times.toExactTime(event.started_at)}>
            {times.toClockTime(event.started_at)}
          </time>
        </p>
        <h2>{event.ai?.title ?? strings.motionOn(camera)}</h2>
        <Severity event={event} />
        {event.ai && <p class="details-description">{event.ai.description}</p>}
        <Description event={event}>
          <AnalysisNote event={event} />
        </Description>
        <EventFacts event={event} camera={camera} />
      </div>
    </>
  );
}

function Description(props: { event: MotionEvent; children: ComponentChildren }) {
  const { site, strings } = usePage();
  const { event } = props;
  const again = useAction(() => site.describeAgain(event.id));
  const isUnderWay = event.analysis_status === "pending" || event.analysis_status === "running";
  const waits = again.state.type === "waiting";

  return (
    <div class="describe">
      {props.children}
      {!isUnderWay && (
        <button type="button" class="button" aria-busy={waits} onClick={again.start}>
          {waits ? strings.askingForDescription : labelOf(event, strings)}
        </button>
      )}
      <p class="form-error" role="alert">
        {again.state.type === "failed" ? again.state.sentence : ""}
      </p>
    </div>
  );
}

function labelOf(event: MotionEvent, strings: { describe: string; describeAgain: string }): string {
  return event.ai ? strings.describeAgain : strings.describe;
}

type FoundEvent =
  | { type: "waiting" }
  | { type: "found"; event: MotionEvent }
  | { type: "failed"; error: unknown };

/** From the list, where it changes by itself; an older one is fetched. */
function useEvent(id: string): FoundEvent {
  const { site } = usePage();
  const [fetched, setFetched] = useState<FoundEvent>({ type: "waiting" });
  const listed = site.chronicle.value.events.find((event) => event.id === id);
  const isListed = listed !== undefined;

  useEffect(() => {
    if (isListed) return;
    site.findEvent(id).then(
      (event) => setFetched({ type: "found", event }),
      (error: unknown) => setFetched({ type: "failed", error }),
    );
  }, [id, isListed, site]);

  return listed ? { type: "found", event: listed } : fetched;
}
