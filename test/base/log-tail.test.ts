import { expect, test } from "vitest";

import { createLog } from "../../src/base/log.ts";
import { createLogTail } from "../../src/base/log-tail.ts";

test("the newest lines are kept as they were written, without any login", () => {
  const tail = createLogTail();
  const log = createLog({ level: "info", destination: { write: () => {} }, onLine: tail.keep });
  log.info("camera connected", { url: "rtsp://viewer:secret@10.0.0.2/a", password: "hidden" });
  log.debug("not written");
  const lines = tail.list();
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    msg: "camera connected",
    url: "rtsp://***@10.0.0.2/a",
    password: "[redacted]",
  });
});

test("it never grows beyond its limits, and the oldest lines go first", () => {
  const tail = createLogTail();
  for (let line = 0; line < 700; line += 1) tail.keep(`${line}`);
  expect(tail.list()).toHaveLength(500);
  expect(tail.list().at(-1)).toBe("699");
  tail.keep("x".repeat(512 * 1024));
  expect(tail.list()).toHaveLength(1);
});
