/** What the page knows of the box, as signals, and how a message of the feed changes it. */
import { batch, type Signal, signal } from "@preact/signals";
import type { Camera, FeedMessage, Status, User } from "../api/contract.ts";
import { type Chronicle, emptyChronicle, withMessage } from "./chronicle.ts";
import type { FeedState } from "./feed-client.ts";

export type ListState =
  | { type: "loading" }
  | { type: "ready" }
  | { type: "failed"; error: unknown };

export interface Knowledge {
  chronicle: Signal<Chronicle>;
  listState: Signal<ListState>;
  cameras: Signal<readonly Camera[] | null>;
  status: Signal<Status | null>;
  me: Signal<User | null>;
  feed: Signal<FeedState>;
  trueAt: Signal<number | null>;
  latest: Signal<FeedMessage | null>;
  told: Signal<FeedMessage | null>;
}

export function createKnowledge(): Knowledge {
  return {
    chronicle: signal(emptyChronicle),
    listState: signal<ListState>({ type: "loading" }),
    cameras: signal<readonly Camera[] | null>(null),
    status: signal<Status | null>(null),
    me: signal<User | null>(null),
    feed: signal<FeedState>({ type: "connecting" }),
    trueAt: signal<number | null>(null),
    latest: signal<FeedMessage | null>(null),
    told: signal<FeedMessage | null>(null),
  };
}

export function learn(known: Knowledge, message: FeedMessage): void {
  batch(() => {
    known.told.value = message;
    known.chronicle.value = withMessage(known.chronicle.value, message);
    if (message.type === "camera.state") learnCamera(known, message.camera);
    if (message.type === "camera.removed") unlearnCamera(known, message.camera.id);
    if (message.type === "queue.state" && known.status.value) {
      const status = known.status.value;
      known.status.value = { ...status, queue: { ...status.queue, ...message.queue } };
    }
    if (message.type === "event.started" || message.type === "event.analyzed") {
      known.latest.value = message;
    }
  });
}

/** Back to knowing nothing: the next one to sign in may be someone else. */
export function forget(known: Knowledge): void {
  batch(() => {
    known.chronicle.value = emptyChronicle;
    known.listState.value = { type: "loading" };
    known.cameras.value = null;
    known.status.value = null;
    known.me.value = null;
    known.feed.value = { type: "connecting" };
    known.trueAt.value = null;
    known.latest.value = null;
    known.told.value = null;
  });
}

function unlearnCamera(known: Knowledge, cameraId: string): void {
  known.cameras.value = known.cameras.value?.filter(({ id }) => id !== cameraId) ?? null;
}

function learnCamera(known: Knowledge, camera: Camera): void {
  const cameras = known.cameras.value ?? [];
  const isKnown = cameras.some((other) => other.id === camera.id);
  known.cameras.value = isKnown
    ? cameras.map((other) => (other.id === camera.id ? camera : other))
    : [...cameras, camera];
}
