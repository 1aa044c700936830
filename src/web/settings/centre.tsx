/** How far the central database knows this box, and what it will not have. */
import type { RefusedPage, SyncReport } from "../../api/sync-contract.ts";
import { ActionButton } from "../action-button.tsx";
import { useAnswer, useAsk } from "../answer.ts";
import { Answered } from "../answered.tsx";
import { useCameraName } from "../event-card.tsx";
import { usePage } from "../page.ts";
import { toEventHref } from "../route.ts";
import { Section } from "../section.tsx";
import { settingsWords } from "../strings/settings.ts";
import { useWords } from "../words.ts";

const EVERY_MS = 3000;

export function Centre() {
  const { site } = usePage();
  const words = useWords(settingsWords);
  const ask = useAsk();
  const asked = useAnswer<SyncReport>("/sync", { everyMs: EVERY_MS });
  const { answer, again } = asked;
  const isConfigured = answer.type === "ready" && answer.value.code !== "not_configured";
  return (
    <>
      <Section
        title={words.centre}
        actions={
          isConfigured &&
          site.me.value?.role === "admin" && (
            <ActionButton
              label={words.sendNow}
              waiting={words.sending}
              work={async () => {
                await ask("/sync/run", { method: "POST" });
                again();
              }}
            />
          )
        }
      >
        <Answered of={asked} waiting={words.loading}>
          {(report) => <Report report={report} />}
        </Answered>
      </Section>
      {isConfigured && <Refused count={answer.value.refused} />}
    </>
  );
}

function Report({ report }: { report: SyncReport }) {
  const { strings, times } = usePage();
  const words = useWords(settingsWords);
  const toTime = (at: string | null) => (at === null ? words.none : times.toDateTime(at));
  const { last_trouble: trouble } = report;
  const facts = [
    [words.unsent, report.unsent],
    [words.refused, report.refused],
    [words.lag, times.toAge(report.lag_s * 1000)],
    [words.lastSent, toTime(report.last_sent_at)],
    [words.nextTry, toTime(report.next_try_at)],
    [
      words.trouble,
      trouble ? `${times.toDateTime(trouble.at)}: ${strings.ofBox(trouble.sentence)}` : words.none,
    ],
  ] as const;
  return (
    <>
      <p>{strings.ofBox(report.sentence)}</p>
      {report.code !== "not_configured" && (
        <dl class="fact-list">
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

/** `count`: another number and the list is another one. */
function Refused(props: { count: number }) {
  const { site } = usePage();
  const words = useWords(settingsWords);
  const ask = useAsk();
  const isAdmin = site.me.value?.role === "admin";
  const asked = useAnswer<RefusedPage>(`/sync/refused?limit=${Math.min(200, props.count + 50)}`);
  const retry = async (path: string) => {
    await ask(path, { method: "POST" });
    asked.again();
  };
  return (
    <Section
      title={words.refusedTitle}
      actions={
        isAdmin &&
        props.count > 0 && (
          <ActionButton
            label={words.retryAll}
            waiting={words.retrying}
            work={() => retry("/sync/refused/retry")}
          />
        )
      }
    >
      <Answered of={asked} waiting={words.loading}>
        {({ items }) => (
          <>
            {items.length === 0 && <p class="quiet-text">{words.refusedNone}</p>}
            <ul class="rows">
              {items.map((event) => (
                <RefusedRow
                  key={event.event_id}
                  event={event}
                  {...(isAdmin && {
                    onRetry: () => retry(`/sync/refused/${event.event_id}/retry`),
                  })}
                />
              ))}
            </ul>
          </>
        )}
      </Answered>
    </Section>
  );
}

function RefusedRow(props: { event: RefusedPage["items"][number]; onRetry?(): Promise<void> }) {
  const { strings, times } = usePage();
  const words = useWords(settingsWords);
  const { event_id, camera_id, started_at, reason } = props.event;
  const camera = useCameraName(camera_id);
  const name = `${camera} · ${times.toDateTime(started_at)}`;
  return (
    <li class="row">
      <div class="row-text">
        <p class="row-title">
          <a href={toEventHref(event_id)}>{name}</a>
        </p>
        <p>{strings.ofBox(reason)}</p>
      </div>
      {props.onRetry && (
        <ActionButton label={words.retry} waiting={words.retrying} of={name} work={props.onRetry} />
      )}
    </li>
  );
}
