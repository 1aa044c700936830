import { join } from "node:path";

import { expect, test } from "vitest";

import { openDaemon } from "../support/daemon.ts";
import { openNotifySink } from "../support/notify-sink.ts";
import { openTempFolder } from "../support/temp-folder.ts";

test("a service manager hears of the start, of each while that it works, and of the stop", async () => {
  await using folder = await openTempFolder();
  const path = join(folder.path, "notify");
  await using sink = await openNotifySink(path);
  const environment = { NOTIFY_SOCKET: path, WATCHDOG_USEC: "300000" };
  await using daemon = await openDaemon({ config: { cameras: [] }, environment });
  const { STATUS } = await sink.until("READY");
  expect(STATUS).toBe("0 of 0 cameras online, 0 events wait for the model.");
  expect((await fetch(`${daemon.url}/readyz`)).status).toBe(200);
  await sink.until("WATCHDOG");
  await sink.until("WATCHDOG");
  const stopped = daemon.stop();
  await sink.until("STOPPING");
  expect(await stopped).toBe(0);
});
