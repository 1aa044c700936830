import { expect, test } from "vitest";

import { motionEvent } from "../../src/api/contract.ts";
import { createDescriptionStore } from "../../src/store/descriptions.ts";
import { createEvent, openFrontDoor } from "../support/front-door.ts";
import { createDescription } from "../support/sample-events.ts";

async function openHouse(count: number) {
  const house = await openFrontDoor();
  const { headers } = house.signedIn(house.addUser("anna", "admin"));
  const ids = Array.from({ length: count }, (_, place) => {
    const cameraId = place % 2 === 0 ? "dock-door" : "yard";
    const event = createEvent({ startedAt: 1_000 * place, cameraId });
    house.events.insert(event, null);
    return event.id;
  });
  const ask = (query: string) => house.app.request(`/api/v1/events/export${query}`, { headers });
  return { ...house, ids: ids.reverse(), ask };
}

test("all events come as lines of JSON, newest first, however many there are", async () => {
  await using house = await openHouse(450);
  const answer = await house.ask("");
  expect(answer.headers.get("Content-Type")).toBe("application/x-ndjson");
  expect(answer.headers.get("Content-Disposition")).toContain('filename="events.jsonl"');
  const lines = (await answer.text()).trimEnd().split("\n");
  expect(lines.map((line) => motionEvent.strict().parse(JSON.parse(line)).id)).toEqual(house.ids);
});

test("the filters are those of the list, and a page is none of them", async () => {
  await using house = await openHouse(6);
  const lines = (await (await house.ask("?camera_id=yard")).text()).trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).camera_id)).toEqual(["yard", "yard", "yard"]);
  expect((await house.ask("?limit=5")).status).toBe(400);
  expect((await house.ask("?format=xml")).status).toBe(400);
});

test("a table has a head, and no text in it is a formula or breaks its line", async () => {
  await using house = await openHouse(1);
  const [eventId = ""] = house.ids;
  const origin = { createdAt: 0, queueWaitMs: 0, serverVersion: null, imageHash: null };
  const description = 'A van, its sign says "SALE"\nand more.';
  const said = createDescription(eventId, { title: "=HYPERLINK(1)", description });
  createDescriptionStore(house.database).save(said, origin);

  const answer = await house.ask("?format=csv");
  expect(answer.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
  const text = await answer.text();
  expect(text).toMatch(/^id,camera_id,started_at,/);
  expect(text).toContain(",'=HYPERLINK(1),");
  expect(text).toContain('"A van, its sign says ""SALE""\nand more."');
  expect(text.split("\r\n")).toHaveLength(3);
});

test("an export goes no further than it is read", async () => {
  let pages = 0;
  await using real = await openHouse(900);
  const events = {
    ...real.events,
    list(query: Parameters<typeof real.events.list>[0]) {
      pages += 1;
      return real.events.list(query);
    },
  };
  await using house = await openFrontDoor({ events });
  const { headers } = house.signedIn(house.addUser("anna", "admin"));
  const { body } = await house.app.request("/api/v1/events/export", { headers });
  const reader = body?.getReader();
  await reader?.read();
  await reader?.cancel();
  expect(pages).toBeLessThan(4);
});
