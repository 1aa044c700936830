import { expect, test } from "vitest";

import { openDaemon } from "../support/daemon.ts";
import { makeFootage } from "../support/footage.ts";
import { type Json, openLanClient } from "../support/lan-client.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

type Client = Awaited<ReturnType<typeof openLanClient>>;

/** The first message after now that says so of this camera. */
async function untilState(client: Client, id: string, state: string, withinMs: number) {
  const from = client.messages.length;
  const cameras = (await client.get("/cameras")).items as Json[];
  if (cameras.find((camera) => camera.id === id)?.state === state) return;
  await client.until(
    (message) =>
      client.messages.indexOf(message) >= from &&
      message.type === "camera.state" &&
      message.camera.id === id &&
      message.camera.state === state,
    `${id} ${state}`,
    withinMs,
  );
}

test("C1: a camera that dies or falls silent is told, comes back, and makes no event of it", async () => {
  await using folder = await openTempFolder();
  const still = await makeFootage({ folder: folder.path, seconds: 8, movers: 0, name: "still" });
  await using dock = await openRtspServer({ mounts: { dock: still.file } });
  await using yard = await openRtspServer({ mounts: { yard: still.file } });
  await using daemon = await openDaemon({
    config: {
      cameras: [
        { id: "dock", url: dock.url("dock") },
        { id: "yard", url: yard.url("yard") },
      ],
    },
  });
  const client = await openLanClient(daemon);
  await client.listen();
  await untilState(client, "dock", "online", 20_000);
  await untilState(client, "yard", "online", 20_000);

  await dock.stop("SIGKILL");
  await untilState(client, "dock", "offline", 5_000);
  await dock.restart();
  await untilState(client, "dock", "online", 15_000);

  dock.pause();
  await untilState(client, "dock", "stalled", 10_000);
  dock.resume();
  await untilState(client, "dock", "online", 15_000);

  const ofYard = client.messages.filter(
    (message) => message.type === "camera.state" && message.camera.id === "yard",
  );
  expect(ofYard.filter((message) => message.camera.state !== "online")).toEqual([]);
  expect((await client.get("/events")).items).toEqual([]);
  client.close();
});
