/**
 * In: what a request carries. Out: who is calling, as the accounts stand at this moment.
 * A disabled account, a changed role and a closed session take effect with the next request.
 */
import { ApplianceError } from "../base/errors.ts";
import type { ApiToken, TokenScope } from "../store/api-tokens.ts";
import type { Role, User, UserStore } from "../store/users.ts";
import type { ApiTokens } from "./api-tokens.ts";
import type { CameraAccess } from "./camera-access.ts";
import type { Sessions } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";

export interface Caller {
  userId: string;
  username: string;
  /** Of a script: what its token lets it be. */
  role: Role;
  /** Of a script: its token's id, which is no session's. */
  sessionId: string;
  /** Of a script's token; null for a person. */
  scope: TokenScope | null;
  cameras: CameraAccess;
}

/** Who may call something. What a viewer may, an admin may too. */
export type Audience = "public" | "viewer" | "admin";

export interface Callers {
  /** By the Authorization header. Throws `unauthenticated`. */
  identify(authorization: string | undefined): Caller;
  /** Whether whoever came in by this session may still be here. */
  isSessionInForce(sessionId: string): boolean;
  /** What whoever came in by this session may see; nothing when they may not be here any more. */
  camerasOf(sessionId: string): CameraAccess;
}

export function createCallers(parts: {
  users: Pick<UserStore, "find">;
  sessions: Pick<Sessions, "findUserId">;
  tokens: Pick<Tokens, "verify">;
  apiTokens: Pick<ApiTokens, "identify">;
}): Callers {
  const findUser = (sessionId: string): User | null => {
    const userId = parts.sessions.findUserId(sessionId);
    const user = userId === null ? null : parts.users.find(userId);
    return user && !user.disabled ? user : null;
  };

  return {
    identify(authorization) {
      const token = /^Bearer ([\w.-]+)$/i.exec(authorization ?? "")?.[1];
      const script = token === undefined ? null : parts.apiTokens.identify(token);
      if (script) return toScript(script, parts.users.find(script.userId));
      if (token === undefined) {
        const sentence = "Sign in, and send the access token as Authorization: Bearer.";
        throw new ApplianceError("unauthenticated", sentence);
      }
      const { userId, sessionId } = parts.tokens.verify(token);
      const user = findUser(sessionId);
      if (user?.id !== userId) {
        throw new ApplianceError("unauthenticated", "This session has ended. Sign in again.");
      }
      const { username, role } = user;
      return { userId, username, role, sessionId, scope: null, cameras: toCameras(user) };
    },
    isSessionInForce: (sessionId) => findUser(sessionId) !== null,
    camerasOf(sessionId) {
      const user = findUser(sessionId);
      return user ? toCameras(user) : [];
    },
  };
}

function toScript({ id, scope }: ApiToken, owner: User | null): Caller {
  if (!owner || owner.disabled) {
    throw new ApplianceError("unauthenticated", "The owner of this API token may not sign in.");
  }
  const { id: userId, username } = owner;
  const role = scope === "admin" ? owner.role : "viewer";
  return { userId, username, role, sessionId: id, scope, cameras: toCameras(owner) };
}

function toCameras({ role, cameraIds }: User): CameraAccess {
  return role === "admin" ? null : cameraIds;
}

/** Throws `forbidden` when this caller may not call what is meant for the audience. */
export function demand(audience: Exclude<Audience, "public">, caller: Caller): void {
  if (audience === "admin" && caller.role !== "admin") {
    throw new ApplianceError("forbidden", "Only an admin may do this.");
  }
}

/** Throws `forbidden` when a script's token does not reach so far; a person passes. */
export function demandScope(
  { scope }: Pick<Caller, "scope">,
  request: { isPersonal: boolean; isRead: boolean },
): void {
  if (scope === null) return;
  if (request.isPersonal) {
    throw new ApplianceError("forbidden", "Only a person may do this, not an API token. Sign in.");
  }
  if (scope === "read" && !request.isRead) {
    throw new ApplianceError("forbidden", "This API token may only read.");
  }
}
