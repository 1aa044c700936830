/** A backup made now, saved where the browser puts what is downloaded. */
import { ActionButton } from "../action-button.tsx";
import { usePage } from "../page.ts";
import { saveBlob } from "../saving.ts";
import { Section } from "../section.tsx";
import { healthWords } from "../strings/health.ts";
import { useWords } from "../words.ts";

export function Backup() {
  const { session, clock } = usePage();
  const words = useWords(healthWords);
  return (
    <Section title={words.backup} lead={words.backupLead}>
      <p class="actions">
        <ActionButton
          label={words.backupMake}
          waiting={words.backupMaking}
          work={async () => {
            const answer = await session.ask("/backup", { method: "POST" });
            saveBlob(await answer.blob(), toName(answer), clock);
          }}
        />
      </p>
    </Section>
  );
}

function toName({ headers }: Response): string {
  const named = /filename="([^"]+)"/.exec(headers.get("Content-Disposition") ?? "");
  return named?.[1] ?? "nightjar-backup";
}
