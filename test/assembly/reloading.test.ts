import { join } from "node:path";

import { expect, test } from "vitest";
import { stringify } from "yaml";

import { openVault } from "../../src/access/vault.ts";
import { createCameraKeeper } from "../../src/assembly/camera-keeper.ts";
import { createReloading } from "../../src/assembly/reloading.ts";
import { createLog } from "../../src/base/log.ts";
import { createAddressPolicy } from "../../src/camera/address-policy.ts";
import { parseConfig } from "../../src/config/load.ts";
import { type CameraFile, cameraFile } from "../../src/config/schema.ts";
import { createAddedCameraStore } from "../../src/store/added-cameras.ts";
import { openDatabase } from "../../src/store/database.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const camera = (id: string, more = {}): CameraFile =>
  cameraFile.parse({ id, url: `rtsp://192.168.1.9/${id}`, ...more });

/** Real keeper and store; what would be done with the cameras is written down. */
async function openHouse(ids: readonly CameraFile[]) {
  await using opened = new AsyncDisposableStack();
  const folder = opened.use(await openTempFolder()).path;
  const log = createLog({ level: "silent" });
  const db = opened.use(await openDatabase({ path: join(folder, "nightjar.db"), log }));
  const read = (cameras: readonly object[], more = {}) =>
    parseConfig(stringify({ data_dir: folder, cameras, ...more }), {});
  const config = read(ids);
  const done: string[] = [];
  const keeper = createCameraKeeper({
    fromFile: config.cameras,
    store: createAddedCameraStore(db),
    vault: await openVault({ folder }),
    policy: createAddressPolicy({ allowedHosts: ["192.168.1.9"] }),
    clock: createManualClock(),
    log,
    nameCamera: () => {},
    cameras: () => ({
      put: async ({ id }) => void done.push(`put ${id}`),
      remove: async (id) => void done.push(`remove ${id}`),
      tune: () => null,
    }),
  });
  const reloading = createReloading(config, keeper, { log });
  const resources = opened.move();
  return {
    ...{ keeper, reloading, read, done },
    reload: (cameras: readonly object[], more = {}) =>
      reloading.reload(async () => read(cameras, more)),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

test("only what changed in the file is touched: new, changed and removed cameras", async () => {
  await using house = await openHouse([camera("a"), camera("b"), camera("c")]);
  await house.reload([camera("a"), camera("b", { name: "Bay" }), camera("d")]);
  expect(house.done).toEqual(["remove c", "put b", "put d"]);
  expect(house.keeper.find("b")).toMatchObject({ config: { name: "Bay" }, provisioned: true });
  expect(house.keeper.find("c")).toBeNull();
  await house.reload([camera("a"), camera("b", { name: "Bay" }), camera("d")]);
  expect(house.done).toHaveLength(3);
});

test("a camera of the file takes the place of an added one of its id, which comes back after it", async () => {
  await using house = await openHouse([]);
  await house.keeper.create(camera("gate", { name: "Added" }));
  await house.reload([camera("gate", { name: "Of the file" })]);
  expect(house.keeper.find("gate")).toMatchObject({ provisioned: true });
  await house.reload([]);
  expect(house.keeper.find("gate")).toMatchObject({
    ...{ config: { name: "Added" }, provisioned: false },
  });
  expect(house.done).toEqual(["put gate", "put gate", "put gate"]);
});

test("a file that cannot be used changes nothing, and is told of until a good one comes", async () => {
  await using house = await openHouse([camera("a")]);
  await house.reload([{ id: "a", url: "file:///etc/passwd" }]);
  expect(house.done).toEqual([]);
  expect(house.keeper.find("a")).not.toBeNull();
  expect(house.reloading.trouble()).toMatchObject({
    code: "configuration_refused",
    sentence: expect.stringContaining("cameras[0].url"),
  });
  await house.reload([camera("a")]);
  expect(house.reloading.trouble()).toBeNull();
});

test("what cannot change while it runs is said to wait for a restart", async () => {
  await using house = await openHouse([camera("a")]);
  await house.reload([camera("a")], { server: { port: 8001 }, retention: { days: 3 } });
  expect(house.reloading.trouble()).toMatchObject({
    code: "restart_needed",
    sentence: expect.stringContaining("server, retention"),
  });
});
