import { expect, test } from "vitest";

import { createLog, redactUrls } from "../../src/base/log.ts";

function openDiary() {
  const lines: string[] = [];
  const log = createLog({ level: "debug", destination: { write: (line) => lines.push(line) } });
  return { lines, log };
}

test("a line is JSON with a level, a time, a fixed sentence and its fields", () => {
  const { lines, log } = openDiary();
  log.child({ camera: "dock" }).warn("camera stalled", { silentMs: 8000 });
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    level: "warn",
    camera: "dock",
    msg: "camera stalled",
    silentMs: 8000,
  });
});

test("a line break in what somebody said makes no second line", () => {
  const { lines, log } = openDiary();
  const said = 'anna\r\n{"level":"info","msg":"signed in"}\u2028\u0000';
  log.warn(said, { username: said });
  expect(lines.join("").trimEnd()).not.toMatch(/[\r\n\0]/);
  expect(JSON.parse(lines.join(""))).toMatchObject({ level: "warn", username: said });
});

test("the login of a camera never reaches the log, in whatever field it hides", () => {
  const { lines, log } = openDiary();
  log.error("rtsp://viewer:hunter2@10.0.0.2/a refused", {
    stderr: "Could not open 'rtsps://viewer:hunter2@10.0.0.2:322/a': 401",
    error: { message: "http://viewer:hunter2@h/" },
    password: "hunter2",
  });
  expect(lines.join()).not.toContain("hunter2");
  expect(lines.join()).toContain("rtsp://***@10.0.0.2/a");
});

test.each([
  ["rtsp://u:p@h/x", "rtsp://***@h/x"],
  ["rtsp://u:p@ss@h/x", "rtsp://***@h/x"],
  ["rtsp://h/x and mysql://a:b@c/d", "rtsp://h/x and mysql://***@c/d"],
  ["mail me@home.example", "mail me@home.example"],
])("redactUrls turns %s into %s", (text, expected) => {
  expect(redactUrls(text)).toBe(expected);
});
