import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import {
  collectComplaints,
  DESKTOP,
  enter,
  inspect,
  openBrowser,
  PASSWORD,
  PHONE,
} from "../support/browser.ts";
import { openDaemon } from "../support/daemon.ts";
import { openFakeOllama } from "../support/fake-ollama/server.ts";
import { makeFootage } from "../support/footage.ts";
import type { Json } from "../support/lan-client.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
});

test("a guard sets up the box, and events with picture and text appear by themselves", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 20 });
  await using rtsp = await openRtspServer({ mounts: { dock: file } });
  await using ollama = await openFakeOllama();
  await using daemon = await openDaemon({
    config: {
      site: { id: "shop-1", name: "Corner shop" },
      cameras: [{ id: "dock", name: "Dock door", url: rtsp.url("dock") }],
      ollama: { url: ollama.url },
    },
  });
  const page = await browser.newPage({ viewport: DESKTOP });
  const complaints = collectComplaints(page);
  const requested = new Set<string>();
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol !== "blob:") requested.add(host);
  });

  await page.addInitScript(NOTE_WHAT_IS_TOLD);
  const findings: string[] = [];
  await page.goto(daemon.url);
  await page.getByLabel("Setup code").waitFor();
  findings.push(...(await inspect(page, "setup")));
  await enter(page, daemon);
  await page.getByText("Corner shop").first().waitFor();
  await page.getByRole("status", { name: "Connection" }).getByText("Live").waitFor();
  const camera = page.getByRole("listitem", { name: "Dock door" });
  await camera.getByText("Online").waitFor({ timeout: 20_000 });

  const described = page
    .getByRole("listitem")
    .filter({ hasText: /stand-in/i })
    .first();
  await described.waitFor({ timeout: 60_000 });
  await described.locator("img").first().waitFor();
  await page.waitForFunction(`${SHOWN_AFTER_MS}.length > 0`, null, { timeout: 60_000 });
  const shownAfterMs = (await page.evaluate(SHOWN_AFTER_MS)) as number[];
  console.log("ms from an event's message to the page:", shownAfterMs.map(Math.round).join(", "));
  findings.push(...(await inspect(page, "now")));

  await described.getByRole("link").first().click();
  const details = page.getByRole("dialog", { name: "Event details" });
  await details.getByText(/prompt \d+, waited .*, took /).waitFor();
  await details.locator("img").first().waitFor();
  findings.push(...(await inspect(page, "now-details", { fullPage: false })));
  await page.keyboard.press("Escape");
  await details.waitFor({ state: "hidden" });

  await page.reload();
  await described.waitFor({ timeout: 20_000 });
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  findings.push(...(await inspect(page, "sign-in")));

  expect(findings).toEqual([]);
  expect([...requested]).toEqual([new URL(daemon.url).host]);
  expect(complaints).toEqual([]);
});

/** When a message told of an event, and when it was painted. */
const NOTE_WHAT_IS_TOLD = `{
  const told = new Map();
  globalThis.shownAfterMs = [];
  globalThis.WebSocket = class extends WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        const { type, event } = JSON.parse(data);
        if (type === "event.started") told.set(event.id, performance.now());
      });
    }
  };
  new MutationObserver(() => {
    for (const [id, toldMs] of told) {
      if (!document.querySelector('a[href="#/events/' + id + '"]')) continue;
      told.delete(id);
      requestAnimationFrame((nowMs) => shownAfterMs.push(nowMs - toldMs));
    }
  }).observe(document, { childList: true, subtree: true });
}`;
const SHOWN_AFTER_MS = "shownAfterMs";

test("a covered camera is seen on the page by itself, and a kill loses nothing of it", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 60, movers: 0 });
  const covered = await coverFrom(20, file, folder.path);
  await using rtsp = await openRtspServer({ mounts: { dock: covered } });
  await using daemon = await openDaemon({
    config: { cameras: [{ id: "dock", name: "Dock door", url: rtsp.url("dock") }] },
  });
  const page = await browser.newPage({ viewport: DESKTOP });
  await enter(page, daemon);
  const camera = page.getByRole("listitem", { name: "Dock door" });
  await camera.getByText("Covered").waitFor({ timeout: 60_000 });
  await camera.getByText("Uncover the camera").waitFor();
  await page.getByText("Dock door: The picture is blank.").waitFor();
  expect(await inspect(page, "now-covered")).toEqual([]);

  await daemon.kill();
  await daemon.start();
  const path = "/api/v1/cameras/dock/tampering";
  const token = await signIn(daemon.url);
  const answer = await fetch(`${daemon.url}${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { items } = (await answer.json()) as Json;
  expect(items).toMatchObject([{ kind: "covered", ended_at: expect.any(String) }]);
});

async function signIn(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "guard", password: PASSWORD }),
  });
  return ((await answer.json()) as Json).access_token;
}

async function coverFrom(second: number, file: string, folder: string): Promise<string> {
  const covered = join(folder, "covered.mp4");
  const filter = `drawbox=t=fill:color=0x303030:enable='gte(t,${second})'`;
  const encoder = ["-c:v", "libx264", "-preset", "veryfast", "-g", "20", "-bf", "0"];
  const input = ["-v", "error", "-nostdin", "-y", "-i", file, "-vf", filter];
  await promisify(execFile)("ffmpeg", [...input, ...encoder, covered]);
  return covered;
}

test("the page says when the box is away, and goes on by itself when it is back", async () => {
  await using daemon = await openDaemon({ config: {} });
  const page = await browser.newPage({ viewport: PHONE });
  await enter(page, daemon);
  const connection = page.getByRole("status", { name: "Connection" });
  await connection.getByText("Live").waitFor();
  await page.getByText("Nothing has moved yet.").waitFor();
  expect(await inspect(page, "now-empty")).toEqual([]);
  await page.setViewportSize(PHONE);

  await daemon.kill();
  await connection
    .getByText(/Reconnecting|old/)
    .first()
    .waitFor({ timeout: 20_000 });
  await daemon.start();
  await connection.getByText("Live").waitFor({ timeout: 60_000 });
});
