import { expect, test } from "vitest";

import type { AppParts } from "../../src/api/app.ts";
import {
  cameraPage,
  camera as cameraSchema,
  eventPage,
  motionEvent,
  status,
  ticket,
} from "../../src/api/contract.ts";
import { queueReport } from "../../src/api/queue-contract.ts";
import { tamperingPage } from "../../src/api/tampering-contract.ts";
import { createChangeStore } from "../../src/store/changes.ts";
import { asJson, createEvent, dockDoor, openFrontDoor } from "../support/front-door.ts";
import type { Json } from "../support/lan-client.ts";
import { createTampering } from "../support/sample-tamperings.ts";

async function openHouse(given: Partial<AppParts> = {}) {
  const house = await openFrontDoor(given);
  const { headers, sessionId } = house.signedIn(house.addUser("anna", "admin"));
  const ask = (path: string, init: RequestInit = {}) =>
    house.app.request(`/api/v1${path}`, { ...init, headers: { ...headers, ...init.headers } });
  return { ...house, ask, sessionId };
}

test("events are listed newest first, filtered, and page by page", async () => {
  await using house = await openHouse();
  const at = (minute: number) => Date.UTC(2026, 0, 1, 12, minute);
  for (let minute = 0; minute < 5; minute += 1) {
    const cameraId = minute % 2 === 0 ? "dock-door" : "yard";
    house.events.insert(
      createEvent({ cameraId, startedAt: at(minute), significanceScore: minute / 10 }),
      null,
    );
  }
  const list = async (query: string) =>
    eventPage.parse(await (await house.ask(`/events${query}`)).json());
  const minutes = (page: { items: { started_at: string }[] }) =>
    page.items.map((event) => new Date(event.started_at).getUTCMinutes());

  expect(minutes(await list(""))).toEqual([4, 3, 2, 1, 0]);
  expect(minutes(await list("?camera_id=yard"))).toEqual([3, 1]);
  expect(minutes(await list("?min_significance=0.3"))).toEqual([4, 3]);
  expect(minutes(await list("?from=2026-01-01T13:01:00%2B01:00&to=2026-01-01T12:03:00Z"))).toEqual([
    2, 1,
  ]);
  expect(minutes(await list("?analysis_status=done"))).toEqual([]);
  expect(minutes(await list("?camera_id=yard&camera_id=dock-door&limit=2"))).toEqual([4, 3]);
  expect(minutes(await list("?q=nothing%20of%20the%20kind"))).toEqual([]);

  const first = await list("?limit=3");
  expect(minutes(first)).toEqual([4, 3, 2]);
  const second = await list(`?limit=3&cursor=${first.next_cursor}`);
  expect(minutes(second)).toEqual([1, 0]);
  expect(second.next_cursor).toBeNull();
});

test("a backup is downloaded by admins alone, and the audit log says so", async () => {
  await using house = await openHouse();
  const answer = await house.ask("/backup", { method: "POST" });
  expect(await answer.text()).toBe("a backup");
  expect(answer.headers.get("Content-Disposition")).toContain('.backup"');
  const { items } = (await (await house.ask("/audit")).json()) as Json;
  expect(items[0]).toMatchObject({ action: "backup.downloaded", result: "done" });

  const { headers } = house.signedIn(house.addUser("eve", "viewer"));
  const refused = await house.app.request("/api/v1/backup", { method: "POST", headers });
  expect(refused.status).toBe(403);
});

test("what was seen and what is to be kept is noted, listed by, told to the feed and audited", async () => {
  await using house = await openHouse();
  const [event, other] = [createEvent(), createEvent()];
  for (const each of [event, other]) house.events.insert(each, null);
  const patch = (id: string, body: unknown) =>
    house.ask(`/events/${id}`, { ...asJson(body), method: "PATCH" });
  const ids = async (query: string) => {
    const page = eventPage.parse(await (await house.ask(`/events?${query}`)).json());
    return page.items.map(({ id }) => id);
  };
  const changes = createChangeStore(house.database);
  const before = changes.newest();

  const marked = await patch(event.id, { important: true });
  expect(await marked.json()).toMatchObject({ id: event.id, seen: false, important: true });
  await patch(event.id, { seen: true });
  await patch(event.id, { seen: true });
  expect(await ids("important=true")).toEqual([event.id]);
  expect(await ids("important=false")).toEqual([other.id]);
  expect(await ids("seen=true&camera_id=dock-door")).toEqual([event.id]);
  expect(await ids("seen=false")).toEqual([other.id]);
  expect(changes.after(before, 10).map(({ type }) => type)).toEqual([
    "event.updated",
    "event.updated",
  ]);
  // What motion writes afterwards leaves the notes as they are.
  house.events.update({ ...event, endedAt: event.startedAt + 1_000 });
  expect(house.events.find(event.id)).toMatchObject({ seen: true, important: true });

  expect((await patch(createEvent().id, { seen: true })).status).toBe(404);
  expect((await patch(event.id, {})).status).toBe(400);
  expect((await patch(event.id, { seen: "yes" })).status).toBe(400);
  expect((await house.ask("/events?seen=yes")).status).toBe(400);
  const { items } = (await (await house.ask("/audit")).json()) as Json;
  expect(items[0]).toMatchObject({ action: "event.marked", username: "anna", result: "done" });
});

test.each([
  ["quality=high", ""],
  ["q=", "q"],
  ["limit=0", "limit"],
  ["limit=201", "limit"],
  ["limit=many", "limit"],
  ["limit=1&limit=2", "limit"],
  ["from=yesterday", "from"],
  ["min_significance=2", "min_significance"],
  ["analysis_status=lost", "analysis_status"],
])("a list with %s is refused and says where", async (query, path) => {
  await using house = await openHouse();
  const answer = await house.ask(`/events?${query}`);
  expect(answer.status).toBe(400);
  expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
  expect(((await answer.json()) as Json).issues).toMatchObject([{ path }]);
});

test("a cursor that is not ours is refused", async () => {
  await using house = await openHouse();
  const answer = await house.ask("/events?cursor=bm90IG91cnM");
  expect([answer.status, ((await answer.json()) as Json).type]).toEqual([
    400,
    "urn:problem:nightjar:invalid",
  ]);
});

test("an event has the shape of the contract, and its picture is sent once", async () => {
  await using house = await openHouse();
  const event = createEvent({ snapshot: "secret-name.jpg", endedAt: Date.UTC(2026, 0, 2) });
  house.events.insert(event, null);
  house.pictures.set("secret-name.jpg", Buffer.from([0xff, 0xd8, 0xff]));

  const shown = await (await house.ask(`/events/${event.id}`)).json();
  expect(motionEvent.strict().parse(shown)).toMatchObject({
    ended_at: "2026-01-02T00:00:00.000Z",
    snapshot_url: expect.stringMatching(
      new RegExp(`^/api/v1/events/${event.id}/snapshot.jpg[?]v=[\\w-]{8}$`),
    ),
    ai: null,
  });
  expect(JSON.stringify(shown)).not.toContain("secret-name");

  const picture = await house.ask(`/events/${event.id}/snapshot.jpg`);
  expect(picture.headers.get("Content-Type")).toBe("image/jpeg");
  expect(picture.headers.get("Cache-Control")).toMatch(/^private/);
  expect([...new Uint8Array(await picture.arrayBuffer())]).toEqual([0xff, 0xd8, 0xff]);
  const again = await house.ask(`/events/${event.id}/snapshot.jpg`, {
    headers: { "If-None-Match": picture.headers.get("ETag") ?? "" },
  });
  expect(again.status).toBe(304);
});

test("an event without a picture, or whose file is gone, has none to show", async () => {
  await using house = await openHouse();
  const events = [createEvent(), createEvent({ snapshot: "gone.jpg" })];
  for (const event of events) {
    house.events.insert(event, null);
    expect((await house.ask(`/events/${event.id}/snapshot.jpg`)).status).toBe(404);
  }
});

test.each([
  "..%2f..%2fetc%2fpasswd",
  "%2e%2e",
  "%00",
  "%c0%ae%c0%ae",
  "secret-name.jpg",
  "%2fetc%2fpasswd",
])("an event is named by its id alone, never by %s", async (name) => {
  await using house = await openHouse();
  for (const path of [`/events/${name}`, `/events/${name}/snapshot.jpg`]) {
    expect([400, 404]).toContain((await house.ask(path)).status);
  }
});

test("an event can be described again, ahead of the queue", async () => {
  await using house = await openHouse();
  const event = createEvent({ analysisStatus: "failed", analysisReason: "Given up." });
  house.events.insert(event, null);
  const answer = await house.ask(`/events/${event.id}/analyze`, { method: "POST" });
  expect(answer.status).toBe(202);
  expect(motionEvent.parse(await answer.json()).analysis_status).toBe("pending");
  const unknown = await house.ask(`/events/${crypto.randomUUID()}/analyze`, { method: "POST" });
  expect(unknown.status).toBe(404);
});

test("cameras are shown by name and state, with their newest frame", async () => {
  await using house = await openHouse();
  const page = cameraPage.strict().parse(await (await house.ask("/cameras")).json());
  expect(page.items).toMatchObject([{ id: "dock-door", name: "Dock door", fps: 5 }]);
  const one = await (await house.ask("/cameras/dock-door")).json();
  expect(cameraSchema.strict().parse(one)).toEqual(page.items[0]);
  expect((await house.ask("/cameras/nowhere")).status).toBe(404);

  const frame = await house.ask("/cameras/dock-door/frame.jpg");
  expect(await frame.text()).toBe("a jpeg");
  expect(frame.headers.get("Cache-Control")).toBe("private, no-store");
  expect((await house.ask("/cameras/nowhere/frame.jpg")).status).toBe(404);
});

test("the tampering with a camera is listed newest first, page by page", async () => {
  await using house = await openHouse();
  const tampering = (second: number) =>
    createTampering({ startedAt: Date.UTC(2026, 0, 1, 12, 0, second) });
  for (const second of [1, 2, 3]) house.tamperings.save(tampering(second));
  house.tamperings.save({ ...tampering(4), cameraId: "yard" });
  const list = async (query: string) =>
    tamperingPage.parse(await (await house.ask(`/cameras/dock-door/tampering${query}`)).json());

  const first = await list("?limit=2");
  expect(first.items.map(({ started_at }) => started_at)).toEqual([
    "2026-01-01T12:00:03.000Z",
    "2026-01-01T12:00:02.000Z",
  ]);
  expect(first.items[0]).toMatchObject({ camera_id: "dock-door", kind: "covered", ended_at: null });
  const second = await list(`?limit=2&cursor=${first.next_cursor}`);
  expect(second.items).toHaveLength(1);
  expect(second.next_cursor).toBeNull();
  expect((await house.ask("/cameras/nowhere/tampering")).status).toBe(404);
  expect((await house.ask("/cameras/dock-door/tampering?kind=moved")).status).toBe(400);
});

test("everyone who asks for a frame while it is made gets the same one", async () => {
  const { promise, resolve } = Promise.withResolvers<Uint8Array | null>();
  let taken = 0;
  const takePicture = () => {
    taken += 1;
    return promise;
  };
  const listTampering = () => ({ items: [], nextCursor: null });
  const cameras = { list: () => [dockDoor], find: () => dockDoor, listTampering, takePicture };
  await using house = await openHouse({ cameras });
  const both = [1, 2].map(() => house.ask("/cameras/dock-door/frame.jpg"));
  resolve(null);
  expect((await Promise.all(both)).map(({ status: code }) => code)).toEqual([503, 503]);
  expect(taken).toBe(1);
});

test("queue, status and ticket have the shapes of the contract", async () => {
  await using house = await openHouse();
  expect(queueReport.strict().parse(await (await house.ask("/queue")).json()).waiting).toBe(1);
  expect(status.strict().parse(await (await house.ask("/status")).json()).state).toBe("ok");
  const issued = await house.ask("/ws/ticket", { method: "POST" });
  const { ticket: text, expires_in } = ticket.strict().parse(await issued.json());
  expect(expires_in).toBe(30);
  expect(house.tickets.redeem(text)).toBe(house.sessionId);
});
