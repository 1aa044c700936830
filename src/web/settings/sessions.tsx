/** Where I am signed in. */
import type { SessionPage } from "../../api/account-contract.ts";
import { AskingButton } from "../action-button.tsx";
import { useAnswer, useAsk } from "../answer.ts";
import { Answered } from "../answered.tsx";
import { usePage } from "../page.ts";
import { Section } from "../section.tsx";
import { settingsWords } from "../strings/settings.ts";
import { useWords } from "../words.ts";

export function Sessions() {
  const { times, present } = usePage();
  const words = useWords(settingsWords);
  const ask = useAsk();
  const asked = useAnswer<SessionPage>("/sessions");
  return (
    <Section title={words.sessions}>
      <Answered of={asked} waiting={words.loading}>
        {({ items }) => (
          <ul class="rows">
            {items.map(({ id, created_at, last_used_at, is_current }) => (
              <li key={id} class="row">
                <div class="row-text">
                  <p class="row-title">
                    {words.since(times.toDateTime(created_at))}
                    {is_current && <span class="mark"> {words.thisOne}</span>}
                  </p>
                  <p class="quiet-text">
                    {words.used(times.toAge(present.value.now - Date.parse(last_used_at)))}
                  </p>
                </div>
                {!is_current && (
                  <AskingButton
                    label={words.endSession}
                    waiting={words.ending}
                    question={words.endQuestion}
                    of={words.since(times.toDateTime(created_at))}
                    work={async () => {
                      await ask(`/sessions/${id}`, { method: "DELETE" });
                      asked.again();
                    }}
                  />
                )}
              </li>
            ))}
          </ul>
        )}
      </Answered>
    </Section>
  );
}
