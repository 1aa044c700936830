import { expect, test } from "vitest";

import { createEvent, openFrontDoor } from "../support/front-door.ts";

test.each(["/events", "/cameras", "/status"])(
  "%s is not sent again to whoever has it already",
  async (path) => {
    await using house = await openFrontDoor();
    const { headers } = house.signedIn(house.addUser("anna", "admin"));
    const first = await house.app.request(`/api/v1${path}`, { headers });
    const tag = first.headers.get("ETag") ?? "";
    expect(tag).toMatch(/^"/);
    expect(first.headers.get("Cache-Control")).toBe("no-store");

    const again = { headers: { ...headers, "If-None-Match": tag } };
    const second = await house.app.request(`/api/v1${path}`, again);
    expect([second.status, await second.text()]).toEqual([304, ""]);
    expect(second.headers.get("X-Content-Type-Options")).toBe("nosniff");
  },
);

test("a list that has changed comes with another tag, and nobody without a token learns of one", async () => {
  await using house = await openFrontDoor();
  const { headers } = house.signedIn(house.addUser("anna", "admin"));
  const tag = (await house.app.request("/api/v1/events", { headers })).headers.get("ETag") ?? "";
  house.events.insert(createEvent(), null);
  const again = { ...headers, "If-None-Match": tag };
  expect((await house.app.request("/api/v1/events", { headers: again })).status).toBe(200);
  const stranger = await house.app.request("/api/v1/events", { headers: { "If-None-Match": tag } });
  expect(stranger.status).toBe(401);
});

test("what is asked for by its head alone has the same tag", async () => {
  await using house = await openFrontDoor();
  const { headers } = house.signedIn(house.addUser("anna", "admin"));
  const whole = await house.app.request("/api/v1/events", { headers });
  const head = await house.app.request("/api/v1/events", { method: "HEAD", headers });
  expect([head.status, head.headers.get("ETag")]).toEqual([200, whole.headers.get("ETag")]);
});
