/**
 * The only door to jsonwebtoken. An access token says who someone was ten minutes ago at most;
 * whether their session is still in force is asked of the sessions with every request.
 */
import { createSecretKey } from "node:crypto";

import jsonwebtoken from "jsonwebtoken";
import { z } from "zod";

import type { Clock } from "../base/clock.ts";
import { ApplianceError } from "../base/errors.ts";
import { createId } from "../base/ids.ts";

export const ACCESS_TOKEN_SECONDS = 600;

const ALGORITHM = "HS256";
const ISSUER = "nightjar";
const AUDIENCE = "nightjar-api";
/** The box's clock may be set back a little between signing and checking. */
const LEEWAY_SECONDS = 60;

/**
 * Every claim is demanded here: the library checks an expiry only where there is one. `iat` is not
 * compared with the clock, because a clock that steps back must not end every session.
 */
const accessClaims = z.object({
  iss: z.literal(ISSUER),
  aud: z.literal(AUDIENCE),
  typ: z.literal("access"),
  sub: z.uuid(),
  sid: z.uuid(),
  role: z.enum(["admin", "viewer"]),
  iat: z.int(),
  exp: z.int(),
  jti: z.uuid(),
});

export interface AccessClaims {
  userId: string;
  sessionId: string;
}

export interface Tokens {
  sign(claims: AccessClaims & { role: "admin" | "viewer" }): string;
  /** Throws `unauthenticated` for anything but an access token of ours that still lasts. */
  verify(token: string): AccessClaims;
}

/** `secret`: at least 32 bytes. */
export function createTokens(options: { secret: string; clock: Clock }): Tokens {
  const { clock } = options;
  // The library would try a plain text as a public key first, with each token.
  const secret = createSecretKey(options.secret, "utf8");
  const nowSeconds = (): number => Math.floor(clock.now() / 1000);

  return {
    sign({ userId, sessionId, role }) {
      const iat = nowSeconds();
      const claims: z.output<typeof accessClaims> = {
        iss: ISSUER,
        aud: AUDIENCE,
        typ: "access",
        sub: userId,
        sid: sessionId,
        role,
        iat,
        exp: iat + ACCESS_TOKEN_SECONDS,
        jti: createId(),
      };
      return jsonwebtoken.sign(claims, secret, { algorithm: ALGORITHM });
    },
    verify(token) {
      try {
        const checked = jsonwebtoken.verify(token, secret, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          audience: AUDIENCE,
          clockTimestamp: nowSeconds(),
          clockTolerance: LEEWAY_SECONDS,
        });
        const { sub, sid } = accessClaims.parse(checked);
        return { userId: sub, sessionId: sid };
      } catch (cause) {
        throw new ApplianceError(
          "unauthenticated",
          "This access token is not valid, or not any more. Refresh it or sign in again.",
          { cause },
        );
      }
    },
  };
}
