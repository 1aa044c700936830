import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { cameraSettings } from "../../src/api/camera-contract.ts";
import { createAddedCameraStore } from "../../src/store/added-cameras.ts";
import { asJson, openFrontDoor } from "../support/front-door.ts";
import type { Json } from "../support/lan-client.ts";

const SECRET = "s3cr3t-of-the-camera";
const yard = { id: "yard", name: "Yard", url: `rtsp://viewer:${SECRET}@192.168.1.30:554/sub` };

async function openHouse() {
  const house = await openFrontDoor();
  const { headers } = house.signedIn(house.addUser("anna", "admin"));
  const ask = async (path: string, method = "GET", body?: object) => {
    const init = body ? asJson(body, headers) : { headers };
    const answer = await house.app.request(`/api/v1/cameras${path}`, { ...init, method });
    const text = await answer.text();
    expect(text).not.toContain(SECRET);
    return { status: answer.status, body: (text === "" ? null : JSON.parse(text)) as Json };
  };
  return { ...house, ask };
}

test("a camera is added, shown without its login, changed and removed", async () => {
  await using house = await openHouse();
  const made = await house.ask("", "POST", yard);
  expect(made.status).toBe(201);
  expect(cameraSettings.strict().parse(made.body)).toMatchObject({
    ...{ id: "yard", name: "Yard", provisioned: false, enabled: true },
    url: "rtsp://***@192.168.1.30:554/sub",
  });
  expect((await house.ask("", "POST", yard)).status).toBe(409);

  const changed = await house.ask("/yard", "PATCH", { name: "Back yard", enabled: false });
  expect(changed.body).toMatchObject({ name: "Back yard", enabled: false, weight: 1 });
  expect((await house.ask("/yard/settings")).body).toEqual(changed.body);
  expect((await house.ask("/yard", "DELETE")).status).toBe(204);
  expect((await house.ask("/yard/settings")).status).toBe(404);
  expect((await house.ask("/yard", "DELETE")).status).toBe(404);
});

test("a login stays with its door, and goes to no other", async () => {
  await using house = await openHouse();
  await house.ask("", "POST", yard);
  const change = async (url: string) => (await house.ask("/yard", "PATCH", { url })).body.url;
  expect(await change("rtsp://***@192.168.1.30:554/main")).toBe("rtsp://***@192.168.1.30:554/main");
  expect(await change("rtsp://192.168.1.30/other")).toBe("rtsp://***@192.168.1.30/other");
  expect(await change("rtsp://***@192.168.1.31/other")).toBe("rtsp://192.168.1.31/other");
  expect(await change("rtsp://192.168.1.30/other")).toBe("rtsp://192.168.1.30/other");
});

test("what is kept tells no login to whoever has the database", async () => {
  await using house = await openHouse();
  await house.ask("", "POST", yard);
  const bytes = await Promise.all(
    ["edge.db", "edge.db-wal"].map((name) => readFile(join(house.folder, name))),
  );
  expect(bytes.some((file) => file.includes(SECRET))).toBe(false);
  expect(createAddedCameraStore(house.database).list()).toHaveLength(1);
});

test("a camera of the configuration file is shown, and changed there alone", async () => {
  await using house = await openHouse();
  expect((await house.ask("/dock-door/settings")).body).toMatchObject({ provisioned: true });
  for (const [method, body] of [
    ["PATCH", { name: "Other" }],
    ["DELETE", undefined],
  ] as const) {
    const answer = await house.ask("/dock-door", method, body);
    expect([answer.status, answer.body.detail]).toEqual([
      409,
      "This camera stands in the configuration file. Change it there.",
    ]);
  }
  expect((await house.ask("", "POST", { ...yard, id: "dock-door" })).status).toBe(409);
});

test.each([
  ["rtsp://127.0.0.1:8554/a", "the box's own"],
  ["rtsp://169.254.169.254/a", "no camera has"],
  ["rtsp://192.168.1.30:22/a", "no camera's"],
  ["file:///etc/passwd", "must begin with rtsp"],
])(
  "%s is refused with what is wrong, when it is added and when it is changed",
  async (url, why) => {
    await using house = await openHouse();
    await house.ask("", "POST", { ...yard, id: "gate" });
    for (const answer of [
      await house.ask("", "POST", { ...yard, url }),
      await house.ask("/gate", "PATCH", { url }),
    ]) {
      expect(answer.status).toBe(400);
      expect(answer.body.issues).toMatchObject([
        { path: "url", message: expect.stringContaining(why) },
      ]);
    }
  },
);

test("an address is tried out, with a picture", async () => {
  await using house = await openHouse();
  const { status, body } = await house.ask("/test", "POST", { url: yard.url });
  expect([status, body]).toEqual([
    200,
    {
      ...{ codec: "h264", width: 640, height: 360, fps: 5 },
      picture: Buffer.from("a jpeg").toString("base64"),
    },
  ]);
});
