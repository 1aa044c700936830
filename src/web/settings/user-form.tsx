/** An account: its name, password, role, and the cameras that a viewer sees. */
import { useState } from "preact/hooks";

import type { User } from "../../api/contract.ts";
import { useAction } from "../action.ts";
import { useAsk } from "../answer.ts";
import { FormEnd } from "../form-end.tsx";
import { FormField } from "../form-field.tsx";
import { usePage } from "../page.ts";
import { PASSWORD_CHARACTERS_MIN } from "../password-length.ts";
import { settingsWords } from "../strings/settings.ts";
import { useWords } from "../words.ts";
import { Choice } from "./choice.tsx";

/** Without one before, a new account is made. */
export function UserForm(props: { before: User | null; onClose(): void }) {
  const { strings } = usePage();
  const words = useWords(settingsWords);
  const ask = useAsk();
  const { before } = props;
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<User["role"]>(before?.role ?? "viewer");
  const [cameraIds, setCameraIds] = useState(before?.camera_ids ?? null);
  const saving = useAction(async () => {
    const common = { role, camera_ids: cameraIds, ...(password !== "" && { password }) };
    if (before) await ask(`/users/${before.id}`, { method: "PATCH", body: common });
    else await ask("/users", { method: "POST", body: { ...common, username } });
    props.onClose();
  });
  const waits = saving.state.type === "waiting";
  return (
    <form
      class="form inner-form"
      aria-label={before ? `${words.changeUser}: ${before.username}` : words.addUser}
      onSubmit={(event) => {
        event.preventDefault();
        saving.start();
      }}
    >
      {!before && (
        <FormField
          label={words.userName}
          value={username}
          autoComplete="off"
          disabled={waits}
          onValue={setUsername}
        />
      )}
      <FormField
        label={before ? words.newPassword : words.firstPassword}
        type="password"
        hint={words.firstPasswordHint}
        shortest={PASSWORD_CHARACTERS_MIN}
        isOptional={before !== null}
        value={password}
        autoComplete="new-password"
        disabled={waits}
        onValue={setPassword}
      />
      <Choice label={words.role} value={role} options={words.roles} onValue={setRole} />
      {role === "viewer" && <Sight cameraIds={cameraIds} onCameraIds={setCameraIds} />}
      <FormEnd isPrimary state={saving.state} submit={words.save} submitting={words.saving}>
        <button type="button" class="button" onClick={props.onClose}>
          {strings.cancel}
        </button>
      </FormEnd>
    </form>
  );
}

function Sight(props: {
  cameraIds: string[] | null;
  onCameraIds(cameraIds: string[] | null): void;
}) {
  const { site } = usePage();
  const words = useWords(settingsWords);
  const { cameraIds, onCameraIds } = props;
  const all = site.cameras.value ?? [];
  return (
    <fieldset class="checks">
      <legend>{words.cameras}</legend>
      <label class="check">
        <input
          type="checkbox"
          checked={cameraIds === null}
          onChange={({ currentTarget }) =>
            onCameraIds(currentTarget.checked ? null : all.map(({ id }) => id))
          }
        />
        {words.allCameras}
      </label>
      {cameraIds !== null &&
        all.map(({ id, name }) => (
          <label key={id} class="check">
            <input
              type="checkbox"
              checked={cameraIds.includes(id)}
              onChange={({ currentTarget }) =>
                onCameraIds(
                  currentTarget.checked
                    ? [...cameraIds, id]
                    : cameraIds.filter((other) => other !== id),
                )
              }
            />
            {name}
          </label>
        ))}
    </fieldset>
  );
}
