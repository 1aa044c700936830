import WebSocket from "ws";

import type { Daemon } from "./daemon.ts";
import { INSTALLER_PASSWORD } from "./planted-secrets.ts";

/** JSON as it came over the wire; tests name the fields they look at. */
// biome-ignore lint/suspicious/noExplicitAny: a client in another language has no types either.
export type Json = any;

export interface LanClient {
  get(path: string): Promise<Json>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Of one who has just signed in. */
  headers(): Promise<Record<string, string>>;
  /** Every feed message since `listen`, oldest first. */
  readonly messages: Json[];
  /** Opens the feed, of all cameras or of those named; resolves at `welcome`. */
  listen(cameras?: readonly string[]): Promise<void>;
  /** The first message, past or future, that fits. */
  until(fits: (message: Json) => boolean, what: string, withinMs?: number): Promise<Json>;
  close(): void;
}

const NAME = "installer";

/** A person at a LAN browser: sets up the first admin if there is none, and signs in. */
export async function openLanClient(daemon: Pick<Daemon, "url" | "setupCode">): Promise<LanClient> {
  const send = (path: string, body: unknown, token?: string): Promise<Response> =>
    fetch(`${daemon.url}/api/v1${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify(body),
    });
  let token = await signIn(send, daemon);
  const messages: Json[] = [];
  const watchers = new Set<() => void>();
  let socket: WebSocket | null = null;

  const ask = (path: string, init: RequestInit): Promise<Response> =>
    fetch(`${daemon.url}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers },
    });
  const request = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const answer = await ask(path, init);
    if (answer.status !== 401) return answer;
    token = await signIn(send, daemon);
    return ask(path, init);
  };

  const until: LanClient["until"] = (fits, what, withinMs = 60_000) => {
    const { promise, resolve, reject } = Promise.withResolvers<Json>();
    const look = (): void => {
      const found = messages.find(fits);
      if (found) resolve(found);
    };
    const patience = setTimeout(
      () => reject(new Error(`no ${what} within ${withinMs} ms`)),
      withinMs,
    );
    watchers.add(look);
    look();
    return promise.finally(() => {
      clearTimeout(patience);
      watchers.delete(look);
    });
  };

  return {
    messages,
    fetch: request,
    async headers() {
      token = await signIn(send, daemon);
      return { authorization: `Bearer ${token}` };
    },
    async get(path) {
      const answer = await request(path);
      if (!answer.ok) throw new Error(`GET ${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    async listen(cameras) {
      const ticket = (await (await send("/ws/ticket", {}, token)).json()) as Json;
      const opened = new WebSocket(`${daemon.url.replace("http", "ws")}/api/v1/ws`);
      socket = opened;
      opened.on("open", () =>
        opened.send(JSON.stringify({ type: "hello", ticket: ticket.ticket, cameras })),
      );
      opened.on("error", () => opened.close());
      opened.on("message", (data) => {
        messages.push(JSON.parse(String(data)));
        for (const look of watchers) look();
      });
      await until((message) => message.type === "welcome", "welcome", 10_000);
    },
    until,
    close: () => socket?.terminate(),
  };
}

async function signIn(
  send: (path: string, body: unknown) => Promise<Response>,
  daemon: Pick<Daemon, "setupCode">,
): Promise<string> {
  const login = { username: NAME, password: INSTALLER_PASSWORD };
  const code = await daemon.setupCode().catch(() => null);
  if (code !== null) {
    const answer = await send("/setup", { setup_code: code, ...login });
    if (!answer.ok) throw new Error(`setup: ${answer.status} ${await answer.text()}`);
  }
  const answer = await send("/auth/login", login);
  if (!answer.ok) throw new Error(`login: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as Json).access_token;
}
