/** A day at a glance: each camera's hours, the busier the darker. An hour filters the list. */
import { useEffect, useMemo, useRef } from "preact/hooks";

import type { Activity } from "../../api/activity-contract.ts";
import { useAnswer } from "../answer.ts";
import { Answered } from "../answered.tsx";
import { usePage } from "../page.ts";
import { eventWords } from "../strings/events.ts";
import { useWords } from "../words.ts";
import { type CameraDay, type HourOfCamera, toCameraDays } from "./day-of-activity.ts";
import { type EventFilters, toEventsHref } from "./filters.ts";
import { moveFocus } from "./hour-focus.ts";
import { useSiteZone } from "./site-times.tsx";
import type { Filtering } from "./use-filters.ts";

const REFRESH_MS = 30_000;
/** Of what comes after the latest hour. */
const AFTER_PX = 80;

export function ActivityStrip(props: { filtering: Filtering }) {
  const { times, present } = usePage();
  const words = useWords(eventWords);
  const zone = useSiteZone();
  const { filters, change } = props.filtering;
  const today = zone.dayOf(present.value.now);
  const day = filters.from === null ? today : zone.dayOf(Date.parse(filters.from));
  const goTo = (at: number): void => {
    const { from, to } = zone.dayOf(at);
    change({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  };

  return (
    <section class="activity" aria-label={words.activity}>
      <div class="activity-head">
        <h3>
          {words.activity}: {times.toDayName(new Date(day.from).toISOString(), present.value.now)}
        </h3>
        <button
          type="button"
          class="button quiet turn"
          aria-label={words.dayBefore}
          title={words.dayBefore}
          onClick={() => goTo(day.from - 1)}
        >
          ‹
        </button>
        <button
          type="button"
          class="button quiet turn"
          aria-label={words.dayAfter}
          title={words.dayAfter}
          disabled={day.from >= today.from}
          onClick={() => goTo(day.to)}
        >
          ›
        </button>
      </div>
      <Hours key={day.from} day={day} filters={filters} />
    </section>
  );
}

function Hours(props: { day: { from: number; to: number }; filters: EventFilters }) {
  const { site } = usePage();
  const words = useWords(eventWords);
  const { from, to } = props.day;
  const span = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
  const asked = useAnswer<Activity>(`/events/activity?${span}`, { everyMs: REFRESH_MS });
  const cameras = site.cameras.value ?? [];
  return (
    <Answered of={asked} waiting={words.activityLoading}>
      {(activity) => (
        <HourTable days={toCameraDays(activity, { from, to }, cameras)} filters={props.filters} />
      )}
    </Answered>
  );
}

function HourTable(props: { days: readonly CameraDay[]; filters: EventFilters }) {
  const words = useWords(eventWords);
  const zone = useSiteZone();
  const table = useRef<HTMLTableElement>(null);
  const hours = props.days[0]?.hours ?? [];
  const isQuiet = props.days.every((day) => day.hours.every(({ events }) => events === 0));
  const first = useMemo(() => findFirst(props.days), [props.days]);
  const frame = useRef<HTMLDivElement>(null);

  // Where the day does not fit, its latest hours are those in view.
  useEffect(() => {
    const box = frame.current;
    const latest = [...(box?.querySelectorAll("td > a") ?? [])].map(
      (link) => link.getBoundingClientRect().right,
    );
    if (!box || latest.length === 0) return;
    box.scrollLeft += Math.max(...latest) + AFTER_PX - box.getBoundingClientRect().right;
  }, []);

  return (
    <div class="hours-frame" ref={frame}>
      <table
        class="hours"
        ref={table}
        onKeyDown={(event) => {
          if (table.current && moveFocus(table.current, event.key)) event.preventDefault();
        }}
      >
        <caption class="visually-hidden">{words.activity}</caption>
        <thead>
          <tr>
            <th scope="col">{words.camera}</th>
            {hours.map(({ from }, place) => (
              <th key={from} scope="col">
                <span class={place % 3 === 0 ? "" : "visually-hidden"}>
                  {zone.toLocal(Date.parse(from)).slice(11, 13)}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.days.map((day) => (
            <tr key={day.id}>
              <th scope="row">{day.name}</th>
              {day.hours.map((hour) => (
                <HourCell
                  key={hour.from}
                  day={day}
                  hour={hour}
                  filters={props.filters}
                  isFirst={hour === first}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {isQuiet && <p class="quiet-text">{words.activityNone}</p>}
    </div>
  );
}

function HourCell(props: {
  day: CameraDay;
  hour: HourOfCamera;
  filters: EventFilters;
  isFirst: boolean;
}) {
  const words = useWords(eventWords);
  const zone = useSiteZone();
  const { day, hour, filters } = props;
  if (hour.events === 0) return <td />;

  const clock = (time: string) => zone.toLocal(Date.parse(time)).slice(11, 16);
  const label = words.activityOf(day.name, `${clock(hour.from)}–${clock(hour.to)}`, hour.events);
  const isChosen =
    filters.camera === day.id && filters.from === hour.from && filters.to === hour.to;
  const chosen = { camera: day.id, from: hour.from, to: hour.to };
  const none = { camera: null, from: null, to: null };
  return (
    <td>
      <a
        href={toEventsHref({ ...filters, ...(isChosen ? none : chosen) })}
        class={`heat heat-${hour.heat} ${(hour.concern ?? 0) > 1 ? "is-grave" : ""}`}
        aria-current={isChosen || undefined}
        title={label}
        // One stop of the tab key for all of them; arrows lead on.
        tabIndex={props.isFirst ? 0 : -1}
      >
        <span class="visually-hidden">{label}</span>
      </a>
    </td>
  );
}

function findFirst(days: readonly CameraDay[]): HourOfCamera | undefined {
  return days.flatMap(({ hours }) => hours).find(({ events }) => events > 0);
}
