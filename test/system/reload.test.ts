import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { expect, test } from "vitest";
import { parse, stringify } from "yaml";

import { openDaemon } from "../support/daemon.ts";
import { makeFootage } from "../support/footage.ts";
import { type Json, openLanClient } from "../support/lan-client.ts";
import { openNotifySink } from "../support/notify-sink.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

test("SIGHUP: cameras of the file come, change and go while the others are watched", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 20 });
  await using rtsp = await openRtspServer({ mounts: { dock: file, gate: file } });
  const path = join(folder.path, "notify");
  await using sink = await openNotifySink(path);
  await using daemon = await openDaemon({
    config: { cameras: [{ id: "dock", url: rtsp.url("dock") }] },
    environment: { NOTIFY_SOCKET: path },
  });
  await sink.until("READY");
  const client = await openLanClient(daemon);
  const configPath = join(dirname(daemon.dataDir), "nightjar.yaml");
  const reload = async (change: (config: Json) => void): Promise<void> => {
    const config: Json = parse(await readFile(configPath, "utf8"));
    change(config);
    await writeFile(configPath, stringify(config));
    process.kill(daemon.pid, "SIGHUP");
    await sink.until("RELOADING");
    await sink.until("READY");
  };
  const states = async () =>
    (await client.get("/cameras")).items.map(({ id, state }: Json) => `${id} ${state}`);
  const codes = async () =>
    (await client.get("/status")).problems.map(({ code }: Json) => code) as string[];
  await expect.poll(states, { timeout: 20_000 }).toEqual(["dock online"]);
  const { connections } = await client.get("/cameras/dock");

  await reload((config) => config.cameras.push({ id: "gate", url: rtsp.url("gate") }));
  await expect.poll(states, { timeout: 20_000 }).toEqual(["dock online", "gate online"]);
  expect((await client.get("/cameras/dock")).connections).toBe(connections);

  await reload((config) => {
    config.cameras[0].url = "http://127.0.0.1/";
  });
  expect(await codes()).toContain("configuration_refused");
  expect(await states()).toEqual(["dock online", "gate online"]);

  await reload((config) => {
    config.cameras = [{ id: "gate", url: rtsp.url("gate"), name: "Gate", enabled: false }];
    config.site = { id: "elsewhere" };
  });
  expect(await states()).toEqual(["gate disabled"]);
  expect(await codes()).toContain("restart_needed");
  expect(await daemon.processes()).toHaveLength(1);
  client.close();
});
