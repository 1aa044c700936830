/** My own password. */
import { useState } from "preact/hooks";

import { useAction } from "../action.ts";
import { useAsk } from "../answer.ts";
import { FormEnd } from "../form-end.tsx";
import { FormField } from "../form-field.tsx";
import { PASSWORD_CHARACTERS_MIN } from "../password-length.ts";
import { Section } from "../section.tsx";
import { settingsWords } from "../strings/settings.ts";
import { useWords } from "../words.ts";

export function PasswordForm() {
  const words = useWords(settingsWords);
  const ask = useAsk();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [isChanged, setChanged] = useState(false);
  const changing = useAction(async () => {
    const body = { current_password: current, new_password: next };
    await ask("/auth/password", { method: "POST", body });
    setCurrent("");
    setNext("");
    setChanged(true);
  });
  const waits = changing.state.type === "waiting";
  return (
    <Section title={words.password}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          setChanged(false);
          changing.start();
        }}
      >
        <FormField
          label={words.current}
          type="password"
          value={current}
          autoComplete="current-password"
          disabled={waits}
          onValue={setCurrent}
        />
        <FormField
          label={words.next}
          type="password"
          hint={words.nextHint}
          shortest={PASSWORD_CHARACTERS_MIN}
          value={next}
          autoComplete="new-password"
          disabled={waits}
          onValue={setNext}
        />
        <FormEnd state={changing.state} submit={words.change} submitting={words.changing}>
          <span role="status">{isChanged && words.changed}</span>
        </FormEnd>
      </form>
    </Section>
  );
}
