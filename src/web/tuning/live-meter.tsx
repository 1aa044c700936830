/** The score of each half second against the threshold, moving. */
import type { MotionLevel } from "../../api/motion-contract.ts";
import { usePage } from "../page.ts";
import { Section } from "../section.tsx";
import { tuningWords } from "../strings/tuning.ts";
import { useWords } from "../words.ts";
import { LevelPlot } from "./level-plot.tsx";
import { LEVELS_MS } from "./motion-levels.ts";

export function LiveMeter(props: { levels: readonly MotionLevel[]; threshold: number }) {
  const { strings } = usePage();
  const words = useWords(tuningWords);
  const { levels, threshold } = props;
  const latest = levels.at(-1);
  if (!latest) {
    return (
      <Section title={words.live} lead={words.liveLead}>
        <p class="waiting" role="status">
          {words.liveWaiting}
        </p>
      </Section>
    );
  }
  const toMs = Date.parse(latest.at);
  const level = words.level(strings.percent(latest.significance), strings.percent(threshold));
  return (
    <Section title={words.live} lead={words.liveLead}>
      <LevelPlot
        label={level}
        points={levels.map(({ at, significance }) => ({
          atMs: Date.parse(at),
          score: significance,
          isEvent: significance >= threshold,
        }))}
        fromMs={toMs - LEVELS_MS}
        toMs={toMs}
        threshold={threshold}
      />
      <p class="level">{level}</p>
      <p class="quiet-text">{strings.ofBox(latest.sentence)}</p>
    </Section>
  );
}
