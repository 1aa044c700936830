/** From a name and a password, or a refresh token, to what lets someone in for a while. */
import { ApplianceError, isDiskTrouble } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { User, UserStore } from "../store/users.ts";
import type { Attempts } from "./attempts.ts";
import type { Audit } from "./audit.ts";
import type { Passwords } from "./passwords.ts";
import type { OpenedSession, Sessions } from "./sessions.ts";
import { ACCESS_TOKEN_SECONDS, type Tokens } from "./tokens.ts";

export interface Grant {
  sessionId: string;
  accessToken: string;
  expiresInS: number;
  refreshToken: string;
}

export interface SignIn {
  /** Throws `unauthenticated`, the same for every reason, or `exhausted`. */
  byPassword(attempt: { username: string; password: string; address: string }): Promise<Grant>;
  /** Throws `unauthenticated`. */
  byRefreshToken(token: string, carriedBy: "cookie" | "body", address: string): Grant;
}

export function createSignIn(parts: {
  users: Pick<UserStore, "findByName" | "find" | "change">;
  passwords: Passwords;
  attempts: Pick<Attempts, "countSignIn" | "forgiveSignIn">;
  sessions: Pick<Sessions, "open" | "refresh" | "revoke">;
  tokens: Pick<Tokens, "sign">;
  audit: Pick<Audit, "record">;
  log: Log;
}): SignIn {
  const { users, passwords, attempts, sessions, tokens, audit, log } = parts;

  const toGrant = (user: User, { sessionId, refreshToken }: OpenedSession): Grant => ({
    sessionId,
    accessToken: tokens.sign({ userId: user.id, sessionId, role: user.role }),
    expiresInS: ACCESS_TOKEN_SECONDS,
    refreshToken,
  });

  return {
    async byPassword(attempt) {
      await attempts.countSignIn(attempt);
      const found = users.findByName(attempt.username);
      const verdict = await passwords.verify(found?.passwordHash ?? null, attempt.password);
      // Asked again: the account may have been disabled or removed while the hash was made.
      const user = found && users.find(found.id);
      if (!user || user.disabled || verdict.type === "wrong") {
        log.warn("a sign-in was refused", { address: attempt.address });
        // Never the name as typed: it may be a password in the wrong field.
        audit.record({
          action: "session.opened",
          ...{ userId: null, username: null, target: found?.id ?? null },
          ...{ address: attempt.address, result: "refused" },
        });
        throw new ApplianceError("unauthenticated", "The name or the password is wrong.");
      }
      await attempts.forgiveSignIn(attempt);
      if (verdict.outdated) {
        const passwordHash = await passwords.hash(attempt.password);
        // A disk that takes no writes keeps nobody out; it is tried again the next time.
        orDiskTrouble(() => users.change(user.id, { passwordHash }));
      }
      const session = sessions.open(user.id);
      log.info("signed in", { user: user.id, session: session.sessionId });
      audit.record({
        action: "session.opened",
        ...{ userId: user.id, username: user.username, target: session.sessionId },
        ...{ address: attempt.address, result: "done" },
      });
      return toGrant(user, session);
    },
    byRefreshToken(token, carriedBy, address) {
      const session = sessions.refresh(token, carriedBy, address);
      const user = users.find(session.userId);
      if (!user || user.disabled) {
        sessions.revoke(session.sessionId);
        throw new ApplianceError("unauthenticated", "This session has ended. Sign in again.");
      }
      return toGrant(user, session);
    },
  };
}

function orDiskTrouble(write: () => void): void {
  try {
    write();
  } catch (error) {
    if (!isDiskTrouble(error)) throw error;
  }
}
