/** The hours in which motion may become an event. */
import type { MotionSettings } from "../../api/motion-contract.ts";
import { tuningWords } from "../strings/tuning.ts";
import { useWords } from "../words.ts";

type Hours = MotionSettings["schedule"][number];

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const NIGHT: Hours = { days: [...DAYS], from: "20:00", to: "07:00" };

export function ScheduleEditor(props: {
  draft: MotionSettings;
  onDraft(draft: MotionSettings): void;
}) {
  const words = useWords(tuningWords);
  const { schedule } = props.draft;
  const change = (next: Hours[]) => props.onDraft({ ...props.draft, schedule: next });
  return (
    <>
      <ul class="schedule">
        {schedule.map((hours, index) => (
          <HoursRow
            key={index}
            number={index + 1}
            hours={hours}
            onHours={(changed) => change(schedule.with(index, changed))}
            onRemove={() => change(schedule.toSpliced(index, 1))}
          />
        ))}
      </ul>
      <button type="button" class="button" onClick={() => change([...schedule, NIGHT])}>
        {words.addHours}
      </button>
    </>
  );
}

function HoursRow(props: {
  number: number;
  hours: Hours;
  onHours(hours: Hours): void;
  onRemove(): void;
}) {
  const words = useWords(tuningWords);
  const { hours, onHours } = props;
  const time = (key: "from" | "to", label: string) => (
    <label class="hours-time">
      {label}
      <input
        type="time"
        required
        // The end of a day is written as the start of the next, which a clock can show.
        value={hours[key] === "24:00" ? "00:00" : hours[key]}
        onInput={({ currentTarget: { value } }) =>
          value !== "" && onHours({ ...hours, [key]: value })
        }
      />
    </label>
  );
  return (
    <li>
      <fieldset class="hours">
        <legend class="visually-hidden">{words.daysOf(props.number)}</legend>
        <div class="days">
          {DAYS.map((day) => (
            <label key={day} class="day">
              <input
                type="checkbox"
                checked={hours.days.includes(day)}
                onChange={() => onHours({ ...hours, days: toggle(hours.days, day) })}
              />
              <span>{words.days[day]}</span>
            </label>
          ))}
        </div>
        {time("from", words.from)}
        {time("to", words.to)}
        <button
          type="button"
          class="button quiet"
          aria-label={`${words.removeHours}: ${props.number}`}
          onClick={props.onRemove}
        >
          {words.removeRegion}
        </button>
      </fieldset>
    </li>
  );
}

/** At least one day stays: hours without a day are no hours. */
function toggle(days: Hours["days"], day: Hours["days"][number]): Hours["days"] {
  const next = DAYS.filter((other) => (other === day) !== days.includes(other));
  return next.length === 0 ? days : next;
}
