/** The numbers of motion, each with a slider and its value in words. */
import { useId } from "preact/hooks";

import type { MotionSettings } from "../../api/motion-contract.ts";
import { usePage } from "../page.ts";
import { tuningWords } from "../strings/tuning.ts";
import { useWords } from "../words.ts";

interface SlidersProps {
  draft: MotionSettings;
  onDraft(draft: MotionSettings): void;
}

export function Sliders({ draft, onDraft }: SlidersProps) {
  const { strings } = usePage();
  const words = useWords(tuningWords);
  return (
    <div class="sliders">
      <Slider
        label={words.sensitivity}
        hint={words.sensitivityHint}
        {...{ min: 0.1, max: 1, step: 0.01 }}
        value={draft.sensitivity}
        said={strings.percent(draft.sensitivity)}
        onValue={(sensitivity) => onDraft({ ...draft, sensitivity })}
      />
      <Slider
        label={words.threshold}
        hint={words.thresholdHint}
        {...{ min: 0.1, max: 1, step: 0.01 }}
        value={draft.significance_threshold}
        said={strings.percent(draft.significance_threshold)}
        onValue={(threshold) => onDraft({ ...draft, significance_threshold: threshold })}
      />
      <Slider
        label={words.minArea}
        hint={words.minAreaHint}
        {...{ min: 0, max: 0.5, step: 0.005 }}
        value={draft.min_area}
        said={`${(draft.min_area * 100).toFixed(1)} %`}
        onValue={(min_area) => onDraft({ ...draft, min_area })}
      />
      <Slider
        label={words.minDuration}
        hint={words.minDurationHint}
        {...{ min: 0, max: 5, step: 0.5 }}
        value={draft.min_duration_s}
        said={words.seconds(draft.min_duration_s)}
        onValue={(min_duration_s) => onDraft({ ...draft, min_duration_s })}
      />
      <label class="check">
        <input
          type="checkbox"
          checked={draft.ai_analysis_enabled}
          onChange={({ currentTarget }) =>
            onDraft({ ...draft, ai_analysis_enabled: currentTarget.checked })
          }
        />
        {words.describe}
      </label>
    </div>
  );
}

function Slider(props: {
  label: string;
  hint: string;
  min: number;
  max: number;
  step: number;
  value: number;
  said: string;
  onValue(value: number): void;
}) {
  const id = useId();
  const { min, max, step, value, said } = props;
  return (
    <div class="field slider">
      <label for={id}>{props.label}</label>
      <output for={id}>{said}</output>
      <input
        id={id}
        type="range"
        {...{ min, max, step, value }}
        aria-valuetext={said}
        aria-describedby={`${id}-hint`}
        onInput={({ currentTarget }) => props.onValue(Number(currentTarget.value))}
      />
      <p id={`${id}-hint`} class="field-hint">
        {props.hint}
      </p>
    </div>
  );
}
