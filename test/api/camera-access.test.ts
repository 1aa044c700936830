import { expect, test } from "vitest";

import { createEvent, dockDoor, openFrontDoor } from "../support/front-door.ts";
import type { Json } from "../support/lan-client.ts";

const yard = { ...dockDoor, cameraId: "yard", name: "Yard" };

/** Somebody who may see the yard alone, in a house that has a dock door as well. */
async function openHouse(cameraIds: readonly string[] | null = ["yard"]) {
  const cameras = [dockDoor, yard];
  const house = await openFrontDoor({
    cameras: {
      list: () => cameras,
      find: (id) => cameras.find(({ cameraId }) => cameraId === id) ?? null,
      listTampering: () => ({ items: [], nextCursor: null }),
      takePicture: async () => Buffer.from("a jpeg"),
    },
  });
  house.addUser("anna", "admin");
  const { headers } = house.signedIn(house.addUser("ben", "viewer", cameraIds));
  const [own, foreign] = ["yard", "dock-door"].map((cameraId) => {
    const event = createEvent({ cameraId, snapshot: `${crypto.randomUUID()}-00000000.jpg` });
    house.events.insert(event, null);
    house.pictures.set(event.snapshot ?? "", Buffer.from("a jpeg"));
    return event.id;
  });
  const ask = (path: string, method = "GET") =>
    house.app.request(`/api/v1${path}`, { method, headers });
  return { ...house, own, foreign, ask };
}

test("lists tell of the cameras that may be seen, and of nothing else", async () => {
  await using house = await openHouse();
  const items = async (path: string) => ((await (await house.ask(path)).json()) as Json).items;
  expect((await items("/cameras")).map(({ id }: Json) => id)).toEqual(["yard"]);
  for (const query of ["", "?camera_id=yard&camera_id=dock-door", "?q=moved"]) {
    expect((await items(`/events${query}`)).map(({ id }: Json) => id)).toEqual([house.own]);
  }
  expect(await items("/events?camera_id=dock-door")).toEqual([]);
  const lines = (await (await house.ask("/events/export")).text()).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).camera_id)).toEqual(["yard"]);
});

test("A6: another camera, and what happened there, is answered as if it were not there", async () => {
  await using house = await openHouse();
  const answer = async (path: string, method = "GET") => {
    const response = await house.ask(path, method);
    const isJson = response.headers.get("Content-Type")?.includes("json") === true;
    const body = isJson ? { ...((await response.json()) as Json), request_id: null } : null;
    return { status: response.status, body };
  };
  for (const [path, method] of [
    ["/cameras/ID", "GET"],
    ["/cameras/ID/frame.jpg", "GET"],
    ["/cameras/ID/tampering", "GET"],
    ["/cameras/ID/motion", "GET"],
  ] as const) {
    const foreign = await answer(path.replace("ID", "dock-door"), method);
    expect(foreign).toEqual(await answer(path.replace("ID", "nowhere"), method));
    expect(foreign.status).toBe(404);
  }
  for (const [path, method] of [
    ["/events/ID", "GET"],
    ["/events/ID/snapshot.jpg", "GET"],
    ["/events/ID/analyze", "POST"],
  ] as const) {
    const foreign = await answer(path.replace("ID", house.foreign ?? ""), method);
    expect(foreign).toEqual(await answer(path.replace("ID", crypto.randomUUID()), method));
    expect(foreign.status).toBe(404);
    expect((await answer(path.replace("ID", house.own ?? ""), method)).status).toBeLessThan(300);
  }
  expect((await answer("/cameras/yard/frame.jpg")).status).toBe(200);
});

test("who may see no camera at all sees none, and who may see all sees those to come", async () => {
  await using none = await openHouse([]);
  expect(((await (await none.ask("/events")).json()) as Json).items).toEqual([]);
  await using all = await openHouse(null);
  expect(((await (await all.ask("/cameras")).json()) as Json).items).toHaveLength(2);
});
