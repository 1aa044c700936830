/** What a new token is for, what it may, and until when. */
import { useState } from "preact/hooks";

import type { MadeApiToken } from "../../api/token-contract.ts";
import { useAction } from "../action.ts";
import { useAsk } from "../answer.ts";
import { FormEnd } from "../form-end.tsx";
import { FormField } from "../form-field.tsx";
import { usePage } from "../page.ts";
import { settingsWords } from "../strings/settings.ts";
import { useWords } from "../words.ts";
import { Choice } from "./choice.tsx";

const DAY_MS = 86_400_000;
const DAYS = { month: 30, year: 365, never: null } as const;

export function TokenForm(props: { onMade(token: string): void }) {
  const { clock } = usePage();
  const words = useWords(settingsWords);
  const ask = useAsk();
  const [name, setName] = useState("");
  const [scope, setScope] = useState<MadeApiToken["scope"]>("read");
  const [ending, setEnding] = useState<keyof typeof DAYS>("year");
  const making = useAction(async () => {
    const days = DAYS[ending];
    const expires_at = days === null ? null : new Date(clock.now() + days * DAY_MS).toISOString();
    const body = { name, scope, expires_at };
    const made = await ask<MadeApiToken>("/tokens", { method: "POST", body });
    setName("");
    props.onMade(made.token);
  });
  const waits = making.state.type === "waiting";
  return (
    <form
      class="form in-row"
      aria-label={words.makeToken}
      onSubmit={(event) => {
        event.preventDefault();
        making.start();
      }}
    >
      <FormField
        label={words.tokenName}
        hint={words.tokenNameHint}
        value={name}
        autoComplete="off"
        disabled={waits}
        onValue={setName}
      />
      <Choice label={words.scope} value={scope} options={words.scopes} onValue={setScope} />
      <Choice label={words.ends} value={ending} options={words.endings} onValue={setEnding} />
      <FormEnd state={making.state} submit={words.makeToken} submitting={words.making} />
    </form>
  );
}
