/** Descriptions that were given up: looked at by everyone, tried again or set aside by admins. */
import { useEffect, useState } from "preact/hooks";

import type { DeadJob, DeadJobPage } from "../../api/dead-job-contract.ts";
import { ActionButton, AskingButton } from "../action-button.tsx";
import { useAnswer, useAsk } from "../answer.ts";
import { Answered } from "../answered.tsx";
import { useCameraName } from "../event-card.tsx";
import { usePage } from "../page.ts";
import { toEventHref } from "../route.ts";
import { Section } from "../section.tsx";
import { deskWords } from "../strings/desk.ts";
import { useWords } from "../words.ts";

const PAGE = 20;
const MOST = 200;

/** `dead`: how many the state tells of; another number and the list is read again. */
export function DeadLetters(props: { dead: number }) {
  const words = useWords(deskWords);
  const [limit, setLimit] = useState(PAGE);
  const asked = useAnswer<DeadJobPage>(`/queue/dead?limit=${limit}`);
  const { again } = asked;
  useEffect(again, [again, props.dead]);
  return (
    <Section title={words.dead} lead={words.deadLead}>
      <Answered of={asked} waiting={words.deadLoading}>
        {({ items, next_cursor }) => (
          <>
            {items.length === 0 && <p class="quiet-text">{words.deadNone}</p>}
            <ul class="rows">
              {items.map((job) => (
                <Letter key={job.id} job={job} onDone={again} />
              ))}
            </ul>
            {next_cursor !== null && limit < MOST && (
              <button type="button" class="button" onClick={() => setLimit(MOST)}>
                {words.older}
              </button>
            )}
          </>
        )}
      </Answered>
    </Section>
  );
}

function Letter(props: { job: DeadJob; onDone(): void }) {
  const { site, strings, times } = usePage();
  const words = useWords(deskWords);
  const ask = useAsk();
  const { job } = props;
  const camera = useCameraName(job.event.camera_id);
  const of = `${camera}, ${times.toClockTime(job.event.started_at)}`;
  const path = `/queue/dead/${encodeURIComponent(job.id)}`;
  return (
    <li class="row" aria-label={of}>
      <div class="row-text">
        <p class="row-title">
          {camera} ·{" "}
          <time dateTime={job.event.started_at}>{times.toDateTime(job.event.started_at)}</time>
        </p>
        <p>{strings.ofBox(job.reason)}</p>
        <p class="quiet-text">
          {words.attempts(job.attempts)} · <a href={toEventHref(job.event.id)}>{words.open}</a>
        </p>
        {job.raw_answer !== null && (
          <details class="raw">
            <summary>{words.rawAnswer}</summary>
            <pre>{job.raw_answer}</pre>
          </details>
        )}
      </div>
      {site.me.value?.role === "admin" && (
        <p class="actions">
          <ActionButton
            label={words.retry}
            waiting={words.retrying}
            of={of}
            work={async () => {
              await ask(`${path}/retry`, { method: "POST" });
              props.onDone();
            }}
          />
          <AskingButton
            label={words.discard}
            waiting={words.discarding}
            question={words.discardQuestion}
            kind="quiet"
            of={of}
            work={async () => {
              await ask(path, { method: "DELETE" });
              props.onDone();
            }}
          />
        </p>
      )}
    </li>
  );
}
