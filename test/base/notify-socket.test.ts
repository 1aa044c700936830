import { join } from "node:path";

import { expect, test } from "vitest";

import { openNotifySocket } from "../../src/base/notify-socket.ts";
import { openNotifySink } from "../support/notify-sink.ts";
import { openTempFolder } from "../support/temp-folder.ts";

test("assignments arrive in one message, and none can hide another in its value", async () => {
  await using folder = await openTempFolder();
  const path = join(folder.path, "notify");
  await using sink = await openNotifySink(path);
  using socket = await openNotifySocket(path);
  socket.tell({ READY: "1", STATUS: "Überall Licht\nWATCHDOG=trigger" });
  expect(await sink.next()).toEqual({ READY: "1", STATUS: "Überall Licht WATCHDOG=trigger" });
});

test("a socket that has no file is found by its name", async () => {
  const name = `nightjar-test-${process.pid}`;
  await using sink = await openNotifySink(`@${name}`);
  using socket = await openNotifySocket(`@${name}`);
  socket.tell({ READY: "1" });
  expect(await sink.next()).toEqual({ READY: "1" });
});

test("nobody listening any more is no failure, and no socket's path is refused", async () => {
  using socket = await openNotifySocket("/nowhere/at/all");
  socket.tell({ WATCHDOG: "1" });
  await expect(openNotifySocket("relative")).rejects.toThrow("NOTIFY_SOCKET");
});
