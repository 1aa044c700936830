import { expect, test } from "vitest";

import { createEvent, openFrontDoor } from "../support/front-door.ts";
import type { Json } from "../support/lan-client.ts";

const DAY = "from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z";
const at = (hour: number, minute: number) => Date.UTC(2026, 2, 1, hour, minute);

async function openHouse() {
  const house = await openFrontDoor();
  const { headers } = house.signedIn(house.addUser("anna", "admin"));
  for (const [cameraId, startedAt] of [
    ["dock-door", at(0, 0)],
    ["dock-door", at(0, 59)],
    ["dock-door", at(13, 30)],
    ["yard", at(13, 0)],
    ["yard", at(24, 0)],
  ] as const) {
    house.events.insert(createEvent({ cameraId, startedAt }), null);
  }
  const ask = async (query: string, as = headers): Promise<Json> =>
    (await house.app.request(`/api/v1/events/activity?${query}`, { headers: as })).json();
  return { ...house, ask };
}

const toLines = ({ items }: Json): string[] =>
  items.map((item: Json) => `${item.camera_id} ${item.from.slice(11, 16)} ${item.events}`);

test("events are counted by camera and hour, and the end is not part of it", async () => {
  await using house = await openHouse();
  const lines = ["dock-door 00:00 2", "dock-door 13:00 1", "yard 13:00 1"];
  expect(toLines(await house.ask(DAY))).toEqual(lines);
  expect(toLines(await house.ask(`${DAY}&camera_id=yard`))).toEqual(["yard 13:00 1"]);
});

test("hours begin where it is asked, so that they are those of any zone", async () => {
  await using house = await openHouse();
  const kolkata = "from=2026-03-01T00:00:00%2B05:30&to=2026-03-02T00:00:00%2B05:30";
  expect(toLines(await house.ask(kolkata))).toEqual([
    "dock-door 23:30 1",
    "dock-door 00:30 1",
    "dock-door 13:30 1",
    "yard 12:30 1",
  ]);
});

test("a viewer of some cameras is told of those alone", async () => {
  await using house = await openHouse();
  const { headers } = house.signedIn(house.addUser("ben", "viewer", ["yard"]));
  expect(toLines(await house.ask(DAY, headers))).toEqual(["yard 13:00 1"]);
  expect(toLines(await house.ask(`${DAY}&camera_id=dock-door`, headers))).toEqual([]);
});

test.for([
  "",
  "from=2026-03-01T00:00:00Z",
  "from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z",
  "from=2026-03-01T00:00:00Z&to=2026-05-01T00:00:00Z",
])("a span that is none, or too long, is refused: %s", async (query) => {
  await using house = await openHouse();
  expect((await house.ask(query)).status).toBe(400);
});
