/**
 * In: changes of events, and what is announced beside them. Out: numbered messages, in order, to
 * everyone who listens. Each is turned into bytes once for all.
 *
 * Changes are told from the outbox, which the store writes with the change itself. Hence their
 * numbers outlive a restart, also a crash: a listener who comes back gets every change after the
 * last number it saw, or `resync` when the outbox does not reach back so far or the number is not
 * of this box.
 *
 * States (`camera.state` or `camera.removed`, `queue.state`) take no number: only the newest of each
 * matters, and who comes back is told it. What is fleeting (`motion.level`) goes only to listeners that named its
 * camera, and is not kept: who missed it has missed nothing.
 */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Announcement } from "../events/announcement.ts";

/** So few that a page never fills what a listener may have unsent, nor keeps others waiting. */
const PAGE_CHANGES = 100;

export interface Hub {
  /** Tells what the outbox has that was not told yet. Never throws. */
  tellChanges(): void;
  /** Never throws: what cannot be told is logged, and the listeners read it from the API. */
  announce(announcement: Unnumbered): void;
  /**
   * Sends `welcome`, then what was missed since (or `resync`), then everything as it comes, until
   * the signal aborts. Resolves once the listener has caught up.
   */
  join(listener: Listener, options: { signal: AbortSignal }): Promise<void>;
  /** Whether anyone who listens named this camera. */
  isAskedFor(cameraId: string): boolean;
  readonly listeners: number;
}

export interface Listener {
  /** The last number seen; null for a first visit. */
  since: number | null;
  /** That it asked for; null for all. */
  cameras: ReadonlySet<string> | null;
  /** That it may hear of; null for all. */
  allowed: ReadonlySet<string> | null;
  /** Must not throw. */
  deliver(message: Uint8Array): void;
  /** Resolves when what was delivered has left, or never will. */
  drained(): Promise<void>;
}

/** The changes there were, oldest first. */
export interface Outbox {
  newest(): number;
  /** Whether every change after this number is still kept. */
  isKeptSince(seq: number): boolean;
  after(seq: number, limit: number): NumberedChange[];
}

export interface NumberedChange {
  seq: number;
  cameraId: string;
  /** Null when there is nothing left to tell: the event was deleted, as a later change says. */
  announcement: Numbered | null;
}

export type Numbered = Extract<Announcement, { event: unknown }>;
export type Unnumbered = Exclude<Announcement, Numbered>;

interface Message {
  /** Null for what concerns no camera. */
  cameraId: string | null;
  bytes: Uint8Array;
}

export function createHub(options: {
  clock: Pick<Clock, "now">;
  log: Log;
  outbox: Outbox;
  /** The announcement as it goes over the wire, `type` and object; may throw. */
  represent(announcement: Announcement): object;
}): Hub {
  const { log, outbox } = options;
  const listeners = new Set<Listener>();
  const states = new Map<string, { cameraId: string | null; content: object }>();
  let newest = outbox.newest();

  const number = (seq: number, content: object): Uint8Array => {
    const sentAt = new Date(options.clock.now()).toISOString();
    return Buffer.from(JSON.stringify({ seq, sent_at: sentAt, ...content }));
  };
  const toMessage = ({ seq, cameraId, announcement }: NumberedChange): Message[] => {
    if (!announcement) return [];
    try {
      return [{ cameraId, bytes: number(seq, options.represent(announcement)) }];
    } catch (error) {
      log.error("a change could not be told", { type: announcement.type, error });
      return [];
    }
  };
  const tellAll = (message: Message): void => {
    for (const listener of listeners) deliver(message, listener);
  };
  const tellChanges = (): void => {
    for (let isMore = true; isMore; ) {
      const changes = outbox.after(newest, PAGE_CHANGES);
      newest = changes.at(-1)?.seq ?? newest;
      isMore = changes.length === PAGE_CHANGES;
      // With nobody there, what they say is made when someone comes back and asks for it.
      if (listeners.size > 0) for (const message of changes.flatMap(toMessage)) tellAll(message);
    }
  };
  const announce = (announcement: Unnumbered): void => {
    const cameraId = toCameraId(announcement);
    const content = options.represent(announcement);
    const message = { cameraId, bytes: number(newest, content) };
    if (announcement.type === "motion.level") {
      for (const listener of listeners) if (listener.cameras) deliver(message, listener);
      return;
    }
    // Of a camera its state, or that it is gone.
    states.set(cameraId ?? announcement.type, { cameraId, content });
    tellAll(message);
  };

  const isBehind = (seen: number): boolean => seen !== newest && outbox.isKeptSince(seen);
  /** Answers the last number told. */
  const tellPage = (listener: Listener, since: number): number => {
    const changes = outbox.after(since, PAGE_CHANGES).filter(({ seq }) => seq <= newest);
    for (const message of changes.flatMap(toMessage)) deliver(message, listener);
    return changes.at(-1)?.seq ?? newest;
  };
  const admit = (listener: Listener, seen: number): void => {
    if (seen !== newest) listener.deliver(number(newest, { type: "resync" }));
    for (const { cameraId, content } of listener.since === null ? [] : states.values()) {
      deliver({ cameraId, bytes: number(newest, content) }, listener);
    }
    listeners.add(listener);
  };
  const attempt = (type: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      log.error("an announcement could not be told", { type, error });
    }
  };

  return {
    tellChanges: () => attempt("changes", tellChanges),
    announce: (announcement) => attempt(announcement.type, () => announce(announcement)),
    async join(listener, { signal }) {
      attempt("changes", tellChanges);
      listener.deliver(number(newest, { type: "welcome" }));
      let seen = listener.since ?? newest;
      while (isBehind(seen) && !signal.aborted) {
        seen = tellPage(listener, seen);
        if (seen !== newest) await listener.drained();
      }
      if (signal.aborted) return;
      // Nothing is awaited from here on: no change comes between what was missed and what follows.
      admit(listener, seen);
      signal.addEventListener("abort", () => listeners.delete(listener), { once: true });
    },
    isAskedFor: (cameraId) => [...listeners].some(({ cameras }) => cameras?.has(cameraId) === true),
    get listeners() {
      return listeners.size;
    },
  };
}

function deliver({ cameraId, bytes }: Message, listener: Listener): void {
  const { cameras, allowed } = listener;
  const isFor = cameraId === null || (isAmong(cameras, cameraId) && isAmong(allowed, cameraId));
  if (isFor) listener.deliver(bytes);
}

function isAmong(cameras: ReadonlySet<string> | null, cameraId: string): boolean {
  return cameras === null || cameras.has(cameraId);
}

function toCameraId(announcement: Unnumbered): string | null {
  switch (announcement.type) {
    case "camera.state":
      return announcement.camera.cameraId;
    case "camera.removed":
      return announcement.cameraId;
    case "motion.level":
      return announcement.level.cameraId;
    case "queue.state":
      return null;
    default:
      return announcement satisfies never;
  }
}
