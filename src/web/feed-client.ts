/**
 * In: tickets. Out: the feed's messages, each once and in order, across every reconnect.
 * It connects, says hello, listens until the socket closes, waits, and starts over, until its signal
 * aborts. Nothing of the page is in here: any program with a WebSocket can use it.
 */

import type { FeedMessage } from "../api/contract.ts";
import type { Clock } from "./clock.ts";
import type { ReconnectPolicy } from "./reconnect.ts";

/** A server that takes the connection but stays silent this long after hello is given up. */
const WELCOME_PATIENCE_MS = 10_000;

export type FeedState =
  | { type: "connecting" }
  /** `resumed`: nothing was missed since the last connection, so what is shown is still true. */
  | { type: "live"; resumed: boolean }
  | { type: "waiting"; waitMs: number };

export interface FeedPorts {
  url: string;
  /** A fresh one-time ticket; a rejection counts as a failed try. */
  getTicket(options: { signal: AbortSignal }): Promise<string>;
  clock: Pick<Clock, "sleep">;
  policy: ReconnectPolicy;
  /** Only these; all when absent. Their motion is told of by the half second. */
  cameras?: readonly string[];
  onMessage(message: FeedMessage): void;
  onState(state: FeedState): void;
}

export interface FeedClient {
  /** Returns once the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Drops a connection that is suspected dead, or cuts a wait short. */
  retryNow(): void;
}

export function createFeedClient(ports: FeedPorts): FeedClient {
  let lastSeq: number | null = null;
  let interruption = new AbortController();

  const accept = (message: FeedMessage): void => {
    if (message.type === "welcome") {
      lastSeq ??= message.seq;
    } else if (message.type === "resync") {
      lastSeq = message.seq;
    } else if (message.type.startsWith("event.")) {
      if (lastSeq !== null && message.seq <= lastSeq) return;
      lastSeq = message.seq;
    }
    ports.onMessage(message);
  };

  const connect = async (signal: AbortSignal): Promise<void> => {
    const since = lastSeq;
    const ticket = await ports.getTicket({ signal });
    await listen({
      ...ports,
      signal,
      hello: {
        type: "hello",
        ticket,
        ...(since !== null && { since }),
        ...(ports.cameras && { cameras: ports.cameras }),
      },
      onMessage(message) {
        if (message.type === "welcome") {
          ports.policy.reset();
          ports.onState({ type: "live", resumed: since !== null });
        }
        accept(message);
      },
    });
  };

  return {
    async run(signal) {
      while (!signal.aborted) {
        interruption = new AbortController();
        const either = AbortSignal.any([signal, interruption.signal]);
        ports.onState({ type: "connecting" });
        // A failed try is the normal case here: the state says so, and the next try follows.
        await connect(either).catch(() => {});
        if (either.aborted) continue;

        const waitMs = ports.policy.nextMs();
        ports.onState({ type: "waiting", waitMs });
        await ports.clock.sleep(waitMs, { signal: either }).catch(() => {});
      }
    },
    retryNow() {
      interruption.abort();
    },
  };
}

/** One connection, from hello to close. Resolves when it is over, whatever ended it. */
async function listen(options: {
  url: string;
  hello: object;
  signal: AbortSignal;
  clock: Pick<Clock, "sleep">;
  onMessage(message: FeedMessage): void;
}): Promise<void> {
  if (options.signal.aborted) return;
  const socket = new WebSocket(options.url);
  const { promise: closed, resolve: over } = Promise.withResolvers<void>();
  const welcomed = new AbortController();
  const leave = () => {
    socket.close(1000);
    // A dead network can hold back the close event for a minute; the page need not wait for it.
    over();
  };

  socket.addEventListener("open", () => socket.send(JSON.stringify(options.hello)));
  socket.addEventListener("close", () => over());
  socket.addEventListener("message", (incoming: MessageEvent) => {
    const message = toFeedMessage(incoming.data);
    if (!message || options.signal.aborted) return;
    if (message.type === "welcome") welcomed.abort();
    options.onMessage(message);
  });
  options.signal.addEventListener("abort", leave, { once: true });
  const patience = AbortSignal.any([options.signal, welcomed.signal]);
  const watchdog = options.clock
    .sleep(WELCOME_PATIENCE_MS, { signal: patience })
    .then(leave, () => {});

  await closed;
  welcomed.abort();
  await watchdog;
  options.signal.removeEventListener("abort", leave);
}

/**
 * The server validates what it sends against its own schemas; here it is enough to know that this is
 * a message at all. Kinds that this page does not know yet are passed over.
 */
function toFeedMessage(data: unknown): FeedMessage | null {
  if (typeof data !== "string") return null;
  try {
    const parsed: unknown = JSON.parse(data);
    const isMessage =
      typeof parsed === "object" && parsed !== null && "type" in parsed && "seq" in parsed;
    return isMessage ? (parsed as FeedMessage) : null;
  } catch {
    return null;
  }
}
