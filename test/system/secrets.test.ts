import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";
import WebSocket from "ws";

import { type Daemon, openDaemon } from "../support/daemon.ts";
import { makeFootage } from "../support/footage.ts";
import { type Json, openLanClient } from "../support/lan-client.ts";
import {
  findSecrets,
  plantSecret,
  readFolder,
  readProcesses,
  type Secrets,
} from "../support/planted-secrets.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const MAIN = resolve(import.meta.dirname, "../../dist/main.js");

test("A11: planted secrets are nowhere to be found after a life with mishaps", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 20 });
  const camera = `pw-${crypto.randomUUID()}`;
  await using rtsp = await openRtspServer({
    mounts: { dock: file },
    user: "viewer",
    password: camera,
  });
  const secrets: Secrets = {
    camera,
    "refused camera": plantSecret("refused"),
    "absent camera": plantSecret("absent"),
    "key of tokens": plantSecret("jwt"),
    database: plantSecret("database"),
    "mistyped password": plantSecret("typed"),
  };
  await using daemon = await openDaemon(toStart(secrets, rtsp.port));
  const told: [string, string][] = [];
  const client = await openLanClient(daemon);
  await client.listen();
  const inUse = await client.until(
    ({ type, camera: told }) => type === "camera.state" && told?.state === "online",
    "a camera that is read",
  );
  expect(inUse.camera.id).toBe("dock");

  await mistype(daemon, secrets, told);
  const tokens = await askEverything(daemon, told);
  await readMore(client, told);
  const descendants = await daemon.processes();
  expect(descendants.length).toBeGreaterThan(1);
  const [own, ...children] = descendants;
  told.push(
    ...(await readProcesses([own ?? 0], ["cmdline"])),
    ...(await readProcesses(children, ["cmdline", "environ"])),
    ...client.messages.map((message, at): [string, string] => [
      `feed ${at}`,
      JSON.stringify(message),
    ]),
  );
  client.close();
  await daemon.kill();
  await daemon.start();
  expect(await daemon.stop()).toBe(0);
  await misconfigure(folder.path, secrets, told);

  const kept: [string, string][] = [
    ["the journal", daemon.lines.join("\n")],
    ...(await readFolder(daemon.dataDir)),
  ];
  expect(kept.length).toBeGreaterThan(3);
  expect(findSecrets(secrets, [...told, ...kept])).toEqual([]);
  // These are answered to whoever signs in, and must be nowhere else.
  expect(findSecrets(tokens, kept)).toEqual([]);
});

test("A11: whatever test starts a box fails when it leaves a secret where it must not be", async () => {
  const secret = plantSecret("camera");
  const environment = { YARD_PASSWORD: secret };
  const daemon = await openDaemon({ config: { cameras: [] }, environment });
  await writeFile(
    join(daemon.dataDir, "leak"),
    `rtsp://viewer:${encodeURIComponent(secret)}@yard/`,
  );
  await expect(daemon[Symbol.asyncDispose]()).rejects.toThrow("YARD_PASSWORD in ");
});

test("what is planted on purpose is found, however it is spelled", () => {
  const secret = plantSecret("x");
  const base64 = Buffer.from(`viewer:${secret}!`).toString("base64");
  for (const text of [secret, encodeURIComponent(secret), JSON.stringify({ secret }), base64]) {
    expect(findSecrets({ secret }, [["a place", `before ${text} after`]])).not.toEqual([]);
  }
  expect(findSecrets({ secret }, [["a place", "rtsp://***@10.0.0.2/"]])).toEqual([]);
});

function toStart(secrets: Secrets, port: number) {
  const cameras = [
    { id: "dock", url: `rtsp://viewer:\${DOCK_PASSWORD}@127.0.0.1:${port}/dock` },
    { id: "refused", url: `rtsp://viewer:\${REFUSED_PASSWORD}@127.0.0.1:${port}/dock` },
    { id: "absent", url: "rtsp://viewer:${ABSENT_PASSWORD}@127.0.0.1:9/none" },
  ];
  const database = encodeURIComponent(secrets["database"] ?? "");
  return {
    config: { cameras, ollama: { url: "http://127.0.0.1:9" } },
    environment: {
      ENVIRONMENT: "development",
      DOCK_PASSWORD: secrets["camera"] ?? "",
      REFUSED_PASSWORD: secrets["refused camera"] ?? "",
      ABSENT_PASSWORD: secrets["absent camera"] ?? "",
      JWT_SECRET: secrets["key of tokens"] ?? "",
      DATABASE_URL: `mysql://box:${database}@127.0.0.1:9/central`,
    },
  };
}

type Told = [string, string][];

async function say(url: string, init: RequestInit, told: Told): Promise<Response> {
  const answer = await fetch(url, init);
  const text = await answer.clone().text();
  const headers = [...answer.headers].map((pair) => pair.join(": ")).join("\n");
  told.push([`${init.method ?? "GET"} ${url.split("?", 1)[0]}`, `${headers}\n${text}`]);
  return answer;
}

/** A password where a name, a token, a path or a body belongs: what people do by mistake. */
async function mistype(daemon: Daemon, secrets: Secrets, told: Told): Promise<void> {
  const typed = secrets["mistyped password"] ?? "";
  const api = `${daemon.url}/api/v1`;
  const json = { "Content-Type": "application/json" };
  const post = (path: string, body: string, headers = {}): Promise<Response> =>
    say(`${api}${path}`, { method: "POST", headers: { ...json, ...headers }, body }, told);
  await post("/auth/login", JSON.stringify({ username: typed, password: typed }));
  await post("/auth/login", JSON.stringify({ username: "installer", password: typed }));
  await post("/auth/login", `{"password": "${typed}"`);
  await post("/auth/refresh", JSON.stringify({ refresh_token: typed }));
  await post("/auth/refresh", "{}", {
    Cookie: `rt=${encodeURIComponent(typed)}`,
    "Sec-Fetch-Site": "none",
  });
  await post("/setup", JSON.stringify({ setup_code: typed, username: "a", password: typed }));
  await post("/auth/login", typed, { "Content-Type": "text/plain" });
  await say(`${api}/cameras/${encodeURIComponent(typed)}`, { headers: bearer(typed) }, told);
  const socket = new WebSocket(`${daemon.url.replace("http", "ws")}/api/v1/ws`);
  socket.on("open", () => socket.send(JSON.stringify({ type: "hello", ticket: typed })));
  await new Promise((closed) => socket.on("close", closed));
}

function bearer(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}

/** Every route that only reads, as an admin. Answers the tokens that were in use. */
async function askEverything(daemon: Daemon, told: Told): Promise<Secrets> {
  const login = { username: "installer", password: "correct horse battery" };
  const answer = await fetch(`${daemon.url}/api/v1/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(login),
  });
  const { access_token: access, refresh_token: refresh }: Json = await answer.json();
  const headers = bearer(access);
  const document: Json = await (
    await fetch(`${daemon.url}/api/v1/openapi.json`, { headers })
  ).json();
  const reads = Object.entries<Json>(document.paths).filter(([, item]) => item.get);
  expect(reads.length).toBeGreaterThan(10);
  for (const [path] of reads) {
    for (const id of ["dock", "refused", "absent", crypto.randomUUID()]) {
      await say(daemon.url + path.replace(/\{\w+\}/, id), { headers }, told);
    }
  }
  return { access, refresh };
}

/** What an admin changes and tries: the answers of the routes that act on cameras and the model. */
async function readMore(
  client: Awaited<ReturnType<typeof openLanClient>>,
  told: Told,
): Promise<void> {
  for (const [method, path, body] of [
    ["PUT", "/cameras/refused/motion", { sensitivity: 9 }],
    ["PUT", "/cameras/dock/motion", { sensitivity: 0.5 }],
    ["POST", "/models/pull", { name: "llava:7b" }],
    ["DELETE", "/models/none", undefined],
  ] as const) {
    const answer = await client.fetch(path, {
      method,
      headers: { "Content-Type": "application/json" },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    told.push([`${method} ${path}`, await answer.text()]);
  }
}

async function misconfigure(folder: string, secrets: Secrets, told: Told): Promise<void> {
  const file = join(folder, "bad.yaml");
  const secret = secrets["refused camera"] ?? "";
  const url = `rtsp://viewer:${encodeURIComponent(secret)}@10.0.0.2/a -vf x`;
  await writeFile(
    file,
    `cameras: [{ id: a, url: "${url}" }]\ncentral: { url: "mysql:${secret}" }\n`,
  );
  const said = await new Promise<string>((done) => {
    execFile(process.execPath, [MAIN, "check", "--config", file], (_, stdout, stderr) =>
      done(stdout + stderr),
    );
  });
  expect(said).toContain("cameras[0].url");
  told.push(["nightjar check", said]);
}
