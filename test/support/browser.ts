/** Debian's Chromium on the page: how it is started, what it complains of, pictures, accessibility. */
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

import { type Browser, chromium, type Page } from "playwright-core";

import type { Daemon } from "./daemon.ts";

const ARTIFACTS = resolve(import.meta.dirname, "../artifacts");
/** Chromium speaks to nobody but the box. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];
export const PHONE = { width: 390, height: 844 };

export const DESKTOP = { width: 1280, height: 900 };
export const PASSWORD = "correct horse battery";

export async function openBrowser(): Promise<Browser> {
  await mkdir(ARTIFACTS, { recursive: true });
  return await chromium.launch({ executablePath: "/usr/bin/chromium", args: ARGUMENTS });
}

/** Makes the first account, and is signed in with it. */
export async function enter(page: Page, daemon: Daemon): Promise<void> {
  await page.goto(daemon.url);
  await page.getByLabel("Setup code").fill(await daemon.setupCode());
  await page.getByLabel("User name").fill("guard");
  await page.getByLabel(/password/i).fill(PASSWORD);
  await page.getByRole("button", { name: "Create account and sign in" }).click();
  await page.getByRole("navigation", { name: "Views" }).waitFor();
}

/** What the page complains of: script errors, refused resources, broken security policy. */
export function collectComplaints(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // Before signing in, asking is how the page learns that it must; a camera that begins has no picture.
    const isExpected = /status of (401|503)/.test(message.text());
    if (message.type() === "error" && !isExpected) complaints.push(message.text());
  });
  return complaints;
}

/**
 * Both sizes, light and dark, and whatever axe finds serious in them or sticks out sideways. Of a list
 * that makes only the rows in view, and of what lies over a view, the screen is all there is to see.
 */
export async function inspect(
  page: Page,
  name: string,
  { fullPage = true }: { fullPage?: boolean } = {},
): Promise<string[]> {
  const source = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  const findings: string[] = [];
  for (const [size, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate("scrollTo(0, 0)");
      // What is fixed to the screen's foot would stand in the middle of a taller picture.
      const height = Number(await page.evaluate("document.documentElement.scrollHeight"));
      if (fullPage) await page.setViewportSize({ ...viewport, height });
      await page.evaluate(ALL_PICTURES_SHOWN);
      await page.screenshot({ path: join(ARTIFACTS, `${name}-${size}-${colorScheme}.png`) });
      await page.setViewportSize(viewport);
      await page.evaluate(await readFile(source, "utf8"));
      const found = (await page.evaluate(RUN_AXE)) as string[];
      findings.push(...found.map((finding) => `${name}, ${size}, ${colorScheme}: ${finding}`));
    }
    const over = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    if (Number(over) > 0) findings.push(`${name}, ${size}: ${over} px stick out`);
  }
  await page.setViewportSize(DESKTOP);
  await page.emulateMedia({ colorScheme: "light" });
  return findings;
}

/** Of those in view; the others are not even asked for. */
const ALL_PICTURES_SHOWN = `new Promise((resolve) => {
  const isInView = ({ top, bottom }) => bottom > 0 && top < innerHeight;
  const look = () => {
    const waiting = [...document.querySelectorAll(".picture-waits")];
    const isShown = !waiting.some((it) => isInView(it.getBoundingClientRect()));
    if (isShown) resolve();
    else requestAnimationFrame(look);
  };
  look();
})`;

const RUN_AXE = `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
  violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => id + " " + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" | ")))`;
