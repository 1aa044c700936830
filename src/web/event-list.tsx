/** What happened, newest first, a heading for each day. */
import { useAction } from "./action.ts";
import { toDays } from "./chronicle.ts";
import { EventCard } from "./event-card.tsx";
import { toAdvice, usePage } from "./page.ts";

export function EventList() {
  const { site, strings } = usePage();
  const listState = site.listState.value;
  const isEmpty = site.chronicle.value.events.length === 0;

  return (
    <section
      id="events"
      class="events"
      tabIndex={-1}
      aria-labelledby="events-title"
      aria-busy={listState.type === "loading"}
    >
      <h2 id="events-title" class="visually-hidden">
        {strings.events}
      </h2>
      {listState.type === "failed" && <ListFailure error={listState.error} />}
      {isEmpty && listState.type === "loading" && <LoadingRows />}
      {isEmpty && listState.type === "ready" && (
        <div class="empty">
          <p class="empty-title">{strings.noEvents}</p>
          <p>{strings.noEventsAdvice}</p>
        </div>
      )}
      <Days />
      {!isEmpty && <OlderEvents />}
    </section>
  );
}

function Days() {
  const { site, times, present } = usePage();
  const days = toDays(site.chronicle.value.events, times.toDayKey);
  return (
    <>
      {days.map((day) => (
        <section key={day.key} aria-labelledby={`day-${day.key}`}>
          <h3 id={`day-${day.key}`} class="day">
            {times.toDayName(day.at, present.value.now)}
          </h3>
          <ol class="event-cards">
            {day.events.map((event) => (
              <EventCard key={event.id} event={event} />
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}

function OlderEvents() {
  const { site, strings } = usePage();
  const { state, start } = useAction(() => site.loadOlder());
  if (site.chronicle.value.nextCursor === null) return <p class="older">{strings.noOlder}</p>;
  const waits = state.type === "waiting";
  return (
    <div class="older">
      {state.type === "failed" && (
        <p class="form-error" role="alert">
          {state.sentence}
        </p>
      )}
      <button type="button" class="button" aria-busy={waits} onClick={start}>
        {waits ? strings.loadingOlder : strings.loadOlder}
      </button>
    </div>
  );
}

function ListFailure(props: { error: unknown }) {
  const { site, strings } = usePage();
  const again = useAction(() => site.reload());
  return (
    <div class="notice is-bad" role="alert">
      <p>
        {strings.eventsFailed} {toAdvice(props.error, strings)}
      </p>
      <button
        type="button"
        class="button"
        aria-busy={again.state.type === "waiting"}
        onClick={again.start}
      >
        {strings.tryAgain}
      </button>
    </div>
  );
}

/** The outline of what is coming, at its size, so that nothing jumps when it arrives. */
function LoadingRows() {
  const { strings } = usePage();
  return (
    <>
      <p class="visually-hidden" role="status">
        {strings.loadingEvents}
      </p>
      <div class="event-cards" aria-hidden="true">
        {[1, 2, 3].map((row) => (
          <div key={row} class="event-card is-waiting">
            <div class="picture" />
          </div>
        ))}
      </div>
    </>
  );
}
