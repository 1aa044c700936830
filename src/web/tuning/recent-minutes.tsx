/** The last minutes under the settings that are being tried out: which events, and why or why not. */
import type { Rehearsal } from "../../api/motion-contract.ts";
import { toAdvice, usePage } from "../page.ts";
import { Section } from "../section.tsx";
import { tuningWords } from "../strings/tuning.ts";
import { useWords } from "../words.ts";
import { LevelPlot } from "./level-plot.tsx";
import type { Rehearsing } from "./rehearsing.ts";

interface MinutesProps {
  rehearsing: Rehearsing;
  threshold: number;
  /** Of the moments. */
  chosen: number | null;
  onChoose(index: number | null): void;
  onAgain(): void;
}

export function RecentMinutes(props: MinutesProps) {
  const { strings } = usePage();
  const words = useWords(tuningWords);
  const { found, waits, error } = props.rehearsing;
  return (
    <Section
      title={words.recent}
      lead={words.recentLead}
      actions={
        <button type="button" class="button" aria-busy={waits} onClick={props.onAgain}>
          {waits ? words.trying : words.again}
        </button>
      }
    >
      {error !== null && (
        <p class="notice is-bad" role="alert">
          {toAdvice(error, strings)}
        </p>
      )}
      {found?.frames === 0 && <p class="quiet-text">{words.recentNone}</p>}
      {found && found.frames > 0 && <Minutes {...props} found={found} />}
    </Section>
  );
}

function Minutes(props: MinutesProps & { found: Rehearsal }) {
  const words = useWords(tuningWords);
  const { strings, times } = usePage();
  const { found, chosen, threshold, onChoose } = props;
  const { moments, events } = found;
  const moment = chosen === null ? null : (moments[chosen] ?? null);
  const spanMs = { fromMs: Date.parse(found.from ?? ""), toMs: Date.parse(found.to ?? "") };
  return (
    <>
      <LevelPlot
        {...spanMs}
        label={words.recent}
        points={moments.map(({ at, significance, is_event }) => ({
          atMs: Date.parse(at),
          score: significance,
          isEvent: is_event,
        }))}
        threshold={threshold}
        chosen={chosen}
        onChoose={onChoose}
      />
      <p class="plot-ends quiet-text">
        <span>{times.toClockTime(found.from ?? "")}</span>
        <span>{times.toClockTime(found.to ?? "")}</span>
      </p>
      <Why {...props} moment={moment} />
      <ul class="would-be">
        {events.map((event) => (
          <li key={event.started_at}>
            <strong>
              {words.span(times.toClockTime(event.started_at), times.toClockTime(event.ended_at))}
            </strong>
            <p>{strings.ofBox(event.sentence)}</p>
            <button
              type="button"
              class="button quiet"
              aria-label={`${words.why} ${times.toClockTime(event.peak_at)}`}
              onClick={() => onChoose(findMoment(moments, event.peak_at))}
            >
              {words.moment}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Why(
  props: MinutesProps & { found: Rehearsal; moment: Rehearsal["moments"][number] | null },
) {
  const words = useWords(tuningWords);
  const { strings, times } = usePage();
  const { found, moment, chosen, onChoose } = props;
  return (
    <div class="why">
      <label>
        <span class="why-title">{words.why}</span>
        <input
          type="range"
          min={0}
          max={Math.max(0, found.moments.length - 1)}
          value={chosen ?? found.moments.length - 1}
          aria-valuetext={
            moment
              ? `${times.toClockTime(moment.at)}: ${strings.ofBox(moment.sentence)}`
              : undefined
          }
          onInput={({ currentTarget }) => onChoose(Number(currentTarget.value))}
        />
      </label>
      {moment ? (
        <p role="status">
          <strong>
            {times.toClockTime(moment.at)} · {moment.is_event ? words.event : words.noEvent}
          </strong>{" "}
          {strings.ofBox(moment.sentence)}{" "}
          <button type="button" class="button quiet" onClick={() => onChoose(null)}>
            {words.toLive}
          </button>
        </p>
      ) : (
        <p class="quiet-text">{words.whyHint}</p>
      )}
    </div>
  );
}

/** The one that stands for the stretch in which it lies. */
function findMoment(moments: Rehearsal["moments"], at: string): number {
  const distance = (moment: { at: string }) => Math.abs(Date.parse(moment.at) - Date.parse(at));
  let nearest = 0;
  for (const [index, moment] of moments.entries()) {
    const best = moments[nearest];
    if (best && distance(moment) < distance(best)) nearest = index;
  }
  return nearest;
}
