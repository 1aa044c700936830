/** The rows in view, each where it stands in the whole; keys and fingers act on them. */
import type { RefObject } from "preact";

import type { MotionEvent } from "../../api/contract.ts";
import { usePage } from "../page.ts";
import { eventWords } from "../strings/events.ts";
import { useWords } from "../words.ts";
import { type EventCommands, useEventCommands } from "./event-commands.ts";
import { EventRow } from "./event-row.tsx";
import { toListCommand } from "./keys.ts";
import type { Layout, Row } from "./rows.ts";
import { type Current, useCurrent } from "./use-current.ts";
import { useSwipe } from "./use-swipe.ts";
import type { Range } from "./use-window.ts";

export function StreamRows(props: {
  list: RefObject<HTMLOListElement | null>;
  layout: Layout;
  range: Range;
  events: readonly MotionEvent[];
}) {
  const { list, layout, range, events } = props;
  const words = useWords(eventWords);
  const commands = useEventCommands();
  const current = useCurrent(list, events, layout, range);
  useSwipe(list, {
    find: (start) => start.closest<HTMLElement>(".event-row"),
    onSwipe(swipe, moved) {
      const id = moved.closest("li")?.dataset["id"];
      const event = events.find((known) => known.id === id);
      const type = swipe === "right" ? "toggle-seen" : "toggle-important";
      if (event) commands.run({ type }, event);
    },
  });

  return (
    <>
      {commands.failure !== null && (
        <p class="notice is-bad" role="alert">
          {commands.failure}
        </p>
      )}
      <ol
        ref={list}
        class="stream"
        aria-label={words.title}
        style={{ height: `${layout.height}px` }}
        onKeyDown={(pressed) => obey(pressed, { events, current, commands })}
      >
        {toShown(layout, range, current.id).map((row) => (
          <li
            key={row.key}
            class={`stream-${row.type}`}
            style={{ transform: `translateY(${row.top}px)` }}
            data-id={row.type === "event" ? row.key : undefined}
            aria-setsize={row.type === "event" ? events.length : undefined}
            aria-posinset={row.type === "event" ? row.place + 1 : undefined}
          >
            {row.type === "day" ? (
              <DayHeading at={row.at} />
            ) : (
              <EventRow
                event={row.event}
                isCurrent={row.key === current.id}
                onFocus={() => current.choose(row.key)}
              />
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

function obey(
  pressed: KeyboardEvent,
  list: { events: readonly MotionEvent[]; current: Current; commands: EventCommands },
): void {
  const { events, current, commands } = list;
  const place = events.findIndex(({ id }) => id === current.id);
  const event = events[place];
  const command = toListCommand(pressed);
  if (!command || !event) return;
  pressed.preventDefault();
  if (command.type === "search") {
    document.getElementById("event-search")?.focus();
  } else if (command.type === "move") {
    current.moveTo(place + command.by);
  } else {
    // The row goes, and what comes after it takes its place under the hand.
    const isLast = place === events.length - 1;
    if (command.type === "delete" && commands.mayDelete) current.moveTo(place + (isLast ? -1 : 1));
    commands.run(command, event);
  }
}

function DayHeading(props: { at: string }) {
  const { times, present } = usePage();
  return <h3 class="day">{times.toDayName(props.at, present.value.now)}</h3>;
}

/** The current one is there even when out of view: it holds the focus. */
function toShown({ rows }: Layout, { first, end }: Range, current: string | null): readonly Row[] {
  const shown = rows.slice(first, end);
  if (current === null || shown.some(({ key }) => key === current)) return shown;
  const row = rows.find(({ key }) => key === current);
  return row ? [...shown, row] : shown;
}
