/**
 * Accounts, as admins keep them. Whatever changes what someone may do ends their sessions, on sockets
 * too: they sign in again as what they are now. There is always an admin who can sign in.
 */
import type { Clock } from "../base/clock.ts";
import { ApplianceError } from "../base/errors.ts";
import { createId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import type { Role, User, UserStore } from "../store/users.ts";
import type { Attempts } from "./attempts.ts";
import type { CameraAccess } from "./camera-access.ts";
import type { Passwords } from "./passwords.ts";
import type { Sessions } from "./sessions.ts";

export interface Accounts {
  list(): User[];
  /** Throws `conflict` when the name is taken, `invalid` for a password that may not be used. */
  create(account: NewAccount): Promise<User>;
  /** Throws `not-found`; `conflict` when no admin would be left. */
  change(id: string, changes: AccountChanges): Promise<User>;
  /** Throws as `change` does. */
  remove(id: string): void;
  /** Their other sessions end. Throws `forbidden` when the current one is wrong, or `exhausted`. */
  changeOwnPassword(change: {
    userId: string;
    sessionId: string;
    current: string;
    next: string;
    address: string;
  }): Promise<void>;
}

export interface NewAccount {
  username: string;
  password: string;
  role: Role;
  /** Heeded for viewers alone: an admin sees all cameras. */
  cameraIds: CameraAccess;
}

export type AccountChanges = Partial<Omit<NewAccount, "username"> & { disabled: boolean }>;

export function createAccounts(parts: {
  users: Pick<UserStore, "list" | "insert" | "find" | "change" | "remove">;
  passwords: Passwords;
  attempts: Pick<Attempts, "countSignIn" | "forgiveSignIn">;
  sessions: Pick<Sessions, "idsOfUser" | "revoke" | "revokeOfUser">;
  clock: Clock;
  log: Log;
}): Accounts {
  const { users, passwords, attempts, sessions, clock, log } = parts;

  return {
    list: users.list,
    async create({ username, password, role, cameraIds }) {
      const passwordHash = await passwords.hash(password);
      const user: User = {
        ...{ id: createId(), username, passwordHash, role, cameraIds },
        ...{ disabled: false, createdAt: clock.now() },
      };
      users.insert(user);
      log.info("an account was made", { user: user.id, role });
      return user;
    },
    async change(id, { password, ...changes }) {
      if (!users.find(id)) throw createNotFound();
      const secret = password === undefined ? {} : { passwordHash: await passwords.hash(password) };
      const changed = users.change(id, { ...changes, ...secret });
      if (!changed) throw createNotFound();
      sessions.revokeOfUser(id);
      log.info("an account was changed", { user: id, changed: Object.keys(changes) });
      return changed;
    },
    remove(id) {
      const open = sessions.idsOfUser(id);
      if (!users.remove(id)) throw createNotFound();
      // Their rows went with the account; whoever listens at a socket is told.
      for (const sessionId of open) sessions.revoke(sessionId);
      log.info("an account was removed", { user: id });
    },
    async changeOwnPassword({ userId, sessionId, current, next, address }) {
      const user = users.find(userId);
      // Whoever found a signed-in screen may try no more passwords than at the door.
      const attempt = { username: user?.username ?? "", address };
      await attempts.countSignIn(attempt);
      const verdict = await passwords.verify(user?.passwordHash ?? null, current);
      if (verdict.type === "wrong") {
        throw new ApplianceError("forbidden", "The current password is wrong.");
      }
      await attempts.forgiveSignIn(attempt);
      users.change(userId, { passwordHash: await passwords.hash(next) });
      sessions.revokeOfUser(userId, { except: sessionId });
      log.info("a password was changed", { user: userId });
    },
  };
}

function createNotFound(): ApplianceError {
  return new ApplianceError("not-found", "There is no such account.");
}
