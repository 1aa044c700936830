import { execFile } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";
import { stringify } from "yaml";

import { openDaemon } from "../support/daemon.ts";
import { openFakeOllama } from "../support/fake-ollama/server.ts";
import { makeFootage } from "../support/footage.ts";
import { openLanClient } from "../support/lan-client.ts";
import { openMariaDb } from "../support/mariadb.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const MAIN = resolve(import.meta.dirname, "../../dist/main.js");

interface Told {
  ok: boolean;
  findings: { part: string; ok: boolean; sentence: string }[];
}

test("a healthy box, its daemon running, is told line by line, added cameras too", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 20 });
  await using rtsp = await openRtspServer({ mounts: { dock: file, gate: file } });
  await using model = await openFakeOllama();
  await using centre = await openMariaDb();
  const central = { url: centre.url() };
  const settings = {
    cameras: [
      { id: "dock", url: rtsp.url("dock"), detail_url: rtsp.url("gate") },
      { id: "attic", url: "rtsp://127.0.0.1:9/none", enabled: false },
    ],
    ollama: { url: model.url },
    retention: { free_disk_percent: 1 },
  };
  const server = { host: "127.0.0.1", port: 0, camera_hosts: ["127.0.0.1"] };
  await using daemon = await openDaemon({ config: { ...settings, server } });
  const client = await openLanClient(daemon);
  const body = JSON.stringify({ id: "gate", url: rtsp.url("gate") });
  const headers = { "content-type": "application/json" };
  expect((await client.fetch("/cameras", { method: "POST", body, headers })).status).toBe(201);

  const path = join(folder.path, "nightjar.yaml");
  await writeFile(path, stringify({ ...settings, central, data_dir: daemon.dataDir }));
  expect((await nightjar(["central", "migrate", "--config", path])).code).toBe(0);
  const { code, stdout } = await nightjar(["doctor", "--config", path]);
  expect(stdout.split("\n").filter((line) => line.startsWith("TO DO"))).toEqual([]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/camera dock: h264, 640x360, [\d.]+ frames a second; in detail h264/);
  expect(stdout).toMatch(/camera gate: h264/);
  expect(stdout).toContain("camera attic: Switched off");
  expect(stdout).toContain("model: llava:7b names the colours of a test picture.");
  expect(stdout).toContain("centre: It answers");
});

test("each part that is broken says what to do, keeps no other from being tried, and tells no secret", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 20 });
  const login = { user: "viewer", password: "right-one-4711" };
  await using rtsp = await openRtspServer({ mounts: { dock: file }, ...login });
  const dataDir = join(folder.path, "data");
  await mkdir(dataDir);
  await writeFile(join(dataDir, "vault-key"), "key");
  await chmod(join(dataDir, "vault-key"), 0o644);
  const path = join(folder.path, "nightjar.yaml");
  const settings = {
    data_dir: dataDir,
    cameras: [
      { id: "dock", url: rtsp.url("dock") },
      { id: "refused", url: rtsp.url("dock").replace("right-one", "wrong-one") },
      { id: "absent", url: "rtsp://u:wrong-one-4711@127.0.0.1:9/none" },
    ],
    ollama: { url: "http://127.0.0.1:9" },
    central: { url: "mysql://box:wrong-one-4711@127.0.0.1:9/central" },
    retention: { free_disk_percent: 90 },
  };
  await writeFile(path, stringify(settings));
  const { code, stdout, stderr } = await nightjar(["doctor", "--json", "--config", path]);
  const told: Told = JSON.parse(stdout);
  const broken = told.findings.filter(({ ok }) => !ok).map(({ part }) => part);
  expect(broken).toEqual(
    expect.arrayContaining(["permissions", "camera refused", "camera absent"]),
  );
  expect(broken).toEqual(expect.arrayContaining(["model", "centre"]));
  expect(told.findings.find(({ part }) => part === "camera dock")?.ok).toBe(true);
  for (const { sentence } of told.findings) expect(sentence).toMatch(/^\S.*[.)]$/);
  expect({ code, ok: told.ok }).toEqual({ code: 1, ok: false });
  expect(stdout + stderr).not.toContain("wrong-one");
});

test("a model that sees nothing is found out by its canary", async () => {
  await using folder = await openTempFolder();
  await using model = await openFakeOllama();
  model.setFault({ type: "image-ignored" });
  const path = join(folder.path, "nightjar.yaml");
  await writeFile(path, stringify({ data_dir: folder.path, ollama: { url: model.url } }));
  const { stdout } = await nightjar(["doctor", "--json", "--config", path]);
  const told: Told = JSON.parse(stdout);
  expect(told.findings.find(({ part }) => part === "model")).toMatchObject({ ok: false });
});

function nightjar(words: readonly string[]) {
  const env = { PATH: process.env["PATH"] };
  return new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
    execFile(process.execPath, [MAIN, ...words], { env }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
