/** One event with all that is known of it, over whatever view is open. */
import { useEffect, useRef, useState } from "preact/hooks";

import type { MotionEvent } from "../api/contract.ts";
import { AnalysisNote, useCameraName } from "./event-card.tsx";
import { EventFacts } from "./event-facts.tsx";
import { EventActions } from "./events/event-actions.tsx";
import { useEventCommands } from "./events/event-commands.ts";
import { EventPictures } from "./events/event-pictures.tsx";
import { toOpenCommand } from "./events/keys.ts";
import { Marks } from "./events/marks.tsx";
import { SiteTimes, ZoneNote } from "./events/site-times.tsx";
import { useSwipe } from "./events/use-swipe.ts";
import { isStatus } from "./http.ts";
import { toAdvice, usePage } from "./page.ts";
import { RemovalNotice } from "./removal-notice.tsx";
import { toEventHref, useOpenEventId } from "./route.ts";
import { Severity } from "./severity.tsx";
import { eventWords } from "./strings/events.ts";
import { useWords } from "./words.ts";

export function EventDetails() {
  const { id, close } = useOpenEventId();
  return (
    <SiteTimes>
      {id !== null && <Panel id={id} onClose={close} />}
      <RemovalNotice />
    </SiteTimes>
  );
}

/** Stays open from one event to the next. */
function Panel(props: { id: string; onClose(): void }) {
  const { strings } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const found = useEvent(props.id);
  const { older, newer } = useNeighbours(props.id);
  const commands = useEventCommands();
  const close = (): void => dialog.current?.close();
  const remove = (event: MotionEvent): void => {
    commands.run({ type: "delete" }, event);
    close();
  };

  // Modal: the browser keeps the focus inside, closes on Escape, and gives the focus back.
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  useSwipe(content, {
    find: (start) => start.closest<HTMLElement>(".details-stage"),
    onSwipe: (swipe) => goTo(swipe === "left" ? older : newer),
  });
  const onKeyDown = (pressed: KeyboardEvent): void => {
    const command = toOpenCommand(pressed);
    if (!command || pressed.target instanceof HTMLInputElement) return;
    pressed.preventDefault();
    if (command.type === "older") goTo(older);
    else if (command.type === "newer") goTo(newer);
    else if (found.type === "found" && command.type === "delete" && commands.mayDelete) {
      remove(found.event);
    } else if (found.type === "found") commands.run(command, found.event);
  };

  return (
    <dialog
      ref={dialog}
      class="details"
      aria-label={strings.details}
      onClose={props.onClose}
      onKeyDown={onKeyDown}
      closedby="any"
    >
      <div class="details-content" ref={content}>
        <PanelHead older={older} newer={newer} onClose={close} />
        {found.type === "waiting" && <p class="waiting">{strings.loadingEvents}</p>}
        {found.type === "failed" && (
          <p class="notice is-bad" role="alert">
            {isStatus(found.error, 404) ? strings.eventGone : toAdvice(found.error, strings)}
          </p>
        )}
        {commands.failure !== null && (
          <p class="notice is-bad" role="alert">
            {commands.failure}
          </p>
        )}
        {found.type === "found" && (
          <Details key={props.id} event={found.event} onDelete={() => remove(found.event)} />
        )}
      </div>
    </dialog>
  );
}

function PanelHead(props: { older: string | null; newer: string | null; onClose(): void }) {
  const { strings } = usePage();
  const words = useWords(eventWords);
  return (
    <div class="details-head">
      <button
        type="button"
        class="button quiet turn"
        aria-label={words.newer}
        title={words.newer}
        disabled={props.newer === null}
        onClick={() => goTo(props.newer)}
      >
        ‹
      </button>
      <button
        type="button"
        class="button quiet turn"
        aria-label={words.older}
        title={words.older}
        disabled={props.older === null}
        onClick={() => goTo(props.older)}
      >
        ›
      </button>
      <button type="button" class="button quiet details-close" onClick={props.onClose}>
        {strings.close}
      </button>
    </div>
  );
}

function Details(props: { event: MotionEvent; onDelete(): void }) {
  const { site, strings, times } = usePage();
  const { event } = props;
  const camera = useCameraName(event.camera_id);
  const opened = useRef(event);

  // Who opens it has seen it. Where that cannot be noted now, the next opening does it.
  useEffect(() => {
    const { id, seen } = opened.current;
    if (!seen) void site.markEvent(id, { seen: true }).catch(() => {});
  }, [site]);

  return (
    <>
      <EventPictures
        event={event}
        label={strings.eventPicture(camera, times.toClockTime(event.timestamp))}
      />
      <div class="details-text">
        <p class="event-facts">
          <span class="event-camera">{camera}</span>
          <time dateTime={event.started_at} title={times.toExactTime(event.started_at)}>
            {times.toClockTime(event.started_at)}
          </time>
          <Marks event={event} />
        </p>
        <h2>{event.ai?.title ?? strings.motionOn(camera)}</h2>
        <Severity event={event} />
        <p class="details-description">
          {event.ai?.description ?? strings.ofBox(event.motion_summary)}
        </p>
        <AnalysisNote event={event} />
        <EventActions event={event} onDelete={props.onDelete} />
        <EventFacts event={event} camera={camera} />
        <ZoneNote />
      </div>
    </>
  );
}

/** The ids on both sides of it in the list that is shown. */
function useNeighbours(id: string): { older: string | null; newer: string | null } {
  const { site, listed } = usePage();
  const events = listed.value ?? site.chronicle.value.events;
  const place = events.findIndex((event) => event.id === id);
  if (place === -1) return { older: null, newer: null };
  return { older: events[place + 1]?.id ?? null, newer: events[place - 1]?.id ?? null };
}

/** In place of this one: going back leads out of the details, not through them. */
function goTo(id: string | null): void {
  if (id !== null) location.replace(toEventHref(id));
}

type FoundEvent =
  | { type: "waiting" }
  | { type: "found"; event: MotionEvent }
  | { type: "failed"; error: unknown };

/** From the lists, where it changes by itself; one that is in none is fetched, and followed. */
function useEvent(id: string): FoundEvent {
  const { site, listed } = usePage();
  const [fetched, setFetched] = useState<FoundEvent & { of: string }>({ type: "waiting", of: id });
  const isIt = (event: MotionEvent): boolean => event.id === id;
  const known = site.chronicle.value.events.find(isIt) ?? listed.value?.find(isIt);
  const isKnown = known !== undefined;

  useEffect(() => {
    if (isKnown) return;
    let isCurrent = true;
    const show = (next: FoundEvent): void => {
      if (isCurrent) setFetched({ ...next, of: id });
    };
    site.findEvent(id).then(
      (event) => show({ type: "found", event }),
      (error: unknown) => show({ type: "failed", error }),
    );
    const stop = site.told.subscribe((message) => {
      const isOfIt = message && "event" in message && message.event.id === id;
      if (isOfIt && message.type !== "event.deleted") show({ type: "found", event: message.event });
    });
    return () => {
      isCurrent = false;
      stop();
    };
  }, [id, isKnown, site]);

  if (known) return { type: "found", event: known };
  return fetched.of === id ? fetched : { type: "waiting" };
}
