import { expect, test } from "vitest";

import { refusedPage, syncReport } from "../../src/api/sync-contract.ts";
import { createEvent, openFrontDoor } from "../support/front-door.ts";

const NOW = Date.UTC(2026, 0, 1);
const reading = {
  ...{ code: "sync_auth", sentence: "The account is refused.", unsent: 7, refused: 1 },
  ...{ lagMs: 12_345, sentAt: NOW, nextTryAt: NOW + 300_000 },
  thumbnailsUnsent: 7,
  lastTrouble: { code: "sync_auth", sentence: "The account is refused.", at: NOW },
};

async function openHouse(given: { isConfigured: boolean } = { isConfigured: true }) {
  const asked: (string | undefined)[] = [];
  const house = await openFrontDoor({
    sync: {
      read: () => reading,
      run: () => given.isConfigured,
      listRefused: (query) => house.marks.listRefused(query),
      retryRefused(id) {
        asked.push(id);
        return house.marks.retryRefused(id);
      },
    },
  });
  house.addUser("anna", "admin");
  let users = 0;
  const ask = (role: "admin" | "viewer", cameraIds: readonly string[] | null = null) => {
    const { headers } = house.signedIn(house.addUser(`user-${users++}`, role, cameraIds));
    return (path: string, method = "GET") =>
      house.app.request(`/api/v1/sync${path}`, { method, headers });
  };
  const refuse = (cameraId: string, at: number) => {
    const event = createEvent({ cameraId, analysisStatus: "disabled", analysisReason: "Off." });
    house.events.insert(event, null);
    house.marks.refuse({ eventId: event.id, revision: 1 }, "Too long.", at);
    return event.id;
  };
  return { ...house, ask, refuse, asked };
}

test("everyone may see how far the centre knows the box", async () => {
  await using house = await openHouse();
  const answer = await house.ask("viewer")("");
  expect(syncReport.strict().parse(await answer.json())).toEqual({
    ...{ code: "sync_auth", sentence: "The account is refused.", unsent: 7, refused: 1 },
    ...{ thumbnails_unsent: 7, lag_s: 12.345, last_sent_at: "2026-01-01T00:00:00.000Z" },
    last_trouble: {
      ...{ code: "sync_auth", sentence: "The account is refused." },
      at: "2026-01-01T00:00:00.000Z",
    },
    next_try_at: "2026-01-01T00:05:00.000Z",
  });
});

test("admins have it tried at once; without a centre that is a conflict", async () => {
  await using house = await openHouse();
  expect((await house.ask("viewer")("/run", "POST")).status).toBe(403);
  expect((await house.ask("admin")("/run", "POST")).status).toBe(202);
  await using alone = await openHouse({ isConfigured: false });
  expect((await alone.ask("admin")("/run", "POST")).status).toBe(409);
});

test("what the centre refuses is listed with its reason, of the cameras that one may see", async () => {
  await using house = await openHouse();
  const [yard, first, second] = [
    house.refuse("yard", NOW),
    house.refuse("dock-door", NOW + 1),
    house.refuse("dock-door", NOW + 2),
  ];
  const list = async (path: string, cameraIds: readonly string[] | null = null) =>
    refusedPage.strict().parse(await (await house.ask("viewer", cameraIds)(path)).json());

  const page = await list("/refused?limit=2");
  expect(page.items.map(({ event_id }) => event_id)).toEqual([second, first]);
  expect(page.items[0]).toMatchObject({ camera_id: "dock-door", reason: "Too long." });
  const rest = await list(`/refused?limit=2&cursor=${page.next_cursor}`, ["yard"]);
  expect(rest.items.map(({ event_id }) => event_id)).toEqual([yard]);
});

test("admins have one sent again, or all", async () => {
  await using house = await openHouse();
  const [one] = [house.refuse("yard", NOW), house.refuse("yard", NOW)];
  const asAdmin = house.ask("admin");
  expect((await house.ask("viewer")(`/refused/${one}/retry`, "POST")).status).toBe(403);
  expect((await asAdmin(`/refused/${one}/retry`, "POST")).status).toBe(202);
  expect((await asAdmin(`/refused/${one}/retry`, "POST")).status).toBe(404);
  expect((await asAdmin("/refused/retry", "POST")).status).toBe(202);
  expect(house.marks.counts()).toMatchObject({ refused: 0, waiting: 2 });
  expect(house.asked).toEqual([one, one, undefined]);
});
