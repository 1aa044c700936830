import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import {
  collectComplaints,
  DESKTOP,
  enter,
  inspect,
  openBrowser,
  PASSWORD,
} from "../support/browser.ts";
import { openDaemon } from "../support/daemon.ts";
import { makeFootage } from "../support/footage.ts";
import type { Json } from "../support/lan-client.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

/** One walker in every ten seconds of it. */
const FOOTAGE_S = 20;

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
});

test("a camera is added with a look at its picture, tuned until a walker is no event, masked, and removed", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: FOOTAGE_S });
  await using rtsp = await openRtspServer({
    ...{ mounts: { back: file }, user: "viewer", password: "gate-keeper-1" },
  });
  await using daemon = await openDaemon({
    config: { server: { host: "127.0.0.1", port: 0, camera_hosts: ["127.0.0.1"] } },
  });
  const page = await browser.newPage({ viewport: DESKTOP });
  const complaints = collectComplaints(page);
  const findings: string[] = [];
  await enter(page, daemon);

  await page.getByRole("link", { name: "Add the first camera" }).click();
  await page.getByText("Add the first one").waitFor();
  findings.push(...(await inspect(page, "cameras-none")));
  await page.getByRole("button", { name: "Add a camera" }).click();
  const form = page.getByRole("form", { name: "Add a camera" });
  await form.getByLabel("Name").fill("Back door");
  expect(await form.getByLabel("Id").inputValue()).toBe("back-door");
  await form.getByLabel("Address", { exact: true }).fill(rtsp.url("back"));
  await form.getByRole("button", { name: "Show a test picture" }).click();
  await form.getByRole("button", { name: "Opening the camera…" }).waitFor();
  await form.getByRole("img", { name: "Test picture" }).waitFor({ timeout: 30_000 });
  await form.getByText(/h264, 640 × 360, \d/).waitFor();
  findings.push(...(await inspect(page, "camera-adding")));
  await form.getByRole("button", { name: "Add camera" }).click();
  const card = page.getByRole("listitem", { name: "Back door" });
  await card.getByText("Online").waitFor({ timeout: 30_000 });
  await card.getByText("rtsp://***@").waitFor();
  await card.locator("img").waitFor({ timeout: 30_000 });
  findings.push(...(await inspect(page, "cameras")));

  await card.getByRole("link", { name: "Tune" }).click();
  await page.getByText(/now; an event from 30 % on/).waitFor({ timeout: 30_000 });
  const again = page.getByRole("button", { name: /Look again|Trying out/ });
  const outcome = page.locator(".rehearsed");
  const look = async () => {
    await again.click();
    await expect.poll(() => again.textContent()).toBe("Look again");
    return await outcome.textContent();
  };
  await expect.poll(look, { timeout: 60_000, interval: 1000 }).toMatch(/^[1-9]\d* events? in/);
  const inForce = Number.parseInt((await outcome.textContent()) ?? "", 10);

  await page.getByLabel("Threshold").fill("1");
  await page
    .getByText(`0 events with these settings, ${inForce} with those in force`)
    .waitFor({ timeout: 20_000 });
  await page.getByLabel("Why was this an event, or not?").press("Home");
  await page.getByText("No event").waitFor();
  await page.getByText("Not saved yet").waitFor();
  findings.push(...(await inspect(page, "tuning")));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved and in force.").first().waitFor();
  await page.getByText(/now; an event from 100 % on/).waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByText(/now; an event from 30 % on/).waitFor();
  await page.getByText(/^[1-9]\d* events? in these minutes/).waitFor({ timeout: 20_000 });

  await page.getByRole("button", { name: "Draw a mask" }).click();
  const picture = (await page.locator(".regions").boundingBox()) ?? fail();
  await page.mouse.move(picture.x + picture.width * 0.01, picture.y + 3);
  await page.mouse.down();
  await page.mouse.move(picture.x + 200, picture.y + 100);
  await page.mouse.move(picture.x + picture.width - 2, picture.y + picture.height - 2);
  await page.mouse.up();
  await page.getByText("Mask 1").waitFor();
  const corner = page.getByRole("button", { name: /Corner 1 of Mask 1, 1 % from the left/ });
  await corner.press("ArrowLeft");
  await page.getByRole("button", { name: /Corner 1 of Mask 1, 0 % from the left/ }).waitFor();
  await page.getByText(/^0 events with these settings/).waitFor({ timeout: 20_000 });
  findings.push(...(await inspect(page, "tuning-mask")));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved and in force.").first().waitFor();

  expect(await startedWhileOneWalksThrough(daemon.url)).toEqual([]);

  await page.getByRole("button", { name: "Add hours" }).click();
  await page.getByRole("group", { name: "Days of hours 1" }).getByText("Mon").click();
  await page.getByRole("button", { name: "Discard changes" }).click();

  await page.getByRole("link", { name: "All cameras" }).click();
  await card.getByRole("button", { name: "Change: Back door" }).click();
  await card.getByLabel("Name").fill("Rear door");
  await card.getByRole("button", { name: "Save" }).click();
  const renamed = page.getByRole("listitem", { name: "Rear door" });
  await renamed.getByRole("button", { name: "Switch off" }).click();
  await renamed.getByText("Switched off", { exact: true }).waitFor();
  await renamed.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("Add the first one").waitFor();

  expect(findings).toEqual([]);
  expect(complaints).toEqual([]);
}, 300_000);

/** The events that begin while the whole footage passes once more. */
async function startedWhileOneWalksThrough(url: string): Promise<unknown[]> {
  const signedIn = await fetch(`${url}/api/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "guard", password: PASSWORD }),
  });
  const headers = { authorization: `Bearer ${((await signedIn.json()) as Json).access_token}` };
  const get = async (path: string): Promise<Json> =>
    (await fetch(`${url}/api/v1${path}`, { headers })).json();
  const begin = await get("/cameras/back-door");
  const seen = async () => (await get("/cameras/back-door")).frames_seen - begin.frames_seen;
  await expect.poll(seen, { timeout: 60_000, interval: 500 }).toBeGreaterThan(FOOTAGE_S * 5);
  return (await get(`/events?from=${begin.last_frame_at}`)).items;
}

function fail(): never {
  throw new Error("the editor is not on the page");
}
