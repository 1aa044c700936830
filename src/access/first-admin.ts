/** The first account: made once, by whoever has the setup code, while there is no admin. */
import type { Clock } from "../base/clock.ts";
import { ApplianceError } from "../base/errors.ts";
import { createId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import type { User, UserStore } from "../store/users.ts";
import type { Attempts } from "./attempts.ts";
import type { Passwords } from "./passwords.ts";
import type { SetupCode } from "./setup-code.ts";

export interface FirstAdmin {
  /** While it is, nothing but set-up and health answers. */
  isMissing(): boolean;
  /** Throws `conflict` once there is an admin, `forbidden` for a wrong code, `invalid`, `exhausted`. */
  create(request: { setupCode: string; username: string; password: string }): Promise<User>;
}

export function createFirstAdmin(parts: {
  users: Pick<UserStore, "countAdmins" | "insert">;
  passwords: Pick<Passwords, "hash">;
  attempts: Pick<Attempts, "countSetup">;
  setupCode: SetupCode;
  clock: Clock;
  log: Log;
}): FirstAdmin {
  const { users, setupCode, clock } = parts;
  let isThere = false;
  // The store never lets the last one go, so that once there is one it need not be asked again.
  const isMissing = (): boolean => {
    isThere ||= users.countAdmins() > 0;
    return !isThere;
  };
  const refuseSecond = (): void => {
    if (isMissing()) return;
    throw new ApplianceError("conflict", "This box is set up already. Sign in instead.");
  };

  return {
    isMissing,
    async create({ setupCode: typed, username, password }) {
      refuseSecond();
      await parts.attempts.countSetup();
      if (!setupCode.matches(typed)) {
        const sentence =
          "The setup code is wrong. It was printed when Nightjar started, and stands in the file setup-code in its data folder.";
        throw new ApplianceError("forbidden", sentence, { details: { problem: "setup-code" } });
      }
      const passwordHash = await parts.passwords.hash(password);
      // Someone else may have been faster while the hash was made.
      refuseSecond();
      const user: User = {
        id: createId(),
        username,
        passwordHash,
        role: "admin",
        disabled: false,
        createdAt: clock.now(),
        cameraIds: null,
      };
      users.insert(user);
      await setupCode.discard();
      parts.log.info("the first admin was made", { user: user.id });
      return user;
    },
  };
}
