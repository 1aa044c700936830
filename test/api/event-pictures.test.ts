import { expect, test } from "vitest";

import { createEvent, openFrontDoor } from "../support/front-door.ts";
import type { Json } from "../support/lan-client.ts";

async function openHouse() {
  const house = await openFrontDoor();
  const { headers } = house.signedIn(house.addUser("anna", "admin"));
  const event = createEvent({ snapshot: "chosen.jpg", timestamp: 5_000 });
  house.events.insert(event, null);
  house.earlierPictures.replace(event.id, [
    { snapshot: "before.jpg", capturedAt: 3_000, boxes: [[0, 0, 0.5, 0.5]] },
  ]);
  house.pictures.set("chosen.jpg", Buffer.from("chosen"));
  house.pictures.set("before.jpg", Buffer.from("before"));
  const ask = (path: string, as = headers) => house.app.request(path, { headers: as });
  return { ...house, event, ask, path: `/api/v1/events/${event.id}/pictures` };
}

test("every picture of an event is listed, oldest first, and can be had", async () => {
  await using house = await openHouse();
  const { items }: Json = await (await house.ask(house.path)).json();
  expect(items).toMatchObject([
    { captured_at: "1970-01-01T00:00:03.000Z", boxes: [[0, 0, 0.5, 0.5]] },
    { captured_at: "1970-01-01T00:00:05.000Z", boxes: house.event.boxes },
  ]);
  const texts = items.map(async ({ url }: Json) => (await house.ask(url)).text());
  expect(await Promise.all(texts)).toEqual(["before", "chosen"]);
});

test("a picture is had through its own event alone, by those who may see its camera", async () => {
  await using house = await openHouse();
  const { items }: Json = await (await house.ask(house.path)).json();
  const other = createEvent();
  house.events.insert(other, null);
  const stolen = items[0].url.replace(house.event.id, other.id);
  expect((await house.ask(stolen)).status).toBe(404);
  expect((await house.ask(`${house.path}/..%2f..%2f`)).status).toBe(400);

  const { headers } = house.signedIn(house.addUser("ben", "viewer", ["yard"]));
  expect((await house.ask(house.path, headers)).status).toBe(404);
  expect((await house.ask(items[0].url, headers)).status).toBe(404);
});
