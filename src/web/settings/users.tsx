/** Who may come in, for admins. */
import { useState } from "preact/hooks";

import type { UserPage } from "../../api/account-contract.ts";
import type { User } from "../../api/contract.ts";
import { ActionButton, AskingButton } from "../action-button.tsx";
import { useAnswer, useAsk } from "../answer.ts";
import { Answered } from "../answered.tsx";
import { usePage } from "../page.ts";
import { Section } from "../section.tsx";
import { settingsWords } from "../strings/settings.ts";
import { useWords } from "../words.ts";
import { UserForm } from "./user-form.tsx";

export function Users() {
  const words = useWords(settingsWords);
  const asked = useAnswer<UserPage>("/users");
  const [isAdding, setAdding] = useState(false);
  return (
    <Section
      title={words.users}
      lead={words.usersLead}
      actions={
        !isAdding && (
          <button type="button" class="button primary" onClick={() => setAdding(true)}>
            {words.addUser}
          </button>
        )
      }
    >
      {isAdding && (
        <UserForm
          before={null}
          onClose={() => {
            setAdding(false);
            asked.again();
          }}
        />
      )}
      <Answered of={asked} waiting={words.loading}>
        {({ items }) => (
          <ul class="rows">
            {items.map((user) => (
              <UserRow key={user.id} user={user} onChange={asked.again} />
            ))}
          </ul>
        )}
      </Answered>
    </Section>
  );
}

function UserRow(props: { user: User; onChange(): void }) {
  const { site } = usePage();
  const words = useWords(settingsWords);
  const [isChanging, setChanging] = useState(false);
  const { user, onChange } = props;
  const isMe = site.me.value?.id === user.id;
  const sight = useSight(user);
  return (
    <li class="row" aria-label={user.username}>
      <div class="row-text">
        <p class="row-title">
          {user.username}
          {isMe && <span class="mark"> {words.me}</span>}
          {user.disabled && <span class="mark is-off"> {words.off}</span>}
        </p>
        <p class="quiet-text">
          {words.roles[user.role]} · {sight}
        </p>
      </div>
      <UserActions {...props} isMe={isMe} onChanging={() => setChanging(!isChanging)} />
      {isChanging && (
        <UserForm
          before={user}
          onClose={() => {
            setChanging(false);
            onChange();
          }}
        />
      )}
    </li>
  );
}

/** One's own account is not switched off or removed by a slip. */
function UserActions(props: { user: User; isMe: boolean; onChange(): void; onChanging(): void }) {
  const words = useWords(settingsWords);
  const ask = useAsk();
  const { user, isMe, onChange } = props;
  const path = `/users/${user.id}`;
  return (
    <p class="actions">
      <button
        type="button"
        class="button quiet"
        aria-label={`${words.changeUser}: ${user.username}`}
        onClick={props.onChanging}
      >
        {words.changeUser}
      </button>
      {!isMe && (
        <ActionButton
          label={user.disabled ? words.switchOn : words.switchOff}
          waiting={words.switching}
          kind="quiet"
          of={user.username}
          work={async () => {
            await ask(path, { method: "PATCH", body: { disabled: !user.disabled } });
            onChange();
          }}
        />
      )}
      {!isMe && (
        <AskingButton
          label={words.removeUser}
          waiting={words.removing}
          question={words.removeUserQuestion(user.username)}
          kind="quiet"
          of={user.username}
          work={async () => {
            await ask(path, { method: "DELETE" });
            onChange();
          }}
        />
      )}
    </p>
  );
}

function useSight({ role, camera_ids }: User): string {
  const { site } = usePage();
  const words = useWords(settingsWords);
  if (role === "admin" || camera_ids === null) return words.seesAll;
  if (camera_ids.length === 0) return words.seesNone;
  const nameOf = (id: string) => site.cameras.value?.find((camera) => camera.id === id)?.name ?? id;
  return words.sees(camera_ids.map(nameOf).join(", "));
}
