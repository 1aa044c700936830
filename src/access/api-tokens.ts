/**
 * Tokens for scripts: made by a person, shown once, and kept as a hash alone. A token never may more
 * than its owner at this moment, and is gone with them.
 *
 *   read      what a viewer may see
 *   operate   what a viewer may do
 *   admin     what its owner may, but for what only a person does: passwords, sessions, tokens
 */
import { createHash, randomBytes } from "node:crypto";

import type { Clock } from "../base/clock.ts";
import { ApplianceError } from "../base/errors.ts";
import { createId } from "../base/ids.ts";
import type { ApiToken, ApiTokenStore, TokenScope } from "../store/api-tokens.ts";
import type { Role } from "../store/users.ts";

/** So that a scanner of repositories knows one when it sees it. */
const PREFIX = "njt_";
const TOKEN_BYTES = 32;
const TOKENS_OF_USER_MAX = 50;
const LAST_USED_STEP_MS = 60_000;

export interface ApiTokens {
  /** Throws `forbidden` for more than the owner may, `invalid`, `conflict`. */
  create(request: NewApiToken): { token: string; row: ApiToken };
  /** Null for what is no API token at all. Throws `unauthenticated` for one that is not in force. */
  identify(token: string): ApiToken | null;
  find(id: string): ApiToken | null;
  listOfUser(userId: string): ApiToken[];
  remove(id: string): void;
}

export interface NewApiToken {
  owner: { userId: string; role: Role };
  name: string;
  scope: TokenScope;
  expiresAt: number | null;
}

export function createApiTokens({
  store,
  clock,
}: {
  store: ApiTokenStore;
  clock: Clock;
}): ApiTokens {
  return {
    create({ owner, name, scope, expiresAt }) {
      const now = clock.now();
      if (scope === "admin" && owner.role !== "admin") {
        throw new ApplianceError("forbidden", "A token may not do more than you may yourself.");
      }
      if (expiresAt !== null && expiresAt <= now) {
        throw new ApplianceError("invalid", "This token would have ended already.");
      }
      if (store.listOfUser(owner.userId).length >= TOKENS_OF_USER_MAX) {
        const sentence = `You have ${TOKENS_OF_USER_MAX} tokens. Revoke one that is not used.`;
        throw new ApplianceError("conflict", sentence);
      }
      const token = `${PREFIX}${randomBytes(TOKEN_BYTES).toString("base64url")}`;
      const row: ApiToken = {
        ...{ id: createId(), userId: owner.userId, name, scope, hash: toHash(token) },
        ...{ createdAt: now, expiresAt, lastUsedAt: null },
      };
      store.insert(row);
      return { token, row };
    },
    identify(token) {
      if (!token.startsWith(PREFIX)) return null;
      const found = store.findByHash(toHash(token));
      const now = clock.now();
      if (!found || (found.expiresAt !== null && found.expiresAt <= now)) {
        throw new ApplianceError(
          "unauthenticated",
          "This API token is not valid, or not any more. Make a new one.",
        );
      }
      if (found.lastUsedAt === null || Math.abs(now - found.lastUsedAt) >= LAST_USED_STEP_MS) {
        store.markUsed(found.id, now);
      }
      return found;
    },
    find: store.find,
    listOfUser: store.listOfUser,
    remove: store.remove,
  };
}

function toHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
