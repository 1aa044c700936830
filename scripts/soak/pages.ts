/** People with the page open: each listens to the feed, comes back when it is cut, and asks now and then. */
import { setTimeout as pause } from "node:timers/promises";

import WebSocket from "ws";

import type { Json, LanClient } from "../../test/support/lan-client.ts";

export interface PageFigures {
  /** Messages of the feed. */
  messages: number;
  connections: number;
  /** Events that were told a second time under the same number, or too late. */
  outOfOrder: number;
  requests: number;
  /** Answered with anything but success, or not at all. */
  badAnswers: number;
}

export interface Pages {
  readonly figures: PageFigures;
  /** Ids of events, each with the number of pages that were told of it. */
  readonly told: ReadonlyMap<string, number>;
  /** Resolves when all are connected; they go on until the signal aborts. */
  open(count: number, options: { random: () => number; signal: AbortSignal }): Promise<void>;
  /** Resolves after the signal aborted, when none is left. */
  readonly ended: Promise<void>;
}

const ASKED = [
  "/status",
  "/events?limit=20",
  "/queue",
  "/cameras",
  "/sync",
  "newest picture",
] as const;
const ASKS_EVERY_MS = [4_000, 12_000] as const;
const COMES_BACK_AFTER_MS = 500;
/** Access tokens last ten minutes. */
const SIGNS_IN_EVERY_MS = 5 * 60_000;

export function createPages(url: string, client: LanClient): Pages {
  const figures = { messages: 0, connections: 0, outOfOrder: 0, requests: 0, badAnswers: 0 };
  const told = new Map<string, number>();
  const ended = Promise.withResolvers<void>();
  let headers: Record<string, string> = {};

  const signIn = async (): Promise<void> => {
    headers = await client.headers();
  };
  const ask = async (path: string, method = "GET"): Promise<Response | null> => {
    figures.requests += 1;
    const answer = await fetch(`${url}/api/v1${path}`, { method, headers }).catch(() => null);
    if (!answer?.ok) figures.badAnswers += 1;
    return answer;
  };
  const live = async (random: () => number, signal: AbortSignal, onWelcome: () => void) => {
    const page: Page = { seq: null, eventSeq: 0, ids: new Set() };
    const asking = repeat(signal, ASKS_EVERY_MS, random, () => askSomething(ask, random));
    while (!signal.aborted) {
      const ticket: Json = await (await ask("/ws/ticket", "POST"))?.json();
      figures.connections += 1;
      await listen({ url, ticket: ticket?.ticket, since: page.seq, signal }, (message) => {
        figures.messages += 1;
        if (message.type === "welcome") onWelcome();
        else note(page, message, { figures, told });
      });
      await sleep(COMES_BACK_AFTER_MS, signal);
    }
    await asking;
  };

  return {
    figures,
    told,
    ended: ended.promise,
    async open(count, { random, signal }) {
      await signIn();
      const renewing = repeat(signal, [SIGNS_IN_EVERY_MS, SIGNS_IN_EVERY_MS], random, signIn);
      const welcomes = Array.from({ length: count }, () => Promise.withResolvers<void>());
      const lives = welcomes.map(({ resolve }) => live(random, signal, resolve));
      Promise.all([renewing, ...lives]).then(() => ended.resolve(), ended.reject);
      await Promise.all(welcomes.map(({ promise }) => promise));
    },
  };
}

type Ask = (path: string) => Promise<Response | null>;

/** What someone looks at, whole. */
async function askSomething(ask: Ask, random: () => number): Promise<void> {
  const what = ASKED[Math.floor(random() * ASKED.length)] ?? "/status";
  if (what !== "newest picture") {
    await (await ask(what))?.arrayBuffer();
    return;
  }
  const list: Json = await (await ask("/events?limit=20"))?.json();
  const withPicture = list?.items.find(({ snapshot_url }: Json) => snapshot_url !== null);
  if (withPicture) await (await ask(`/events/${withPicture.id}/snapshot.jpg`))?.arrayBuffer();
}

/** Until the socket closes. */
async function listen(
  feed: { url: string; ticket: string; since: number | null; signal: AbortSignal },
  onMessage: (message: Json) => void,
): Promise<void> {
  const { url, ticket, since, signal } = feed;
  const socket = new WebSocket(`${url.replace("http", "ws")}/api/v1/ws`);
  const close = (): void => socket.terminate();
  signal.addEventListener("abort", close);
  socket.on("error", close);
  socket.on("open", () => {
    const from = since === null ? {} : { since };
    socket.send(JSON.stringify({ type: "hello", ticket, ...from }));
  });
  socket.on("message", (data) => onMessage(JSON.parse(String(data))));
  const closed = new Promise((resolve) => socket.on("close", resolve));
  if (signal.aborted) close();
  await closed;
  signal.removeEventListener("abort", close);
}

interface Page {
  /** Of the last message heard. */
  seq: number | null;
  /** Of the last event; what else is told repeats the newest number. */
  eventSeq: number;
  ids: Set<string>;
}

function note(
  page: Page,
  message: Json,
  { figures, told }: { figures: PageFigures; told: Map<string, number> },
): void {
  const { type, seq, event } = message;
  if (type.startsWith("event.")) {
    if (seq <= page.eventSeq) figures.outOfOrder += 1;
    page.eventSeq = seq;
    if (!page.ids.has(event.id)) told.set(event.id, (told.get(event.id) ?? 0) + 1);
    page.ids.add(event.id);
  }
  page.seq = Math.max(page.seq ?? 0, seq);
}

async function repeat(
  signal: AbortSignal,
  [least, most]: readonly [number, number],
  random: () => number,
  act: () => Promise<void>,
): Promise<void> {
  for (;;) {
    await sleep(least + random() * (most - least), signal);
    if (signal.aborted) return;
    await act();
  }
}

/** Shorter when the signal aborts. */
async function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  await pause(durationMs, undefined, { signal }).catch(() => undefined);
}
