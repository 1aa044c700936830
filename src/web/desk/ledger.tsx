/** What became of every event, camera by camera. */
import type { LedgerLine } from "../../api/contract.ts";
import { useCameraName } from "../event-card.tsx";
import { Section } from "../section.tsx";
import { deskWords } from "../strings/desk.ts";
import { useWords } from "../words.ts";

const COLUMNS = [
  "captured",
  "described",
  "reused",
  "waiting",
  "skipped",
  "failed",
  "disabled",
] as const;

export function Ledger(props: { lines: readonly LedgerLine[] }) {
  const words = useWords(deskWords);
  return (
    <Section title={words.ledger} lead={words.ledgerLead}>
      {props.lines.length === 0 ? (
        <p class="quiet-text">{words.ledgerNone}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable
        <section class="table-frame" tabIndex={0} aria-label={words.ledger}>
          <table>
            <thead>
              <tr>
                <th scope="col">{words.camera}</th>
                {COLUMNS.map((column) => (
                  <th key={column} scope="col" class="number">
                    {words.ledgerColumns[column]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {props.lines.map((line) => (
                <Line key={line.camera_id} line={line} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Section>
  );
}

function Line(props: { line: LedgerLine }) {
  const { line } = props;
  const name = useCameraName(line.camera_id);
  return (
    <tr>
      <th scope="row">{name}</th>
      {COLUMNS.map((column) => (
        <td key={column} class="number">
          {line[column]}
        </td>
      ))}
    </tr>
  );
}
