import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";

import { expect, test } from "vitest";
import WebSocket from "ws";

import { openDaemon } from "../support/daemon.ts";
import { type Json, openLanClient } from "../support/lan-client.ts";

const MAIN = resolve(import.meta.dirname, "../../dist/main.js");
const PASSWORD = "correct horse battery";

async function nightjar(dataDir: string, words: readonly string[], stdin = "") {
  const environment = { PATH: process.env["PATH"], NIGHTJAR_DATA_DIR: dataDir };
  const child = spawn(process.execPath, [MAIN, "user", ...words], { env: environment });
  child.stdin.end(stdin);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null) await once(child, "exit");
  return { code: child.exitCode, stdout, stderr };
}

test("accounts are made and closed beside a daemon that runs, which heeds it at once", async () => {
  await using daemon = await openDaemon({ config: { cameras: [] } });
  const client = await openLanClient(daemon);
  const { dataDir } = daemon;
  const signIn = async (password: string) => {
    const answer = await fetch(`${daemon.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: "guard", password }),
    });
    return { status: answer.status, body: (await answer.json()) as Json };
  };
  const words = ["add", "guard", "--role", "viewer", "--password-stdin"];
  expect(await nightjar(dataDir, words, `${PASSWORD}\n`)).toMatchObject({ code: 0, stderr: "" });
  expect(await nightjar(dataDir, words, `${PASSWORD}\n`)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("This user name is taken"),
  });
  const { body: grant } = await signIn(PASSWORD);
  const headers = { authorization: `Bearer ${grant.access_token}` };
  const ask = (path: string, method = "GET") =>
    fetch(`${daemon.url}/api/v1${path}`, { method, headers });
  const { ticket } = (await (await ask("/ws/ticket", "POST")).json()) as Json;
  const socket = new WebSocket(`${daemon.url.replace("http", "ws")}/api/v1/ws`);
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "hello", ticket }));
  await once(socket, "message");
  const closed = once(socket, "close");

  expect((await nightjar(dataDir, ["disable", "guard"])).code).toBe(0);
  expect((await ask("/events")).status).toBe(401);
  expect((await closed)[0]).toBe(4401);
  expect((await signIn(PASSWORD)).status).toBe(401);
  const listed = await nightjar(dataDir, ["list", "--json"]);
  expect(JSON.parse(listed.stdout)).toMatchObject([
    { username: "guard", role: "viewer", disabled: true },
    { username: "installer", role: "admin", disabled: false },
  ]);
  expect((await nightjar(dataDir, ["disable", "installer"])).stderr).toContain("last admin");
  const rows = (await client.get("/audit?limit=50")).items as Json[];
  expect(rows.map(({ action, address }) => `${action} ${address}`)).toContain("user.made console");
  client.close();
}, 120_000);

test("an admin is made, and gets another password, on a box that stands still", async () => {
  await using daemon = await openDaemon({ config: { cameras: [] } });
  await daemon.stop();
  const add = ["add", "owner", "--role", "admin", "--password-stdin"];
  expect((await nightjar(daemon.dataDir, add, "short\n")).stderr).toContain("at least 12");
  expect((await nightjar(daemon.dataDir, add, `${PASSWORD}\n`)).code).toBe(0);
  const other = await nightjar(
    daemon.dataDir,
    ["passwd", "owner", "--password-stdin"],
    "x".repeat(20),
  );
  expect(other.code).toBe(0);
  expect(
    (await nightjar(daemon.dataDir, ["passwd", "nobody", "--password-stdin"], PASSWORD)).stderr,
  ).toContain("no account of the name nobody");

  await daemon.start();
  const answer = await fetch(`${daemon.url}/api/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "owner", password: "x".repeat(20) }),
  });
  expect(answer.status).toBe(200);
}, 120_000);
