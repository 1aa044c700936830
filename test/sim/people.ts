/** The people at the box, who call its API and look at its feed, and expect to be told the truth. */
import { FEED_PATH } from "../../src/feed/socket.ts";
import type { FarEnd, WebSocket } from "./doors/sockets.ts";
import type { World } from "./world.ts";

export const LOGIN = { username: "installer", password: "correct horse battery" };

export interface Person {
  /** Null when nobody answers; that may be so though it was heard. */
  ask(method: string, path: string, body?: object): Promise<Answer | null>;
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a client in another language has no types either.
  json: any;
}

/** With a token of the API, or with none for whoever signs in. */
export function createPerson(world: World, token: string | null): Person {
  return {
    async ask(method, path, body) {
      const { life, box } = world;
      if (!box || !life || life.isDoomed) return null;
      const headers = {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body && { "content-type": "application/json" }),
      };
      const given = { method, headers, ...(body && { body: JSON.stringify(body) }) };
      const response = await box.app.fetch(new Request(`http://box/api/v1${path}`, given));
      const text = await response.text();
      // What a process said with its end decided was never heard.
      if (world.life !== life || life.isDoomed) return null;
      return { status: response.status, json: text === "" ? null : parse(text) };
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export interface FeedWatcher {
  readonly isListening: boolean;
  /** Every numbered message since it was first welcomed or told to read anew. */
  readonly seen: ReadonlyMap<number, FeedMessage>;
  /** The number before the first of them; null before the welcome. */
  readonly since: number | null;
  /** What the feed did that it must not. */
  readonly wrongs: readonly string[];
  /** Comes back, if it is away. */
  come(): Promise<void>;
  leave(): void;
  /** The box is gone. */
  lose(): void;
}

export interface FeedMessage {
  seq: number;
  type: string;
  event?: { id: string; analysis_status: string };
}

/** It keeps the last number that it saw, and never signs out. */
export function createFeedWatcher(world: World): FeedWatcher {
  const seen = new Map<number, FeedMessage>();
  const wrongs: string[] = [];
  let last: number | null = null;
  let since: number | null = null;
  let socket: WebSocket | null = null;
  let isComing = false;
  let isListening = false;

  const takeWelcome = ({ type, seq }: FeedMessage): void => {
    isListening = true;
    if (last !== null && type === "welcome") return;
    last = seq;
    since = seq;
    seen.clear();
  };
  const takeChange = (message: FeedMessage): void => {
    const { seq } = message;
    if (last !== null && seq <= last) wrongs.push(`the feed tells ${seq} after ${last}`);
    last = seq;
    seen.set(seq, message);
  };
  const take = (message: FeedMessage): void => {
    if (message.type.startsWith("event.")) takeChange(message);
    else if (message.type === "welcome" || message.type === "resync") takeWelcome(message);
  };
  const lose = (): void => {
    socket = null;
    isListening = false;
  };
  const connect = async (): Promise<void> => {
    const stranger = createPerson(world, null);
    const login = await stranger.ask("POST", "/auth/login", LOGIN);
    const person = createPerson(world, login?.json?.access_token ?? null);
    const ticket = await person.ask("POST", "/ws/ticket", {});
    if (ticket?.status !== 200) return;
    const far: FarEnd = {
      opened(opened) {
        socket = opened;
        const hello = { type: "hello", ticket: ticket.json.ticket };
        opened.say(JSON.stringify(last === null ? hello : { ...hello, since: last }));
      },
      receive: (text) => take(JSON.parse(text)),
      closed: lose,
    };
    world.box?.connect({ url: FEED_PATH, headers: { host: "box" } }, far);
  };

  return {
    seen,
    wrongs,
    get isListening() {
      return isListening;
    },
    get since() {
      return since;
    },
    async come() {
      if (socket || isComing) return;
      isComing = true;
      try {
        await connect();
      } finally {
        isComing = false;
      }
    },
    leave() {
      socket?.terminate();
    },
    lose,
  };
}
