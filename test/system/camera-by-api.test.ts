import { expect, test } from "vitest";

import { openDaemon } from "../support/daemon.ts";
import { makeFootage } from "../support/footage.ts";
import { type Json, openLanClient } from "../support/lan-client.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const PASSWORD = "gate-keeper-1";

test("a camera is tried out, added, watched, changed, kept over a restart and removed, and no ffmpeg stays", async () => {
  await using folder = await openTempFolder();
  const footage = await makeFootage({ folder: folder.path, seconds: 20 });
  await using rtsp = await openRtspServer({
    ...{ mounts: { gate: footage.file, main: footage.file } },
    ...{ user: "viewer", password: PASSWORD },
  });
  await using daemon = await openDaemon({
    config: { cameras: [], server: { host: "127.0.0.1", port: 0, camera_hosts: ["127.0.0.1"] } },
  });
  const client = await openLanClient(daemon);
  await client.listen();
  const send = async (path: string, method: string, body?: object) => {
    const answer = await client.fetch(path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    return { status: answer.status, body: (await answer.json().catch(() => null)) as Json };
  };

  const url = rtsp.url("gate");
  const wrong = await send("/cameras/test", "POST", { url: url.replace(PASSWORD, "wrong") });
  expect(wrong.status).toBe(400);
  const tried = await send("/cameras/test", "POST", { url });
  expect(tried.body).toMatchObject({ codec: "h264", fps: expect.any(Number) });
  expect(Buffer.from(tried.body.picture, "base64").subarray(0, 2).toString("hex")).toBe("ffd8");

  expect((await send("/cameras", "POST", { id: "gate", url })).status).toBe(201);
  await client.until(({ type }) => type === "event.started", "an event of the new camera");
  const stars = url.replace(`viewer:${PASSWORD}`, "***").replace("/gate", "/main");
  const changed = await send("/cameras/gate", "PATCH", { url: stars, name: "Gate" });
  expect(changed.body).toMatchObject({ name: "Gate", url: stars });
  const state = async () => (await client.get("/cameras/gate")).state;
  await expect.poll(state, { timeout: 20_000 }).toBe("online");

  await send("/cameras/gate/motion", "PUT", { sensitivity: 0.8 });
  await daemon.stop();
  await daemon.start();
  await expect.poll(state, { timeout: 20_000 }).toBe("online");
  expect(await client.get("/cameras/gate/motion")).toMatchObject({ sensitivity: 0.8 });
  expect(await daemon.processes()).not.toHaveLength(1);

  await send("/cameras/gate", "PATCH", { enabled: false });
  expect(await state()).toBe("disabled");
  expect(await daemon.processes()).toHaveLength(1);
  expect((await send("/cameras/gate", "DELETE")).status).toBe(204);
  expect((await client.get("/events")).items.length).toBeGreaterThan(0);
  expect(daemon.lines.some((line) => line.includes(PASSWORD))).toBe(false);
  client.close();
}, 180_000);
