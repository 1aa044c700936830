/** The newest lines of the log, asked for again while they are shown. */
import { useState } from "preact/hooks";

import type { LogLine, LogPage } from "../../api/log-contract.ts";
import { useAnswer } from "../answer.ts";
import { Answered } from "../answered.tsx";
import { usePage } from "../page.ts";
import { Section } from "../section.tsx";
import { healthWords } from "../strings/health.ts";
import { useWords } from "../words.ts";

const EVERY_MS = 5000;
const SHOWN_MAX = 200;
type Level = "all" | "warn" | "error";

export function LogTail() {
  const { times } = usePage();
  const words = useWords(healthWords);
  const [level, setLevel] = useState<Level>("all");
  const asked = useAnswer<LogPage>("/logs", { everyMs: EVERY_MS });
  return (
    <Section
      title={words.log}
      lead={words.logLead}
      actions={
        <label class="choice">
          {words.level}
          <select
            value={level}
            onChange={({ currentTarget }) => setLevel(currentTarget.value as Level)}
          >
            <option value="all">{words.levels.all}</option>
            <option value="warn">{words.levels.warn}</option>
            <option value="error">{words.levels.error}</option>
          </select>
        </label>
      }
    >
      <Answered of={asked} waiting={words.logLoading}>
        {({ items }) => {
          const lines = items.filter((line) => isAtLeast(line, level)).slice(0, SHOWN_MAX);
          return (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable
            <section class="log" tabIndex={0} aria-label={words.log}>
              {lines.length === 0 && <p>{words.logNone}</p>}
              {lines.map((line, index) => (
                <p key={`${line.at} ${items.length - index}`} class={`log-line is-${line.level}`}>
                  <time dateTime={line.at} title={times.toExactTime(line.at)}>
                    {times.toClockTime(line.at)}
                  </time>{" "}
                  <span class="log-level">{line.level}</span> {line.sentence}{" "}
                  <span class="log-fields">{line.fields}</span>
                </p>
              ))}
            </section>
          );
        }}
      </Answered>
    </Section>
  );
}

function isAtLeast({ level }: LogLine, least: Level): boolean {
  if (least === "all") return true;
  return level === "error" || (least === "warn" && level === "warn");
}
