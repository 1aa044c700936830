/** Who did what, and whether the chain of it is whole. */
import { useState } from "preact/hooks";

import type { AuditPage, AuditVerdict } from "../../api/audit-contract.ts";
import { ActionButton } from "../action-button.tsx";
import { useAnswer, useAsk } from "../answer.ts";
import { Answered } from "../answered.tsx";
import { usePage } from "../page.ts";
import { Section } from "../section.tsx";
import { settingsWords } from "../strings/settings.ts";
import { useWords } from "../words.ts";

const PAGE = 50;

export function AuditTrail() {
  const words = useWords(settingsWords);
  const ask = useAsk();
  const [verdict, setVerdict] = useState<AuditVerdict | null>(null);
  const asked = useAnswer<AuditPage>(`/audit?limit=${PAGE}`);
  return (
    <Section
      title={words.audit}
      lead={words.auditLead}
      actions={
        <ActionButton
          label={words.check}
          waiting={words.checking}
          work={async () => setVerdict(await ask<AuditVerdict>("/audit/verify"))}
        />
      }
    >
      {verdict && (
        <p class={verdict.first_broken === null ? "notice" : "notice is-bad"} role="status">
          {verdict.sentence} {words.checked(verdict.rows_checked)}
        </p>
      )}
      <Answered of={asked} waiting={words.loading}>
        {(page) => <Rows key={page.items[0]?.id} first={page} />}
      </Answered>
    </Section>
  );
}

function Rows(props: { first: AuditPage }) {
  const words = useWords(settingsWords);
  const ask = useAsk();
  const [{ items, next_cursor }, setPage] = useState(props.first);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable */}
      <section class="table-frame" tabIndex={0} aria-label={words.audit}>
        <table class="stacked">
          <thead>
            <tr>
              {Object.entries(words.auditColumns).map(([key, name]) => (
                <th key={key} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((row) => (
              <Row key={row.id} row={row} />
            ))}
          </tbody>
        </table>
      </section>
      {next_cursor !== null && (
        <ActionButton
          label={words.more}
          waiting={words.loading}
          work={async () => {
            const path = `/audit?limit=${PAGE}&cursor=${encodeURIComponent(next_cursor)}`;
            const older = await ask<AuditPage>(path);
            setPage({ items: [...items, ...older.items], next_cursor: older.next_cursor });
          }}
        />
      )}
    </>
  );
}

function Row({ row }: { row: AuditPage["items"][number] }) {
  const { times } = usePage();
  const words = useWords(settingsWords);
  return (
    <tr>
      <td>
        <time dateTime={row.at} title={times.toExactTime(row.at)}>
          {times.toDateTime(row.at)}
        </time>
      </td>
      <td>{row.username ?? words.nobody}</td>
      <td>{row.action}</td>
      <td class="target">{row.target}</td>
      <td>{row.address}</td>
      <td class={row.result === "done" ? "" : "is-bad"}>{words.results[row.result]}</td>
    </tr>
  );
}
