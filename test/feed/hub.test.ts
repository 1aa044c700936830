import { expect, test } from "vitest";

import { feedMessage } from "../../src/api/contract.ts";
import { toFeedNews } from "../../src/api/representation.ts";
import { createLog } from "../../src/base/log.ts";
import type { Announcement } from "../../src/events/announcement.ts";
import { createHub } from "../../src/feed/hub.ts";
import { createTickets } from "../../src/feed/ticket.ts";
import { createEvent, dockDoor } from "../support/front-door.ts";
import type { Json } from "../support/lan-client.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { createCounts } from "../support/queue-counts.ts";
import { createScriptedOutbox } from "../support/scripted-outbox.ts";

const clock = createManualClock();
const log = createLog({ level: "silent" });

function openHub(options: { firstSeq?: number; limit?: number } = {}) {
  const { outbox, add } = createScriptedOutbox(options);
  const hub = createHub({
    clock,
    log,
    outbox,
    represent: (announcement) => toFeedNews(announcement, (id) => `Camera ${id}`),
  });
  const tell = (announcement: Announcement): void => {
    if (!("event" in announcement)) hub.announce(announcement);
    else {
      add(announcement);
      hub.tellChanges();
    }
  };
  const listen = (
    since: number | null = null,
    cameras: ReadonlySet<string> | null = null,
    allowed: ReadonlySet<string> | null = null,
  ) => {
    const heard: Json[] = [];
    const gone = new AbortController();
    const deliver = (bytes: Uint8Array) => {
      heard.push(feedMessage.parse(JSON.parse(String(bytes))));
    };
    const listener = { since, cameras, allowed, deliver, drained: async () => {} };
    const joined = hub.join(listener, { signal: gone.signal });
    const leave = () => gone.abort();
    return { heard, joined, leave, told: () => heard.map(({ type, seq }) => `${type} ${seq}`) };
  };
  return { hub, tell, listen };
}

function started(cameraId = "dock-door"): Announcement {
  return {
    type: "event.started",
    event: { ...createEvent({ cameraId }), seen: false, important: false, ai: null },
  };
}

test("a listener is welcomed, then hears everything in order, as over HTTP", () => {
  const { hub, tell, listen } = openHub();
  const { heard, told, leave } = listen();
  tell(started());
  tell({ type: "camera.state", camera: dockDoor });
  tell({ type: "event.deleted", event: { id: "1", cameraId: "dock-door" } });
  tell({
    type: "queue.state",
    queue: createCounts({ waiting: 2, running: 1 }),
  });

  expect(told()).toEqual([
    "welcome 999",
    "event.started 1000",
    "camera.state 1000",
    "event.deleted 1001",
    "queue.state 1001",
  ]);
  expect(heard[0].sent_at).toBe("2026-01-01T00:00:00.000Z");
  expect(heard[1].event).toMatchObject({
    camera_id: "dock-door",
    seen: false,
    important: false,
    ai: null,
  });
  expect(heard[2].camera).toMatchObject({ id: "dock-door", name: "Camera dock-door" });

  leave();
  tell(started());
  expect(heard).toHaveLength(5);
  expect(hub.listeners).toBe(0);
});

test("whoever comes back misses nothing and sees nothing twice", () => {
  const { tell, listen } = openHub();
  for (let count = 0; count < 4; count += 1) tell(started());
  const { told } = listen(1001);
  tell(started());
  expect(told()).toEqual([
    "welcome 1003",
    "event.started 1002",
    "event.started 1003",
    "event.started 1004",
  ]);
  expect(listen(1004).told()).toEqual(["welcome 1004"]);
});

test("whoever was away too long, or comes from another box, is told to read again", () => {
  const { tell, listen } = openHub();
  for (let count = 0; count < 7; count += 1) tell(started());
  expect(listen(1001).told()).toHaveLength(6);
  expect(listen(1000).told()).toEqual(["welcome 1006", "resync 1006"]);
  expect(listen(9999).told()).toEqual(["welcome 1006", "resync 1006"]);
});

test("whoever missed much is told page by page, and what happens meanwhile in its turn", async () => {
  const { hub, tell, listen } = openHub({ limit: 1000 });
  for (let count = 0; count < 250; count += 1) tell(started());
  const { told, joined } = listen(999);
  expect(told()).toHaveLength(101);
  tell(started());
  await joined;
  tell(started());
  const numbers = Array.from({ length: 252 }, (_, index) => `event.started ${1000 + index}`);
  expect(told()).toEqual(["welcome 1249", ...numbers]);
  expect(hub.listeners).toBe(1);
});

test("whoever comes back is told the newest of each state, which takes no number", () => {
  const { tell, listen } = openHub();
  tell({ type: "camera.state", camera: dockDoor });
  for (const waiting of [1, 2]) tell({ type: "queue.state", queue: createCounts({ waiting }) });
  tell(started());
  const { told, heard } = listen(999);
  expect(told()).toEqual([
    "welcome 1000",
    "event.started 1000",
    "camera.state 1000",
    "queue.state 1000",
  ]);
  expect(heard[3].queue.waiting).toBe(2);
  expect(listen().told()).toEqual(["welcome 1000"]);
});

test("of a camera that is gone whoever comes back hears that, and not its last state", () => {
  const { tell, listen } = openHub();
  const { told } = listen();
  tell({ type: "camera.state", camera: dockDoor });
  tell({ type: "camera.removed", cameraId: "dock-door" });
  expect(told()).toEqual(["welcome 999", "camera.state 999", "camera.removed 999"]);
  expect(listen(999).told()).toEqual(["welcome 999", "camera.removed 999"]);
});

test("who asked for some cameras hears of those alone, also what was missed", () => {
  const { tell, listen } = openHub();
  tell(started("yard"));
  tell(started());
  const { told } = listen(999, new Set(["dock-door"]));
  tell(started("yard"));
  tell({
    type: "queue.state",
    queue: createCounts(),
  });
  expect(told()).toEqual(["welcome 1001", "event.started 1001", "queue.state 1002"]);
});

test("nobody hears of a camera that is not theirs to see, asked for or not, then or before", () => {
  const { tell, listen } = openHub();
  const dock = new Set(["dock-door"]);
  tell(started("yard"));
  tell(started());
  const curious = listen(999, new Set(["yard"]), dock);
  const content = listen(999, null, dock);
  tell(started("yard"));
  const level = { cameraId: "yard", at: 0, significance: 0.2, significanceThreshold: 0.3 };
  const rest = { confidence: 0.5, boxes: [], why: "moving", sentence: "A sentence." } as const;
  tell({ type: "motion.level", level: { ...level, ...rest } });
  expect(curious.told()).toEqual(["welcome 1001"]);
  expect(content.told()).toEqual(["welcome 1001", "event.started 1001"]);
});

test("how much moves is told to those who named the camera, takes no number and is not kept", () => {
  const { hub, tell, listen } = openHub();
  const all = listen();
  const tuner = listen(null, new Set(["dock-door"]));
  expect([hub.isAskedFor("dock-door"), hub.isAskedFor("yard")]).toEqual([true, false]);

  tell(started());
  for (const cameraId of ["yard", "dock-door"]) {
    const level = { cameraId, at: 0, significance: 0.2, significanceThreshold: 0.3 };
    const rest = { confidence: 0.5, boxes: [], why: "moving", sentence: "A sentence." } as const;
    tell({ type: "motion.level", level: { ...level, ...rest } });
  }
  expect(all.told()).toEqual(["welcome 999", "event.started 1000"]);
  expect(tuner.told()).toEqual(["welcome 999", "event.started 1000", "motion.level 1000"]);
  expect(tuner.heard[2].level).toMatchObject({ camera_id: "dock-door", significance: 0.2 });
  tuner.leave();
  expect(hub.isAskedFor("dock-door")).toBe(false);
  expect(listen(999, new Set(["dock-door"])).told()).toEqual([
    "welcome 1000",
    "event.started 1000",
  ]);
});

test("what breaks the contract is not told, takes no number and harms nobody", () => {
  const { tell, listen } = openHub();
  const { told } = listen();
  tell({ type: "camera.state", camera: { ...dockDoor, since: Number.NaN } });
  tell(started());
  expect(told()).toEqual(["welcome 999", "event.started 1000"]);
});

test("a hair outside the picture is no reason to keep an event back", () => {
  const { tell, listen } = openHub();
  const { heard } = listen();
  const event = {
    ...createEvent({ boxes: [[-1e-9, 0, 1 + 1e-9, 1]] }),
    seen: false,
    important: false,
    ai: null,
  };
  tell({ type: "event.started", event });
  expect(heard[1].event.boxes).toEqual([[0, 0, 1, 1]]);
});

test("a ticket opens once, within half a minute, and there is an end to their number", async () => {
  const time = createManualClock();
  const tickets = createTickets({ clock: time });
  const { ticket } = tickets.issue("session");
  expect(tickets.redeem(ticket)).toBe("session");
  expect(tickets.redeem(ticket)).toBeNull();
  expect(tickets.redeem("made up")).toBeNull();

  const late = tickets.issue("session").ticket;
  await time.advance(30_000);
  expect(tickets.redeem(late)).toBeNull();

  const oldest = tickets.issue("session").ticket;
  for (let count = 0; count < 1000; count += 1) tickets.issue("session");
  expect(tickets.redeem(oldest)).toBeNull();
});

test("A9: a message is made once, and the very same bytes go to everyone", async () => {
  const { outbox, add } = createScriptedOutbox();
  let made = 0;
  const represent = (announcement: Announcement) => {
    made += 1;
    return toFeedNews(announcement, (id) => id);
  };
  const hub = createHub({ clock, log, outbox, represent });
  const delivered = new Set<Uint8Array>();
  const dock = new Set(["dock-door"]);
  const { signal } = new AbortController();
  for (const [cameras, allowed] of [[null, null] as const, [dock, null] as const, [null, dock]]) {
    const deliver = (bytes: Uint8Array) => void delivered.add(bytes);
    const listener = { since: null, cameras, allowed, deliver, drained: async () => {} };
    await hub.join(listener, { signal });
  }
  delivered.clear();
  add({
    type: "event.started",
    event: { ...createEvent(), seen: false, important: false, ai: null },
  });
  hub.tellChanges();
  expect([made, delivered.size]).toEqual([1, 1]);
});
