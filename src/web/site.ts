/**
 * What the page knows of the box: events, cameras, desk, state. The lists are read once; after that
 * the feed tells what changed, and the state is asked for every few seconds. When the feed says that
 * it cannot tell what was missed, the lists are read again.
 */
import type { ReadonlySignal } from "@preact/signals";
import type {
  Camera,
  CameraPage,
  EventPage,
  FeedMessage,
  MotionEvent,
  Status,
  Ticket,
  User,
} from "../api/contract.ts";
import {
  CHRONICLE_EVENTS_MAX,
  type Chronicle,
  withNewestPage,
  withOlderPage,
} from "./chronicle.ts";
import type { Clock } from "./clock.ts";
import { createEventDeeds, type EventDeeds } from "./event-deeds.ts";
import { createFeedClient, type FeedClient, type FeedState } from "./feed-client.ts";
import { API, RequestError } from "./http.ts";
import { createKnowledge, forget, type Knowledge, type ListState, learn } from "./knowledge.ts";
import type { ReconnectPolicy } from "./reconnect.ts";

const PAGE_EVENTS = 50;
const STATUS_EVERY_MS = 5000;

export interface Site extends EventDeeds {
  readonly chronicle: ReadonlySignal<Chronicle>;
  readonly listState: ReadonlySignal<ListState>;
  /** Null until they are known. */
  readonly cameras: ReadonlySignal<readonly Camera[] | null>;
  readonly status: ReadonlySignal<Status | null>;
  /** Who is signed in; null until it is known. */
  readonly me: ReadonlySignal<User | null>;
  readonly feed: ReadonlySignal<FeedState>;
  /** When, on the monotonic clock, what is shown was last known to be true; null before the first time. */
  readonly trueAt: ReadonlySignal<number | null>;
  /** The newest message about an event, for whoever reads the page aloud. */
  readonly latest: ReadonlySignal<FeedMessage | null>;
  /** The newest message of any kind, for whoever keeps a list of their own; each is told once. */
  readonly told: ReadonlySignal<FeedMessage | null>;
  /** Follows the box until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Tries again at once, without waiting for the next turn. */
  retryNow(): void;
  /** Back to knowing nothing: the next one to sign in may be someone else. */
  forget(): void;
  reload(): Promise<void>;
  loadOlder(): Promise<void>;
  /** From what is loaded, else from the box. Throws a RequestError. */
  findEvent(id: string): Promise<MotionEvent>;
}

export interface SitePorts {
  ask(path: string, init?: RequestInit): Promise<Response>;
  clock: Clock;
  policy: ReconnectPolicy;
  /** Of the page itself: http or https, and the host. */
  origin: string;
}

export function createSite(ports: SitePorts): Site {
  const known = createKnowledge();
  const askJson = async <T>(path: string, init?: RequestInit): Promise<T> =>
    (await (await ports.ask(path, init)).json()) as T;
  const reload = async (): Promise<void> => {
    try {
      const [page, cameras, me] = await Promise.all([
        askJson<EventPage>(`/events?limit=${PAGE_EVENTS}`),
        askJson<CameraPage>("/cameras"),
        askJson<User>("/auth/me"),
      ]);
      known.chronicle.value = withNewestPage(page);
      known.cameras.value = cameras.items;
      known.me.value = me;
      known.listState.value = { type: "ready" };
    } catch (error) {
      known.listState.value = { type: "failed", error };
    }
  };
  const feed = createFeedClient({
    url: `${ports.origin.replace(/^http/, "ws")}${API}/ws`,
    getTicket: async (options) =>
      (await askJson<Ticket>("/ws/ticket", { method: "POST", ...options })).ticket,
    clock: ports.clock,
    policy: ports.policy,
    onMessage(message) {
      if (known.feed.value.type === "live") known.trueAt.value = ports.clock.monotonic();
      learn(known, message);
      const isTooLong = known.chronicle.value.events.length > CHRONICLE_EVENTS_MAX;
      // Owned by `reload` itself, which turns every failure into a state of the list.
      if (message.type === "resync" || isTooLong) void reload();
    },
    onState(state) {
      known.feed.value = state;
      if (state.type !== "live") return;
      known.trueAt.value = ports.clock.monotonic();
      if (!state.resumed) void reload();
    },
  });

  return {
    ...known,
    reload,
    retryNow: feed.retryNow,
    forget: () => forget(known),
    async run(signal) {
      await Promise.all([
        reload(),
        feed.run(signal),
        followStatus({ ...ports, askJson, known, feed, signal }),
      ]);
    },
    async loadOlder() {
      const { nextCursor } = known.chronicle.value;
      if (nextCursor === null) return;
      const cursor = encodeURIComponent(nextCursor);
      const page = await askJson<EventPage>(`/events?limit=${PAGE_EVENTS}&cursor=${cursor}`);
      known.chronicle.value = withOlderPage(known.chronicle.value, page);
    },
    async findEvent(id) {
      const loaded = known.chronicle.value.events.find((event) => event.id === id);
      return loaded ?? (await askJson<MotionEvent>(`/events/${encodeURIComponent(id)}`));
    },
    ...createEventDeeds({ ask: ports.ask, learn: (message) => learn(known, message) }),
  };
}

/**
 * Frame rates, the desk and the problems are asked for. An answer also proves that the open socket
 * is not a dead one: silence here while the feed seems live means that the network went away.
 */
async function followStatus(options: {
  askJson: (path: string, init?: RequestInit) => Promise<unknown>;
  clock: Clock;
  known: Knowledge;
  feed: FeedClient;
  signal: AbortSignal;
}): Promise<void> {
  const { known, clock, signal } = options;
  while (!signal.aborted) {
    try {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(2 * STATUS_EVERY_MS)]);
      const status = (await options.askJson("/status", { signal: patience })) as Status;
      known.status.value = status;
      known.cameras.value = status.cameras;
      if (known.feed.value.type === "live") known.trueAt.value = clock.monotonic();
    } catch (error) {
      if (known.feed.value.type === "live" && isSilence(error)) options.feed.retryNow();
    }
    await clock.sleep(STATUS_EVERY_MS, { signal }).catch(() => {});
  }
}

/** A refusal is an answer; a deadline that passed is not. */
function isSilence(error: unknown): boolean {
  return !(error instanceof RequestError) || error.failure.type === "unreachable";
}
