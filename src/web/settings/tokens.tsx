/** My tokens for scripts: a new one is shown once. */
import { useState } from "preact/hooks";

import type { ApiTokenPage } from "../../api/token-contract.ts";
import { AskingButton } from "../action-button.tsx";
import { useAnswer, useAsk } from "../answer.ts";
import { Answered } from "../answered.tsx";
import { usePage } from "../page.ts";
import { Section } from "../section.tsx";
import { settingsWords } from "../strings/settings.ts";
import { useWords } from "../words.ts";
import { TokenForm } from "./token-form.tsx";

export function Tokens() {
  const words = useWords(settingsWords);
  const ask = useAsk();
  const asked = useAnswer<ApiTokenPage>("/tokens");
  const [made, setMade] = useState<string | null>(null);
  return (
    <Section title={words.tokens} lead={words.tokensLead}>
      <Answered of={asked} waiting={words.loading}>
        {({ items }) => (
          <>
            {items.length === 0 && <p class="quiet-text">{words.tokensNone}</p>}
            <ul class="rows">
              {items.map((token) => (
                <TokenRow
                  key={token.id}
                  token={token}
                  onRevoke={async () => {
                    await ask(`/tokens/${token.id}`, { method: "DELETE" });
                    asked.again();
                  }}
                />
              ))}
            </ul>
          </>
        )}
      </Answered>
      {made !== null && <MadeToken token={made} onDone={() => setMade(null)} />}
      <TokenForm
        onMade={(token) => {
          setMade(token);
          asked.again();
        }}
      />
    </Section>
  );
}

function TokenRow(props: { token: ApiTokenPage["items"][number]; onRevoke(): Promise<void> }) {
  const { times, present } = usePage();
  const words = useWords(settingsWords);
  const { name, scope, expires_at, last_used_at } = props.token;
  const facts = [
    words.scopes[scope],
    expires_at === null ? words.lasting : words.endsAt(times.toDateTime(expires_at)),
    last_used_at === null
      ? words.never
      : words.used(times.toAge(present.value.now - Date.parse(last_used_at))),
  ];
  return (
    <li class="row" aria-label={name}>
      <div class="row-text">
        <p class="row-title">{name}</p>
        <p class="quiet-text">{facts.join(" · ")}</p>
      </div>
      <AskingButton
        label={words.revoke}
        waiting={words.revoking}
        question={words.revokeQuestion(name)}
        kind="quiet"
        of={name}
        work={props.onRevoke}
      />
    </li>
  );
}

function MadeToken(props: { token: string; onDone(): void }) {
  const words = useWords(settingsWords);
  const [isCopied, setCopied] = useState(false);
  return (
    <div class="notice made-token" role="status">
      <p>{words.madeToken}</p>
      <code>{props.token}</code>
      <p class="actions">
        {/* Browsers hide the clipboard from pages that came over plain http. */}
        {navigator.clipboard !== undefined && (
          <button
            type="button"
            class="button"
            onClick={() =>
              navigator.clipboard.writeText(props.token).then(
                () => setCopied(true),
                // The token stands there to be copied by hand.
                () => setCopied(false),
              )
            }
          >
            {isCopied ? words.copied : words.copy}
          </button>
        )}
        <button type="button" class="button" onClick={props.onDone}>
          {words.done}
        </button>
      </p>
    </div>
  );
}
