import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { stringify } from "yaml";

import { openMemory } from "../../src/assembly/memory.ts";
import { createId } from "../../src/base/ids.ts";
import { createLog } from "../../src/base/log.ts";
import { parseConfig } from "../../src/config/load.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { renderScene } from "../support/scenes.ts";
import { openTempFolder } from "../support/temp-folder.ts";
import { openTestAppliance } from "../support/test-appliance.ts";

const still = renderScene({ seconds: 2, movers: [], settlingFrames: 2 });

test("the status says what retention did, and so do the metrics", async () => {
  await using appliance = await openTestAppliance({ scene: still });
  const { retention } = await appliance.client.get("/status");
  expect(retention).toMatchObject({ code: "ok", removed: { age: 0, pictures: 0, disk: 0 } });
});

test("a missing database is not taken for an empty one: its pictures are put aside", async () => {
  await using folder = await openTempFolder();
  const name = `${createId()}-0123abcd.jpg`;
  await mkdir(join(folder.path, "pictures"));
  await writeFile(join(folder.path, "pictures", name), "a jpeg");
  const given = { clock: createManualClock(), log: createLog({ level: "silent" }) };
  const config = parseConfig(stringify({ data_dir: folder.path }), {});
  const open = async () => {
    await using opened = new AsyncDisposableStack();
    await openMemory(config, given, opened);
  };

  await open();
  await open();
  const [aside = ""] = await readdir(join(folder.path, "quarantine"));
  expect(await readdir(join(folder.path, "quarantine", aside))).toEqual([name]);
});
