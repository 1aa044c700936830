import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { collectComplaints, DESKTOP, inspect, openBrowser, PASSWORD } from "../support/browser.ts";
import { type Daemon, openDaemon } from "../support/daemon.ts";
import { storeHistory } from "../support/event-history.ts";
import { makeFootage } from "../support/footage.ts";
import { type Json, type LanClient, openLanClient } from "../support/lan-client.ts";
import { longestTaskMs } from "../support/page-trace.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const EVENTS = 10_000;
const ARTIFACTS = resolve(import.meta.dirname, "../artifacts");
const NAMES = ["Car park", "Yard gate", "Reception", "Ramp", "Fence north", "Storage", "Roof"];
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

let stack: AsyncDisposableStack;
let browser: Browser;
let daemon: Daemon;
let client: LanClient;
let context: BrowserContext;
let page: Page;
let complaints: string[];
const findings: string[] = [];

/** A box of a week, with one camera that goes on seeing things. */
beforeAll(async () => {
  stack = new AsyncDisposableStack();
  const { path } = stack.use(await openTempFolder());
  const { file } = await makeFootage({ folder: path, seconds: 30, movers: 2 });
  const rtsp = stack.use(await openRtspServer({ mounts: { dock: file } }));
  const still = { url: "rtsp://192.0.2.1/still", enabled: false };
  daemon = stack.use(
    await openDaemon({
      config: {
        site: { id: "shop-1", name: "Corner shop" },
        cameras: [
          { id: "dock", name: "Dock door", url: rtsp.url("dock") },
          ...NAMES.map((name, place) => ({ ...still, id: `camera-${place}`, name })),
        ],
      },
    }),
  );
  (await openLanClient(daemon)).close();
  await daemon.stop();
  await storeHistory({ dataDir: daemon.dataDir, count: EVENTS, footage: file });
  await daemon.start();
  client = await openLanClient(daemon);
  stack.defer(() => client.close());
  browser = await openBrowser();
  stack.defer(() => browser.close());
  context = await browser.newContext({ viewport: DESKTOP });
  page = await context.newPage();
  complaints = collectComplaints(page);
  await signIn(page, "#/events");
});

afterAll(() => stack.disposeAsync());

async function signIn(into: Page, hash: string): Promise<void> {
  await into.goto(`${daemon.url}/${hash}`);
  await into.getByRole("textbox").first().fill("installer");
  await into.locator("input[type=password]").fill(PASSWORD);
  await into.locator("button[type=submit]").click();
  await into.getByRole("navigation").waitFor();
}

/** Of the box itself, to hold the page to. */
async function listed(query: string): Promise<Json[]> {
  return (await client.get(`/events?limit=200&${query}`)).items;
}

const rows = (of: Page = page): Locator => of.locator(".stream-event");
const titles = (of: Page = page): Locator => of.locator(".stream-event h4");

/** Anew, so that nothing of the list before is taken for this one. */
async function open(hash: string): Promise<void> {
  await page.goto("about:blank");
  await page.goto(`${daemon.url}/${hash}`);
  await rows().first().waitFor();
}

test("words are searched for as they are typed, and the link shows the same to others", async () => {
  await rows().first().locator("img").waitFor();
  findings.push(...(await inspect(page, "events", { fullPage: false })));
  await page.getByLabel("Search").pressSequentially("forklift", { delay: 20 });
  const found = await listed("q=forklift");
  await page.getByText(`${found.length} events`, { exact: true }).waitFor();
  await page.waitForURL(/#\/events\?q=forklift$/);
  expect(await rows().first().textContent()).toMatch(/forklift/i);

  await page.getByLabel("Severity").selectOption("1");
  const grave = await listed("q=forklift&min_concern=1");
  await page.getByText(new RegExp(`^${grave.length} events?$`)).waitFor();
  const other = await context.newPage();
  await other.goto(page.url());
  await rows(other).first().waitFor();
  expect(await titles(other).allTextContents()).toEqual(await titles().allTextContents());
  expect(await other.getByLabel("Search").inputValue()).toBe("forklift");
  await other.close();

  await page.getByLabel("Search").fill("nothing like it");
  await page.getByText("No event fits.").waitFor();
  findings.push(...(await inspect(page, "events-none", { fullPage: false })));
  await page.getByRole("button", { name: "Clear filters" }).last().click();
  await page.getByText("The newest 100 events").waitFor();
  expect(new URL(page.url()).hash).toBe("#/events");
});

test("the filters are those of the box, and an hour of the activity is one", async () => {
  await open("#/events");
  await page.getByLabel("Camera", { exact: true }).selectOption({ label: "Yard gate" });
  await page.getByLabel("Description").selectOption({ label: "Not described" });
  await page.getByLabel("Time").selectOption({ label: "Yesterday" });
  const query = page.url().split("?")[1] ?? "";
  const wanted = await listed(query);
  expect(query).toMatch(/^camera_id=camera-1&from=20.*&to=20.*&described=false$/);
  await page.getByText(`${wanted.length} events`, { exact: true }).waitFor();

  await page.getByRole("button", { name: "Clear filters" }).click();
  const hour = page.getByRole("link", { name: /^Yard gate, .*: \d+ events?$/ }).last();
  const [, count] = /: (\d+) event/.exec((await hour.textContent()) ?? "") ?? [];
  await hour.click();
  await page.getByText(new RegExp(`^${count} events?$`)).waitFor();
  const cameras = await page.locator(".event-row .event-camera").allTextContents();
  expect(new Set(cameras)).toEqual(new Set(["Yard gate"]));
});

test("by the keyboard alone events are gone through, marked and opened", async () => {
  await open("#/events?camera_id=camera-1&to=2100-01-01T00:00:00.000Z");
  const [first, second] = await listed("camera_id=camera-1");
  await page.getByLabel("Search").press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  const row = page.locator(`[data-id="${first.id}"]`);
  await expect.poll(() => row.locator("a:focus").count()).toBe(1);
  await page.keyboard.press("i");
  await row.getByText("Important: kept").waitFor({ state: "attached" });
  await page.keyboard.press("Enter");

  const details = page.getByRole("dialog", { name: "Event details" });
  await details.getByText(/^llava:7b, prompt 4, waited 1 s, took 8 s$/).waitFor();
  await details.locator(".details-stage img").waitFor();
  await expect.poll(async () => (await client.get(`/events/${first.id}`)).seen).toBe(true);
  expect(await client.get(`/events/${first.id}`)).toMatchObject({ important: true });
  await page.keyboard.press("ArrowRight");
  await page.waitForURL(new RegExp(second.id));
  await expect.poll(async () => (await client.get(`/events/${second.id}`)).seen).toBe(true);
  await page.keyboard.press("s");
  await details.getByRole("button", { name: "Mark as seen" }).waitFor();
  await page.keyboard.press("Escape");
  await details.waitFor({ state: "detached" });
  expect(page.url()).toContain("#/events?camera_id=camera-1");
});

test("an open event shows all its pictures, and picture and facts can be taken away", async () => {
  await open("#/events?camera_id=camera-0&camera_id=camera-1");
  const all = await listed(`to=${new Date().toISOString()}`);
  const withPictures = await Promise.all(
    all.slice(0, 30).map(async ({ id }) => [id, await client.get(`/events/${id}/pictures`)]),
  );
  const [id] = withPictures.find(([, pictures]) => pictures.items.length > 1) ?? [];
  await page.goto(`${daemon.url}/#/events/${id}`);
  const details = page.getByRole("dialog");
  const film = details.getByRole("list", { name: "Pictures of this event" });
  await film.getByRole("button").first().click();
  await expect.poll(() => details.locator(".details-stage rect").count()).toBe(1);
  findings.push(...(await inspect(page, "event", { fullPage: false })));

  const picture = page.waitForEvent("download");
  await details.getByRole("button", { name: "Save picture" }).click();
  expect((await picture).suggestedFilename()).toMatch(/^[\w-]+-20[\dT-]+\.jpg$/);
  const facts = page.waitForEvent("download");
  await details.getByRole("button", { name: "Save as JSON" }).click();
  expect((await facts).suggestedFilename()).toMatch(/\.json$/);
  await details.getByRole("button", { name: "Close" }).click();
  const table = page.waitForEvent("download");
  await page.getByText("Export", { exact: true }).click();
  await page.getByRole("button", { name: "As a table (CSV)" }).click();
  expect((await table).suggestedFilename()).toBe("events.csv");
});

test("a deletion can be undone; the box is told when it no longer can, or when the page is left", async () => {
  const [first, second] = await listed("camera_id=camera-3");
  await open("#/events?camera_id=camera-3");
  const row = page.locator(`[data-id="${first.id}"]`);
  const remove = async (): Promise<void> => {
    await row.locator("a").focus();
    await page.keyboard.press("Delete");
    await row.waitFor({ state: "detached" });
  };
  await remove();
  await page.getByRole("button", { name: "Undo" }).click();
  await row.waitFor();
  expect((await client.fetch(`/events/${first.id}`)).status).toBe(200);

  await remove();
  expect((await client.fetch(`/events/${first.id}`)).status).toBe(200);
  await page.goto("about:blank");
  await expect.poll(async () => (await client.fetch(`/events/${first.id}`)).status).toBe(404);

  await open(`#/events/${second.id}`);
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("1 event deleted.").waitFor();
  const status = async () => (await client.fetch(`/events/${second.id}`)).status;
  await expect.poll(status, { timeout: 20_000 }).toBe(404);
});

test("a shared link opens its event, after signing in", async () => {
  const [event] = await listed("camera_id=camera-4");
  const stranger = await browser.newContext({
    viewport: DESKTOP,
    locale: "de-DE",
    timezoneId: "America/New_York",
  });
  const theirs = await stranger.newPage();
  await signIn(theirs, `#/events/${event.id}`);
  const details = theirs.getByRole("dialog", { name: "Ereignis im Einzelnen" });
  await details.getByText(event.id).waitFor();
  await details.getByText("Sie sind in America/New_York.").waitFor();
  await theirs.keyboard.press("Escape");
  await theirs.getByRole("heading", { name: "Ereignisse" }).first().waitFor();
  await rows(theirs).first().waitFor();
  findings.push(...(await inspect(theirs, "events-german", { fullPage: false })));
  await stranger.close();
});

test("ten thousand events scroll without a long frame, from a first event that is there soon", async () => {
  await page.addInitScript(`new MutationObserver((changes, observer) => {
    if (!document.querySelector(".stream-event")) return;
    window.firstEventMs = performance.now();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true })`);
  await open("#/events");
  const firstEventMs = Number(await page.evaluate("window.firstEventMs"));

  await browser.startTracing(page, { categories: ["toplevel"] });
  // A screen at a time down the newest, then to the end, page after page, and back up in leaps.
  await page.evaluate(scroll({ px: 800, frames: 120 }));
  await page.evaluate(TO_THE_END);
  await page.evaluate(scroll({ px: -7_000, frames: 220 }));
  const taskMs = longestTaskMs(await browser.stopTracing());

  const made = await rows().count();
  const figures = { events: EVENTS, firstEventMs, longestTaskMs: taskMs, rowsMade: made };
  await writeFile(join(ARTIFACTS, "events-figures.json"), `${JSON.stringify(figures)}\n`);
  expect(await page.locator(".results-head p").first().textContent()).toMatch(
    /^(9|10)\d{3} events$/,
  );
  expect(made).toBeLessThan(40);
  expect(taskMs).toBeLessThan(50);
});

const TO_THE_END = `new Promise((done) => {
  const step = () => {
    if (document.querySelector(".older:not(.waiting)")) return done();
    scrollTo(0, document.body.scrollHeight);
    requestAnimationFrame(step);
  };
  step();
})`;

function scroll({ px, frames }: { px: number; frames: number }): string {
  return `new Promise((done) => {
    let left = ${frames};
    const step = () => {
      scrollBy(0, ${px});
      if (--left > 0) requestAnimationFrame(step);
      else done();
    };
    requestAnimationFrame(step);
  })`;
}

test("new events wait above what is read, which does not move, and appear by themselves at the top", async () => {
  await open("#/events");
  await page.evaluate("scrollTo(0, 3000)");
  const seen = titles().nth(8);
  const before = await seen.boundingBox();
  const id = await rows().nth(8).getAttribute("data-id");
  const pill = page.getByRole("button", { name: /new events?$/ });
  await pill.waitFor({ timeout: 90_000 });
  expect(await page.locator(`[data-id="${id}"] h4`).boundingBox()).toEqual(before);
  await pill.click();
  await page.locator(".event-row", { hasText: "Dock door" }).first().waitFor();
  expect(await page.evaluate("scrollY")).toBe(0);
});

test("on a phone a swipe marks, filters unfold, and a swipe over the open event leads to the next", async () => {
  const phone = await browser.newContext(PHONE);
  const small = await phone.newPage();
  await signIn(small, "#/events?camera_id=camera-5");
  const [first, second] = await listed("camera_id=camera-5");
  await rows(small).first().waitFor();
  await swipe(small, small.locator(`[data-id="${first.id}"] .event-row`), -150);
  await small
    .locator(`[data-id="${first.id}"]`)
    .getByText("Important: kept")
    .waitFor({ state: "attached" });
  expect((await client.get(`/events/${first.id}`)).important).toBe(true);
  await small.getByRole("button", { name: "Filters (1)" }).click();
  await small.getByLabel("Severity").waitFor();
  await small.screenshot({ path: join(ARTIFACTS, "events-filters-phone.png") });

  await small.goto(`${daemon.url}/#/events/${first.id}`);
  await swipe(small, small.locator(".details-stage"), -200);
  await small.waitForURL(new RegExp(second.id));
  await phone.close();
});

async function swipe(on: Page, target: Locator, px: number): Promise<void> {
  await target.scrollIntoViewIfNeeded();
  const box = await target.boundingBox();
  if (!box) throw new Error("nothing to swipe over");
  const session = await on.context().newCDPSession(on);
  const y = box.y + box.height / 2;
  const touch = (type: "touchStart" | "touchMove", x: number) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: [{ x, y }] });
  const x = box.x + box.width / 2 - px / 2;
  await touch("touchStart", x);
  for (const share of [0.2, 0.5, 0.8, 1]) await touch("touchMove", x + px * share);
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await session.detach();
}

test("nothing of it is hard to reach, sticks out, or breaks the page's rules", () => {
  expect(findings).toEqual([]);
  expect(complaints).toEqual([]);
});
