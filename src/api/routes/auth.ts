import { Hono } from "hono";

import type { Accounts } from "../../access/accounts.ts";
import { type Callers, demandScope } from "../../access/callers.ts";
import type { Sessions } from "../../access/sessions.ts";
import type { Grant as Granted, SignIn } from "../../access/sign-in.ts";
import { ApplianceError } from "../../base/errors.ts";
import type { UserStore } from "../../store/users.ts";
import { passwordChange } from "../account-contract.ts";
import { type Grant, grant, user } from "../contract.ts";
import { loginRequest, refreshRequest } from "../entrance-contract.ts";
import { type ApiEnv, addressOf, callerOf } from "../guard.ts";
import { operation, valid } from "../operation.ts";
import { toUser } from "../representation.ts";
import { clearSessionCookie, readSessionCookie, setSessionCookie } from "../session-cookie.ts";

export interface AuthPorts {
  signIn: SignIn;
  callers: Pick<Callers, "identify">;
  sessions: Pick<Sessions, "findUserId" | "listOfUser" | "revoke" | "revokeByToken">;
  users: Pick<UserStore, "find">;
  accounts: Accounts;
}

const tag = "Sign-in";
const login = operation({ callers: "public", summary: "Sign in", tag, answers: { 200: grant } });
const refresh = operation({
  callers: "public",
  summary: "Spend a refresh token, from the body or the cookie, for the next one",
  tag,
  answers: { 200: grant },
});
const logout = operation({
  callers: "public",
  summary: "Sign out",
  audit: "session.ended",
  tag,
  answers: { 204: null },
});
const password = operation({
  callers: "viewer",
  summary: "Change my own password; my other sessions end",
  isPersonal: true,
  audit: "password.changed",
  tag,
  answers: { 204: null },
});
const me = operation({ callers: "viewer", summary: "Who I am", tag, answers: { 200: user } });

export function authRoutes({ signIn, callers, sessions, users, accounts }: AuthPorts) {
  return new Hono<ApiEnv>()
    .post("/login", login, valid("json", loginRequest), async (c) => {
      const granted = await signIn.byPassword({ ...c.req.valid("json"), address: addressOf(c) });
      setSessionCookie(c, granted.refreshToken);
      return c.json(toGrant(granted, granted.refreshToken));
    })
    .post("/refresh", refresh, valid("json", refreshRequest), (c) => {
      const { refresh_token: shown } = c.req.valid("json");
      if (shown !== undefined) {
        const granted = signIn.byRefreshToken(shown, "body", addressOf(c));
        return c.json(toGrant(granted, granted.refreshToken));
      }
      const cookie = readSessionCookie(c);
      if (cookie === null) throw new ApplianceError("unauthenticated", "Nobody is signed in here.");
      const granted = signIn.byRefreshToken(cookie, "cookie", addressOf(c));
      setSessionCookie(c, granted.refreshToken);
      // What the cookie hides from scripts is not shown to them in the body.
      return c.json(toGrant(granted, null));
    })
    .post("/logout", logout, valid("json", refreshRequest), (c) => {
      const authorization = c.req.header("Authorization");
      const { refresh_token: shown } = c.req.valid("json");
      const cookie = readSessionCookie(c);
      if (authorization !== undefined) {
        const caller = callers.identify(authorization);
        c.set("caller", caller);
        demandScope(caller, { isPersonal: true, isRead: false });
        sessions.revoke(caller.sessionId);
      }
      for (const token of [shown, cookie].filter((it) => typeof it === "string")) {
        c.set("target", sessions.revokeByToken(token) ?? undefined);
      }
      clearSessionCookie(c);
      if (authorization === undefined && shown === undefined && cookie === null) {
        throw new ApplianceError("unauthenticated", "Nobody is signed in here.");
      }
      return c.body(null, 204);
    })
    .post("/password", password, valid("json", passwordChange), async (c) => {
      const { userId, sessionId } = callerOf(c);
      const { current_password: current, new_password: next } = c.req.valid("json");
      await accounts.changeOwnPassword({ userId, sessionId, current, next, address: addressOf(c) });
      return c.body(null, 204);
    })
    .get("/me", me, (c) => {
      const found = users.find(callerOf(c).userId);
      if (!found) throw new ApplianceError("unauthenticated", "This account is gone.");
      return c.json(toUser(found));
    });
}

function toGrant(granted: Granted, refreshToken: string | null): Grant {
  return {
    access_token: granted.accessToken,
    token_type: "bearer",
    expires_in: granted.expiresInS,
    refresh_token: refreshToken,
  };
}
