/** Events as files, for a table or for a script. */
import { useRef } from "preact/hooks";

import { ActionButton } from "../action-button.tsx";
import { usePage } from "../page.ts";
import { saveBlob } from "../saving.ts";
import { eventWords } from "../strings/events.ts";
import { useWords } from "../words.ts";
import { type EventFilters, toQuery } from "./filters.ts";

/** Everything that fits the filters, however much of it is shown. */
export function ExportMenu(props: { filters: EventFilters }) {
  const { session, clock } = usePage();
  const words = useWords(eventWords);
  const menu = useRef<HTMLDetailsElement>(null);
  const save = async (format: "csv" | "jsonl"): Promise<void> => {
    const query = toQuery(props.filters);
    const path = `/events/export?format=${format}${query === "" ? "" : `&${query}`}`;
    const answer = await session.ask(path);
    saveBlob(await answer.blob(), `events.${format}`, clock);
    menu.current?.removeAttribute("open");
  };
  return (
    <details class="menu" ref={menu}>
      <summary class="button">{words.save}</summary>
      <div class="menu-items">
        <ActionButton
          label={words.saveTable}
          waiting={words.saving}
          kind="quiet"
          work={() => save("csv")}
        />
        <ActionButton
          label={words.saveLines}
          waiting={words.saving}
          kind="quiet"
          work={() => save("jsonl")}
        />
      </div>
    </details>
  );
}
