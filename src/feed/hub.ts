/**
 * In: announcements. Out: numbered messages, in order, to everyone who listens. Each is turned into
 * text once for all. The last of them are kept, so that a listener who was away for a moment gets
 * what was missed; one who was away for longer is told to read the lists again.
 *
 * The first number of a run is higher than any of the runs before, so that a number from before a
 * restart lies outside what is kept and ends in `resync`.
 *
 * What is fleeting (`motion.level`) goes only to listeners that named its camera. It takes no number
 * and is not kept: who missed it has missed nothing.
 */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Announcement } from "../events/announcement.ts";

/** Kept messages never outgrow what one listener may have unsent. */
const BACKLOG_BYTES_MAX = 512 * 1024;

export interface Hub {
  /** Never throws: what cannot be told is logged, and the listeners read it from the API. */
  announce(announcement: Announcement): void;
  /**
   * Sends `welcome`, then what was missed since (or `resync`), then everything as it comes. Answers
   * how to leave. `deliver` must not throw.
   */
  join(listener: Listener): () => void;
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
  deliver(text: string): void;
}

type Fleeting = Extract<Announcement, { type: "motion.level" }>;
type Lasting = Exclude<Announcement, Fleeting>;

interface Message {
  seq: number;
  /** Null for what concerns no camera. */
  cameraId: string | null;
  text: string;
}

export function createHub(options: {
  clock: Pick<Clock, "now">;
  log: Log;
  /** Of this run; microseconds of wall time will do. */
  firstSeq: number;
  backlogLimit: number;
  /** The announcement as it goes over the wire, `type` and object; may throw. */
  represent(announcement: Announcement): object;
}): Hub {
  const { clock, log } = options;
  const listeners = new Set<Listener>();
  const backlog = createBacklog(options.backlogLimit);
  let newest = options.firstSeq - 1;

  const number = (seq: number, content: object): string =>
    JSON.stringify({ seq, sent_at: new Date(clock.now()).toISOString(), ...content });

  const tell = (announcement: Lasting): void => {
    const seq = newest + 1;
    const text = number(seq, options.represent(announcement));
    const message = { seq, cameraId: toCameraId(announcement), text };
    newest = seq;
    backlog.add(message);
    for (const listener of listeners) if (isFor(listener, message)) listener.deliver(text);
  };

  const show = (announcement: Fleeting): void => {
    const text = number(newest, options.represent(announcement));
    const { cameraId } = announcement.level;
    for (const { cameras, allowed, deliver } of listeners) {
      if (cameras?.has(cameraId) && isAmong(allowed, cameraId)) deliver(text);
    }
  };

  return {
    announce(announcement) {
      try {
        if (announcement.type === "motion.level") show(announcement);
        else tell(announcement);
      } catch (error) {
        log.error("an announcement could not be told", { type: announcement.type, error });
      }
    },
    join(listener) {
      listener.deliver(number(newest, { type: "welcome" }));
      const missed = backlog.after(listener.since ?? newest, newest);
      if (missed) {
        for (const message of missed) if (isFor(listener, message)) listener.deliver(message.text);
      } else {
        listener.deliver(number(newest, { type: "resync" }));
      }
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    isAskedFor: (cameraId) => [...listeners].some(({ cameras }) => cameras?.has(cameraId) === true),
    get listeners() {
      return listeners.size;
    },
  };
}

function createBacklog(limit: number) {
  const kept: Message[] = [];
  let bytes = 0;
  return {
    add(message: Message): void {
      kept.push(message);
      bytes += Buffer.byteLength(message.text);
      while (kept.length > limit || bytes > BACKLOG_BYTES_MAX) {
        bytes -= Buffer.byteLength(kept.shift()?.text ?? "");
      }
    },
    /** Null when not everything since then is kept, or when the number is not of this run. */
    after(since: number, newest: number): Message[] | null {
      const oldest = kept[0]?.seq ?? newest + 1;
      if (since < oldest - 1 || since > newest) return null;
      return kept.slice(since - oldest + 1);
    },
  };
}

function isFor({ cameras, allowed }: Listener, { cameraId }: Message): boolean {
  return cameraId === null || (isAmong(cameras, cameraId) && isAmong(allowed, cameraId));
}

function isAmong(cameras: ReadonlySet<string> | null, cameraId: string): boolean {
  return cameras === null || cameras.has(cameraId);
}

function toCameraId(announcement: Lasting): string | null {
  switch (announcement.type) {
    case "event.started":
    case "event.updated":
    case "event.ended":
    case "event.analyzed":
    case "event.deleted":
      return announcement.event.cameraId;
    case "camera.state":
      return announcement.camera.cameraId;
    case "queue.state":
      return null;
    default:
      return announcement satisfies never;
  }
}
