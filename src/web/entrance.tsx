/** Everything before the main view: waiting for the box, first account, sign in. */
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { type Action, useAction } from "./action.ts";
import { Emblem } from "./emblem.tsx";
import { FormError } from "./form-end.tsx";
import { FormField } from "./form-field.tsx";
import { usePage } from "./page.ts";
import { PASSWORD_CHARACTERS_MIN } from "./password-length.ts";
import type { SignedOutReason } from "./session.ts";

export function SignIn(props: { because: SignedOutReason }) {
  const { session, strings } = usePage();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const action = useAction(() => session.signIn({ username, password }));
  const waits = action.state.type === "waiting";

  return (
    <Entrance title={strings.signIn} lead={strings.signInLead}>
      {props.because === "ended" && <p class="notice">{strings.signedOutBecauseExpired}</p>}
      {props.because === "set-up-already" && <p class="notice">{strings.setupSeemsDone}</p>}
      <Form action={action} submit={strings.signIn} submitting={strings.signingIn}>
        <FormField
          label={strings.userName}
          value={username}
          autoComplete="username"
          disabled={waits}
          onValue={setUsername}
        />
        <FormField
          label={strings.password}
          type="password"
          value={password}
          autoComplete="current-password"
          disabled={waits}
          onValue={setPassword}
        />
      </Form>
    </Entrance>
  );
}

export function Setup() {
  const { session, strings } = usePage();
  const [setupCode, setSetupCode] = useState("");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const action = useAction(() =>
    session.setUp({ setupCode: setupCode.trim(), username: username.trim(), password }),
  );
  const waits = action.state.type === "waiting";
  const missing = PASSWORD_CHARACTERS_MIN - [...password].length;
  const isShort = password !== "" && missing > 0;

  return (
    <Entrance title={strings.setup} lead={strings.setupLead}>
      <Form action={action} submit={strings.createAccount} submitting={strings.creatingAccount}>
        <FormField
          label={strings.setupCode}
          value={setupCode}
          autoComplete="one-time-code"
          hint={strings.setupCodeHint}
          disabled={waits}
          onValue={setSetupCode}
        />
        <FormField
          label={strings.userName}
          value={username}
          autoComplete="username"
          disabled={waits}
          onValue={setUsername}
        />
        <FormField
          label={strings.choosePassword}
          type="password"
          value={password}
          autoComplete="new-password"
          hint={
            isShort
              ? strings.passwordMissing(missing)
              : strings.passwordHint(PASSWORD_CHARACTERS_MIN)
          }
          shortest={PASSWORD_CHARACTERS_MIN}
          disabled={waits}
          onValue={setPassword}
        />
      </Form>
    </Entrance>
  );
}

export function Unreachable() {
  const { strings } = usePage();
  return (
    <Entrance title={strings.unreachable} lead={strings.unreachableAdvice}>
      <p class="waiting" role="status">
        {strings.reconnecting}
      </p>
    </Entrance>
  );
}

export function Checking() {
  const { strings } = usePage();
  return (
    <main class="entrance">
      <p class="waiting appears-late" role="status">
        {strings.checking}
      </p>
    </main>
  );
}

function Entrance(props: { title: string; lead: string; children: ComponentChildren }) {
  const { strings } = usePage();
  return (
    <main class="entrance">
      <div class="entrance-card">
        <p class="brand">
          <Emblem />
          {strings.product}
        </p>
        <h1>{props.title}</h1>
        <p class="lead">{props.lead}</p>
        {props.children}
      </div>
    </main>
  );
}

function Form(props: {
  action: Action;
  submit: string;
  submitting: string;
  children: ComponentChildren;
}) {
  const { state, start } = props.action;
  const waits = state.type === "waiting";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      {props.children}
      <FormError state={state} />
      <button type="submit" class="button primary" aria-busy={waits} disabled={waits}>
        {waits ? props.submitting : props.submit}
      </button>
    </form>
  );
}
