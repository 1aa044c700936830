import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { openDaemon } from "../support/daemon.ts";
import { openFakeOllama } from "../support/fake-ollama/server.ts";
import { makeFootage } from "../support/footage.ts";
import type { Json } from "../support/lan-client.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const ARTIFACTS = resolve(import.meta.dirname, "../artifacts");
const PASSWORD = "correct horse battery";
/** Chromium speaks to nobody but the box. */
const CHROMIUM_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

let browser: Browser;

beforeAll(async () => {
  await mkdir(ARTIFACTS, { recursive: true });
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: CHROMIUM_ARGUMENTS,
  });
});

afterAll(async () => {
  await browser.close();
});

/** What the page complains of: script errors, refused resources, broken security policy. */
function collectComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // A 401 or 503 before signing in is how the page learns that it must ask.
    const isExpected = /status of (401|503)/.test(message.text());
    if (message.type() === "error" && !isExpected) complaints.push(message.text());
  });
  return complaints;
}

async function takePicture(page: Page, name: string): Promise<void> {
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.screenshot({ path: join(ARTIFACTS, `${name}-${scheme}.png`) });
  }
}

async function setUp(page: Page, url: string, code: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Setup code").fill(code);
  await page.getByLabel("User name").fill("guard");
  await page.getByLabel(/password/i).fill(PASSWORD);
  await takePicture(page, "setup");
  await page.getByRole("button", { name: "Create account and sign in" }).click();
}

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
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints = collectComplaints(page);
  const requested = new Set<string>();
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol !== "blob:") requested.add(host);
  });

  await setUp(page, daemon.url, await daemon.setupCode());
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
  await takePicture(page, "events-desktop");

  await described.getByRole("link").first().click();
  const details = page.getByRole("dialog", { name: "Event details" });
  await details.getByText(/prompt \d+, waited .*, took /).waitFor();
  await details.locator("img").first().waitFor();
  await takePicture(page, "details-desktop");
  await page.keyboard.press("Escape");
  await details.waitFor({ state: "hidden" });

  await page.setViewportSize({ width: 390, height: 844 });
  await takePicture(page, "events-phone");
  await page.setViewportSize({ width: 1280, height: 900 });

  await page.reload();
  await described.waitFor({ timeout: 20_000 });
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  await takePicture(page, "sign-in");

  expect([...requested]).toEqual([new URL(daemon.url).host]);
  expect(complaints).toEqual([]);
});

test("a covered camera is seen on the page by itself, and a kill loses nothing of it", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 60, movers: 0 });
  const covered = await coverFrom(20, file, folder.path);
  await using rtsp = await openRtspServer({ mounts: { dock: covered } });
  await using daemon = await openDaemon({
    config: { cameras: [{ id: "dock", name: "Dock door", url: rtsp.url("dock") }] },
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await setUp(page, daemon.url, await daemon.setupCode());
  const camera = page.getByRole("listitem", { name: "Dock door" });
  await camera.getByText("Covered").waitFor({ timeout: 60_000 });
  await camera.getByText("Uncover the camera").waitFor();
  await page.getByText("Dock door: The picture is blank.").waitFor();
  await takePicture(page, "covered-desktop");

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
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await setUp(page, daemon.url, await daemon.setupCode());
  const connection = page.getByRole("status", { name: "Connection" });
  await connection.getByText("Live").waitFor();
  await page.getByText("Nothing has moved yet.").waitFor();
  await takePicture(page, "empty");

  await daemon.kill();
  await connection
    .getByText(/Reconnecting|old/)
    .first()
    .waitFor({ timeout: 20_000 });
  await daemon.start();
  await connection.getByText("Live").waitFor({ timeout: 60_000 });
});
