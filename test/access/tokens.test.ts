import { generateKeyPairSync } from "node:crypto";

import jsonwebtoken from "jsonwebtoken";
import { expect, test } from "vitest";

import { createTokens } from "../../src/access/tokens.ts";
import { createId } from "../../src/base/ids.ts";
import { SECRET } from "../support/front-door.ts";
import { createManualClock } from "../support/manual-clock.ts";

const clock = createManualClock();
const tokens = createTokens({ secret: SECRET, clock });
const nowSeconds = clock.now() / 1000;
const who = { userId: createId(), sessionId: createId() };
const good = {
  iss: "nightjar",
  aud: "nightjar-api",
  typ: "access",
  sub: who.userId,
  sid: who.sessionId,
  role: "admin",
  iat: nowSeconds,
  exp: nowSeconds + 600,
  jti: createId(),
};

function forge(changes: object, key = SECRET): string {
  return jsonwebtoken.sign({ ...good, ...changes }, key, { algorithm: "HS256" });
}

function without(claim: keyof typeof good): string {
  const { [claim]: _, ...rest } = good;
  return jsonwebtoken.sign(rest, SECRET, { algorithm: "HS256", noTimestamp: true });
}

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = rsa.privateKey.export({ type: "pkcs8", format: "pem" });

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

function tamper(token: string): string {
  const [head, , signature] = token.split(".");
  return [head, encode({ ...good, role: "admin", sub: createId() }), signature].join(".");
}

test("what was signed is read back", () => {
  expect(tokens.verify(tokens.sign({ ...who, role: "viewer" }))).toEqual(who);
  expect(tokens.verify(forge({}))).toEqual(who);
});

test.each<readonly [string, string]>([
  ["no algorithm", `${encode({ alg: "none", typ: "JWT" })}.${encode(good)}.`],
  ["a public-key signature", jsonwebtoken.sign(good, pem, { algorithm: "RS256" })],
  ["another HMAC", jsonwebtoken.sign(good, SECRET, { algorithm: "HS512" })],
  ["another key", forge({}, "another-secret-of-at-least-32-bytes")],
  ["another audience", forge({ aud: "someone-else" })],
  ["another issuer", forge({ iss: "someone-else" })],
  ["another type", forge({ typ: "refresh" })],
  ["an unknown role", forge({ role: "root" })],
  ["an end in the past", forge({ exp: nowSeconds - 61 })],
  ["a beginning in the future", forge({ nbf: nowSeconds + 3600 })],
  ["a changed claim", tamper(forge({}))],
  ["no signature", forge({}).split(".").slice(0, 2).join(".")],
  ["an empty text", ""],
  ["a refresh token", `${who.sessionId}.c2VjcmV0`],
  ...(["exp", "iat", "iss", "aud", "typ", "sub", "sid", "role", "jti"] as const).map(
    (claim) => [`no ${claim}`, without(claim)] as const,
  ),
])("A3: a token with %s is refused", (_, token) => {
  expect(() => tokens.verify(token)).toThrow(expect.objectContaining({ kind: "unauthenticated" }));
});

test("a token survives a clock that steps back, and a minute past its end", () => {
  expect(tokens.verify(forge({ iat: nowSeconds + 3600 }))).toEqual(who);
  expect(tokens.verify(forge({ exp: nowSeconds - 30 }))).toEqual(who);
});
