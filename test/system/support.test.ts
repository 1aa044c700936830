import { execFile } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";
import { stringify } from "yaml";

import { openDaemon } from "../support/daemon.ts";
import { type Json, openLanClient } from "../support/lan-client.ts";
import { findSecrets, plantSecret, type Secrets } from "../support/planted-secrets.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const MAIN = resolve(import.meta.dirname, "../../dist/main.js");

test("a support file tells how the box is, and none of the secrets that were planted in it", async () => {
  await using folder = await openTempFolder();
  const secrets: Secrets = {
    "file camera": plantSecret("file"),
    "query of a camera": plantSecret("query"),
    "added camera": plantSecret("added"),
    "key of tokens": plantSecret("jwt"),
    database: plantSecret("database"),
  };
  const encoded = (name: string): string => encodeURIComponent(secrets[name] ?? "");
  const query = `rtsp://127.0.0.1:9/b?pw=${encoded("query of a camera")}`;
  const cameras = [
    { id: "dock", url: "rtsp://viewer:${DOCK_PASSWORD}@127.0.0.1:9/a", detail_url: query },
  ];
  const settings = { cameras, ollama: { url: "http://127.0.0.1:9" } };
  const environment = {
    DOCK_PASSWORD: secrets["file camera"] ?? "",
    JWT_SECRET: secrets["key of tokens"] ?? "",
    DATABASE_URL: `mysql://box:${encoded("database")}@127.0.0.1:9/central`,
  };
  const server = { host: "127.0.0.1", port: 0, camera_hosts: ["127.0.0.1"] };
  await using daemon = await openDaemon({ config: { ...settings, server }, environment });
  const client = await openLanClient(daemon);
  const url = `rtsp://u:${encoded("added camera")}@127.0.0.1:9/c`;
  const added = await client.fetch("/cameras", {
    method: "POST",
    body: JSON.stringify({ id: "gate", url }),
    headers: { "content-type": "application/json" },
  });
  expect(added.status).toBe(201);

  const config = join(folder.path, "nightjar.yaml");
  const port = Number(new URL(daemon.url).port);
  const shown = { ...settings, data_dir: daemon.dataDir, server: { host: "127.0.0.1", port } };
  await writeFile(config, stringify(shown));
  const log = join(folder.path, "log");
  // As if a library had told what it should not.
  const careless = Object.entries(secrets).map(([name, secret]) => `${name} is ${secret}`);
  await writeFile(log, [...daemon.lines, ...careless].join("\n"));
  const file = join(folder.path, "support.json");
  const said = await nightjar(["support", file, "--config", config, "--log", log], environment);

  const text = await readFile(file, "utf8");
  const code = await daemon.setupCode().catch(() => "none any more");
  const vaultKey = (await readFile(join(daemon.dataDir, "vault-key"), "utf8")).trim();
  const all = { ...secrets, code, vaultKey };
  expect(
    findSecrets(all, [
      ["support file", text],
      ["console", said],
    ]),
  ).toEqual([]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const report: Json = JSON.parse(text);
  expect(report.versions).toMatchObject({ node: process.version, nightjar: expect.any(String) });
  expect(report.configuration.cameras[0].url).toBe("rtsp://***@127.0.0.1:9/a");
  expect(report.status.daemon.status).toBe(200);
  expect(report.status.rows).toMatchObject({ added_cameras: 1, users: 1 });
  expect(report.status.findings.map(({ part }: Json) => part)).toContain("camera gate");
  expect(report.log.some((line: string) => line.includes('"listening"'))).toBe(true);
  client.close();
});

function nightjar(words: readonly string[], environment: Record<string, string>): Promise<string> {
  const env = { PATH: process.env["PATH"], ...environment };
  return new Promise((done, fail) => {
    execFile(process.execPath, [MAIN, ...words], { env }, (error, stdout, stderr) => {
      if (error) fail(new Error(stderr));
      else done(stdout + stderr);
    });
  });
}
