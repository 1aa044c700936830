/** The desk in full: the queue, the model, what was given up, the models, and the ledger. */
import type { Status } from "../../api/contract.ts";
import { usePage } from "../page.ts";
import { Section } from "../section.tsx";
import { deskWords } from "../strings/desk.ts";
import { useWords } from "../words.ts";
import { DeadLetters } from "./dead-letters.tsx";
import { Ledger } from "./ledger.tsx";
import { Models } from "./models.tsx";

/** What the trial with a known picture found strange in a model that is ready for all that. */
const TRIAL_CODES: readonly string[] = ["model_blind", "model_language"];

export function DeskView() {
  const { site } = usePage();
  const words = useWords(deskWords);
  const status = site.status.value;
  return (
    <>
      <div class="view-head">
        <h2 class="view-title">{words.title}</h2>
      </div>
      {status === null ? (
        <p class="waiting" role="status">
          {words.loading}
        </p>
      ) : (
        <div class="columns">
          <Queue queue={status.queue} />
          <ModelState status={status} />
        </div>
      )}
      <DeadLetters dead={status?.queue.dead ?? 0} />
      <Models />
      {status && <Ledger lines={status.ledger} />}
    </>
  );
}

function Queue(props: { queue: Status["queue"] }) {
  const { strings, times, language } = usePage();
  const words = useWords(deskWords);
  const { queue } = props;
  const toRate = (rate: number) => rate.toLocaleString(language, { maximumFractionDigits: 1 });
  const { waiting_by_urgency: waiting, service_s, drain_s } = queue;
  const counts = [
    [words.urgency.asked, waiting.asked],
    [words.urgency.urgent, waiting.urgent],
    [words.urgency.ordinary, waiting.ordinary],
    [words.urgency.low, waiting.low],
    [words.running, queue.running],
    [words.shed, queue.shed],
  ] as const;
  return (
    <Section title={words.queue}>
      <dl class="tiles">
        {counts.map(([name, count]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{count}</dd>
          </div>
        ))}
      </dl>
      {queue.paused && <p class="notice">{words.paused(strings.ofBox(queue.paused.sentence))}</p>}
      <p class="quiet-text">
        {words.pace(toRate(queue.arrivals_per_minute), toRate(queue.finished_per_minute))}{" "}
        {service_s !== null && `${words.service(times.toAge(service_s * 1000))} `}
        {queue.waiting === 0 && words.idle}
        {queue.waiting > 0 && drain_s !== null && words.drain(times.toAge(drain_s * 1000))}
      </p>
    </Section>
  );
}

function ModelState(props: { status: Status }) {
  const { strings } = usePage();
  const words = useWords(deskWords);
  const { model, problems } = props.status;
  const isReady = model.code === "ready";
  const warnings = problems.filter(({ code }) => TRIAL_CODES.includes(code));
  return (
    <Section title={words.model}>
      <p class={isReady ? "verdict is-good" : "verdict is-bad"}>{strings.ofBox(model.sentence)}</p>
      {model.version !== null && (
        <p class="quiet-text">{words.modelFacts(model.name, model.version)}</p>
      )}
      {isReady && (
        <>
          <h3>{words.trial}</h3>
          {warnings.length === 0 && <p>{words.trialPassed}</p>}
          <ul>
            {warnings.map(({ sentence }) => (
              <li key={sentence}>{strings.ofBox(sentence)}</li>
            ))}
          </ul>
        </>
      )}
    </Section>
  );
}
