/** In sentences what is wrong and what to do, part by part; versions; the newest lines of the log. */
import "../styles/health.css";

import type { Status } from "../../api/contract.ts";
import { usePage } from "../page.ts";
import { Section } from "../section.tsx";
import { SeveritySign } from "../severity.tsx";
import { healthWords } from "../strings/health.ts";
import { useWords } from "../words.ts";
import { Backup } from "./backup.tsx";
import { useClockSkew } from "./clock-skew.ts";
import { type Part, toParts } from "./health-parts.ts";
import { LogTail } from "./log-tail.tsx";

export function HealthView() {
  const { site } = usePage();
  const words = useWords(healthWords);
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
        <Findings status={status} />
      )}
      {site.me.value?.role === "admin" && (
        <>
          <Backup />
          <LogTail />
        </>
      )}
    </>
  );
}

function Findings(props: { status: Status }) {
  const { strings, times } = usePage();
  const words = useWords(healthWords);
  const skewMs = useClockSkew();
  const { status } = props;
  const parts = toParts({ status, skewMs, words, times, ofBox: strings.ofBox });
  const wrong = parts.flatMap(({ sentences, isWell }) => (isWell ? [] : sentences)).length;
  return (
    <>
      <p class={`overall ${wrong === 0 ? "is-good" : "is-bad"}`} role="status">
        <SeveritySign level={wrong === 0 ? 0 : 2} />
        <span>
          <strong>{wrong === 0 ? words.allWell : words.wrong(wrong)}</strong>
          {wrong === 0 && ` ${words.allWellLead}`}
        </span>
      </p>
      <ul class="parts">
        {parts.map((part) => (
          <PartRow key={part.name} part={part} />
        ))}
      </ul>
      <Versions status={status} />
    </>
  );
}

function PartRow({ part }: { part: Part }) {
  const words = useWords(healthWords);
  return (
    <li class={`part ${part.isWell ? "is-good" : "is-bad"}`}>
      <SeveritySign level={part.isWell ? 0 : 2} />
      <div>
        <h3>
          {part.name}
          <span class="visually-hidden">: {part.isWell ? words.good : words.bad}</span>
        </h3>
        {part.sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
    </li>
  );
}

function Versions(props: { status: Status }) {
  const { times } = usePage();
  const words = useWords(healthWords);
  const { version, started_at, uptime_s, model } = props.status;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const facts = [
    [words.version, version],
    [words.started, `${times.toDateTime(started_at)} (${times.toAge(uptime_s * 1000)})`],
    [words.modelName, model.name],
    [words.ollama, model.version ?? words.unknown],
    [words.zoneOfBox, words.zoneHint(zone)],
    [words.metrics, words.metricsHint],
  ] as const;
  return (
    <Section title={words.versions}>
      <dl class="fact-list">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
