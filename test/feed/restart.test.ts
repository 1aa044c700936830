/** The hub on a real database, closed and opened again as after a restart or a crash. */
import { join } from "node:path";

import fc from "fast-check";
import { expect, test } from "vitest";

import { createLog } from "../../src/base/log.ts";
import { createHub, type Hub } from "../../src/feed/hub.ts";
import { createChangeStore } from "../../src/store/changes.ts";
import { openDatabase } from "../../src/store/database.ts";
import { createEventStore, type EventStore } from "../../src/store/events.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { createMotionEvent } from "../support/sample-events.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const clock = createManualClock();
const log = createLog({ level: "silent" });

interface Box extends AsyncDisposable {
  events: EventStore;
  hub: Hub;
}

async function openBox(folder: string): Promise<Box> {
  const db = await openDatabase({ path: join(folder, "edge.db"), log });
  const changes = createChangeStore(db);
  const hub = createHub({
    ...{ clock, log },
    outbox: {
      ...changes,
      after: (seq, limit) =>
        changes.after(seq, limit).map(({ type, eventId, cameraId, event, ...change }) => ({
          ...{ ...change, cameraId },
          announcement:
            type === "event.deleted"
              ? { type, event: { id: eventId, cameraId } }
              : event && { type, event },
        })),
    },
    represent: (announcement) =>
      "event" in announcement
        ? { type: announcement.type, id: announcement.event.id }
        : { type: announcement.type },
  });
  return {
    events: createEventStore(db),
    hub,
    [Symbol.asyncDispose]: () => db[Symbol.asyncDispose](),
  };
}

/** Someone who remembers the last number, whatever becomes of the connection. */
class Visitor {
  since: number | null = null;
  told: string[] = [];
  #gone = new AbortController();

  async visit(hub: Hub): Promise<void> {
    this.leave();
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    const deliver = (bytes: Uint8Array) => {
      if (!signal.aborted) this.#hear(JSON.parse(String(bytes)));
    };
    const listener = {
      since: this.since,
      cameras: null,
      allowed: null,
      deliver,
      drained: async () => {},
    };
    await hub.join(listener, { signal });
  }

  leave(): void {
    this.#gone.abort();
  }

  #hear({ type, seq, id }: { type: string; seq: number; id?: string }): void {
    if (type !== "welcome") this.told.push(id === undefined ? type : `${type} ${id}`);
    if (type !== "welcome" || this.since === null) this.since = seq;
  }
}

test("a restart loses nothing: who comes back is told each change since, in order and once", async () => {
  await using folder = await openTempFolder();
  const visitor = new Visitor();
  const event = createMotionEvent();
  {
    await using box = await openBox(folder.path);
    await visitor.visit(box.hub);
    box.events.insert(event, null);
    box.hub.tellChanges();
    visitor.leave();
    // Written and never told: the process dies in between.
    box.events.update({ ...event, endedAt: event.startedAt + 1000 });
  }
  await using box = await openBox(folder.path);
  const other = createMotionEvent();
  box.events.insert(other, null);
  await visitor.visit(box.hub);
  box.events.remove(event.id);
  box.hub.tellChanges();
  expect(visitor.told).toEqual([
    `event.started ${event.id}`,
    `event.ended ${event.id}`,
    `event.started ${other.id}`,
    `event.deleted ${event.id}`,
  ]);
});

test("the number of another box, of the future or from too long ago ends in resync", async () => {
  await using folder = await openTempFolder();
  await using otherFolder = await openTempFolder();
  await using box = await openBox(folder.path);
  await using otherBox = await openBox(otherFolder.path);
  const visitor = new Visitor();
  await visitor.visit(box.hub);
  box.events.insert(createMotionEvent(), null);
  box.hub.tellChanges();
  const { since } = visitor;
  for (const [hub, number] of [
    [otherBox.hub, since],
    [box.hub, (since ?? 0) + 1],
    [box.hub, 0],
  ] as const) {
    const guest = new Visitor();
    guest.since = number;
    await guest.visit(hub);
    expect(guest.told).toEqual(["resync"]);
    guest.leave();
  }
});

test("only the newest ten thousand changes are kept", async () => {
  await using folder = await openTempFolder();
  await using db = await openDatabase({ path: join(folder.path, "edge.db"), log });
  const events = createEventStore(db);
  const changes = createChangeStore(db);
  const first = changes.newest();
  db.transaction(() => {
    const event = createMotionEvent();
    events.insert(event, null);
    for (let count = 0; count < 10_001; count += 1) events.update(event);
  });
  expect(changes.newest()).toBe(first + 10_002);
  expect(changes.isKeptSince(first + 2)).toBe(true);
  expect(changes.isKeptSince(first + 1)).toBe(false);
  expect(changes.after(0, 1)[0]?.seq).toBe(first + 3);
});

/** A box that is restarted, what happened in it, and three who come and go. */
class Story {
  readonly happened: string[] = [];
  readonly visitors = [new Visitor(), new Visitor(), new Visitor()];
  #box: Box | null = null;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async box(): Promise<Box> {
    this.#box ??= await openBox(this.#folder);
    return this.#box;
  }

  async change(): Promise<void> {
    const event = createMotionEvent();
    (await this.box()).events.insert(event, null);
    this.happened.push(`event.started ${event.id}`);
  }

  async stop(): Promise<void> {
    for (const visitor of this.visitors) visitor.leave();
    await this.#box?.[Symbol.asyncDispose]();
    this.#box = null;
  }

  async gather(): Promise<void> {
    for (const visitor of this.visitors) await visitor.visit((await this.box()).hub);
  }
}

const steps = fc.oneof(
  { weight: 4, arbitrary: fc.constant((story: Story) => story.change()) },
  fc.constant(async (story: Story) => (await story.box()).hub.tellChanges()),
  fc.nat(2).map((who) => async (story: Story) => {
    await story.visitors[who]?.visit((await story.box()).hub);
  }),
  fc.nat(2).map((who) => async (story: Story) => story.visitors[who]?.leave()),
  fc.constant((story: Story) => story.stop()),
);

test("whatever comes and goes, everyone hears every change exactly once and in order", async () => {
  const play = async (played: ((story: Story) => Promise<void>)[]): Promise<void> => {
    await using folder = await openTempFolder();
    const story = new Story(folder.path);
    // All are there from the start, so that all must hear everything.
    await story.gather();
    for (const step of played) await step(story);
    await story.stop();
    await story.gather();
    await story.stop();
    for (const { told } of story.visitors) expect(told).toEqual(story.happened);
  };
  await fc.assert(fc.asyncProperty(fc.array(steps, { maxLength: 40 }), play), {
    numRuns: 12,
    seed: 5,
  });
}, 30_000);
