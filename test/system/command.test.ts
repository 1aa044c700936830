import { execFile } from "node:child_process";
import { mkdir, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";

import { makeFootage } from "../support/footage.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const MAIN = resolve(import.meta.dirname, "../../dist/main.js");

interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

function nightjar(words: string[], environment: Record<string, string> = {}): Promise<Result> {
  return new Promise((done) => {
    const env = { PATH: process.env["PATH"] ?? "", ...environment };
    execFile(process.execPath, [MAIN, ...words], { env }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

async function writeConfig(folder: string, text: string): Promise<string> {
  const file = join(folder, "nightjar.yaml");
  await writeFile(file, text);
  return file;
}

test("a bad configuration prints every problem with its path and ends with 78", async () => {
  await using folder = await openTempFolder();
  const file = await writeConfig(
    folder.path,
    "server: { port: 99999 }\ncameras: [{ id: Dock, url: 'concat:/etc/passwd' }]\nsite: { nam: x }\n",
  );
  for (const command of ["check", "run"]) {
    const { code, stderr } = await nightjar([command, "--config", file]);
    expect(code).toBe(78);
    for (const path of ["server.port", "cameras[0].id", "cameras[0].url", "site.nam"]) {
      expect(stderr).toContain(path);
    }
  }
});

test("check answers in JSON for programs", async () => {
  await using folder = await openTempFolder();
  const bad = await writeConfig(folder.path, "server: { port: web }\n");
  const refused = await nightjar(["check", "--json", "--config", bad]);
  expect(refused.code).toBe(78);
  expect(JSON.parse(refused.stdout)).toMatchObject({
    ok: false,
    problems: [{ path: "server.port" }],
  });
  const good = await writeConfig(
    folder.path,
    "cameras: [{ id: dock, url: 'rtsp://10.0.0.2/a' }]\n",
  );
  const accepted = await nightjar(["check", "--json", "--config", good]);
  expect(accepted).toMatchObject({ code: 0 });
  expect(JSON.parse(accepted.stdout)).toMatchObject({ ok: true, problems: [], tls: "self-signed" });
});

test("a file that is not there is named, and ends with 78", async () => {
  const { code, stderr } = await nightjar(["run"], { NIGHTJAR_CONFIG: "/nowhere/nightjar.yaml" });
  expect(code).toBe(78);
  expect(stderr).toContain("/nowhere/nightjar.yaml");
});

test("a second daemon on the same data is refused with a sentence", async () => {
  await using folder = await openTempFolder();
  const data = join(folder.path, "data");
  await mkdir(data);
  const { openDatabase } = await import("../../src/store/database.ts");
  const { createLog } = await import("../../src/base/log.ts");
  const log = createLog({ level: "silent" });
  await using _first = await openDatabase({ path: join(data, "nightjar.db"), log });
  const file = await writeConfig(folder.path, `data_dir: ${data}\nserver: { port: 0 }\n`);
  const { code, stderr } = await nightjar(["run", "--config", file]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/already|another/i);
});

test("camera test says what a stream is and writes one picture", async () => {
  await using folder = await openTempFolder();
  const footage = await makeFootage({ folder: folder.path, seconds: 6 });
  await using rtsp = await openRtspServer({
    mounts: { dock: footage.file },
    user: "viewer",
    password: "hunter2hunter2",
  });
  const picture = join(folder.path, "dock.jpg");
  const { code, stdout } = await nightjar([
    "camera",
    "test",
    rtsp.url("dock"),
    "--picture",
    picture,
    "--json",
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ codec: "h264", width: 640, height: 360 });
  expect((await stat(picture)).size).toBeGreaterThan(5_000);
});

test.each([
  "file:///etc/passwd",
  "concat:/etc/passwd|/etc/shadow",
  "rtsp://10.0.0.2/a -vf drawtext",
  "http://10.0.0.2/",
])("camera test refuses %s with a sentence", async (url) => {
  const { code, stderr } = await nightjar(["camera", "test", url]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/address/);
});

test("a wrong password is told apart, and never told", async () => {
  await using folder = await openTempFolder();
  const footage = await makeFootage({ folder: folder.path, seconds: 6 });
  await using rtsp = await openRtspServer({
    mounts: { dock: footage.file },
    user: "viewer",
    password: "right-password",
  });
  const url = rtsp.url("dock").replace("right-password", "wrong-password");
  const { code, stdout, stderr } = await nightjar(["camera", "test", url]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/password/i);
  expect(stdout + stderr).not.toContain("wrong-password");
});
