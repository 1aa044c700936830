/**
 * Who is at the page. The access token lives in memory only; the refresh token is a cookie that this
 * script cannot read. Signed in or not is found out by trying to refresh.
 *
 *   checking ──► setup | signed-out | signed-in
 *      └──► unreachable ──► checking
 *   setup ──► signed-in                     signed-out ──► signed-in
 *   signed-in ──► signed-out                left, or the session ended
 */
import { type ReadonlySignal, signal } from "@preact/signals";

import type { AccessToken } from "./access-token.ts";
import type { Clock } from "./clock.ts";
import { cookieRequest, isSetupRequired, isStatus, request } from "./http.ts";
import type { ReconnectPolicy } from "./reconnect.ts";

export type SessionState =
  | { type: "checking" }
  | { type: "unreachable" }
  | { type: "setup" }
  | { type: "signed-out"; because: SignedOutReason }
  | { type: "signed-in" };

export type SignedOutReason = "not-yet" | "left" | "ended" | "set-up-already";

export interface Session {
  readonly state: ReadonlySignal<SessionState>;
  /** Finds out who is there; keeps trying while the box does not answer. */
  begin(options: { signal: AbortSignal }): Promise<void>;
  setUp(account: { setupCode: string; username: string; password: string }): Promise<void>;
  signIn(account: { username: string; password: string }): Promise<void>;
  signOut(): Promise<void>;
  /** A request as the one who is signed in. Throws a RequestError. */
  ask(path: string, init?: RequestInit): Promise<Response>;
}

export function createSession(ports: {
  clock: Clock;
  token: AccessToken;
  policy: ReconnectPolicy;
}): Session {
  const { token, clock, policy } = ports;
  const state = signal<SessionState>({ type: "checking" });

  const leave = (because: "left" | "ended"): void => {
    token.drop();
    if (state.value.type === "signed-in") state.value = { type: "signed-out", because };
  };
  const askOnce = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set("Authorization", `Bearer ${await token.fresh()}`);
    return await request(path, { ...init, headers });
  };

  return {
    state,
    async begin(options) {
      while (!options.signal.aborted) {
        state.value = await token.renew().then(() => ({ type: "signed-in" }), toFirstState);
        if (state.value.type !== "unreachable") return;
        await clock.sleep(policy.nextMs(), options).catch(() => {});
      }
    },
    async setUp({ setupCode, username, password }) {
      try {
        await cookieRequest("/setup", { setup_code: setupCode, username, password });
      } catch (error) {
        // Someone else was faster: the form has no purpose any more, the sign-in form has.
        if (isStatus(error, 409)) state.value = { type: "signed-out", because: "set-up-already" };
        throw error;
      }
      await this.signIn({ username, password });
    },
    async signIn(account) {
      try {
        await token.take(await cookieRequest("/auth/login", account));
        state.value = { type: "signed-in" };
      } catch (error) {
        if (isSetupRequired(error)) state.value = { type: "setup" };
        throw error;
      }
    },
    async signOut() {
      // The cookie says who leaves. An access token beside it might have ended and be refused.
      await cookieRequest("/auth/logout").catch((error: unknown) => {
        // A session that has ended already is what was asked for.
        if (!isStatus(error, 401)) throw error;
      });
      leave("left");
    },
    async ask(path, init = {}) {
      try {
        return await askOnce(path, init).catch(async (error: unknown) => {
          if (!isStatus(error, 401)) throw error;
          // The box may have new keys, or the session may have ended: a refresh tells which.
          await token.renew();
          return await askOnce(path, init);
        });
      } catch (error) {
        if (isStatus(error, 401) || isSetupRequired(error)) leave("ended");
        throw error;
      }
    },
  };
}

function toFirstState(error: unknown): SessionState {
  if (isSetupRequired(error)) return { type: "setup" };
  if (isStatus(error, 400, 401, 403)) return { type: "signed-out", because: "not-yet" };
  return { type: "unreachable" };
}
