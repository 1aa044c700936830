import { gzipSync } from "node:zlib";

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

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
});

test("users and tokens are made and taken away, and the audit log tells of it", async () => {
  await using daemon = await openDaemon({ config: {} });
  const page = await browser.newPage({ viewport: DESKTOP });
  const complaints = collectComplaints(page);
  const findings: string[] = [];
  await enter(page, daemon);

  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByLabel("What it is for").fill("Home Assistant");
  await page.getByRole("button", { name: "Make a token" }).click();
  const token = (await page.locator(".made-token code").textContent()) ?? "";
  const useToken = async (): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${daemon.url}/api/v1/events`, { headers })).status;
  };
  expect(await useToken()).toBe(200);
  await page.getByText("this one").waitFor();
  findings.push(...(await inspect(page, "settings-account")));
  await page.getByRole("button", { name: "Done" }).click();
  const row = page.getByRole("listitem", { name: "Home Assistant" });
  await row.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await row.waitFor({ state: "detached" });
  expect(await useToken()).toBe(401);

  await page.getByRole("link", { name: "Users" }).click();
  await page.getByRole("button", { name: "Add a user" }).click();
  const form = page.getByRole("form", { name: "Add a user" });
  await form.getByLabel("User name").fill("night.shift");
  await form.getByLabel("Password").fill("owls fly at night");
  findings.push(...(await inspect(page, "settings-user-adding")));
  await form.getByRole("button", { name: "Save" }).click();
  const user = page.getByRole("listitem", { name: "night.shift" });
  await user.getByText("Viewer · sees all cameras").waitFor();
  findings.push(...(await inspect(page, "settings-users")));

  const other = await browser.newPage({ viewport: DESKTOP });
  await other.goto(daemon.url);
  await other.getByLabel("User name").fill("night.shift");
  await other.getByLabel("Password").fill("owls fly at night");
  await other.getByRole("button", { name: "Sign in" }).click();
  const views = other.getByRole("navigation", { name: "Views" });
  await views.getByRole("link", { name: "Desk" }).waitFor();
  expect(await views.getByRole("link", { name: "Cameras" }).count()).toBe(0);

  await user.getByRole("button", { name: "Switch off" }).click();
  await user.getByText("switched off").waitFor();
  await other.getByText("You were signed out because the session ended").waitFor();
  await user.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await user.waitFor({ state: "detached" });

  await page.getByRole("link", { name: "Audit" }).click();
  await page.getByRole("cell", { name: "user.removed" }).waitFor();
  await page.getByRole("button", { name: "Check the chain" }).click();
  await page.getByText("Every row is as it was written.").waitFor();
  findings.push(...(await inspect(page, "settings-audit")));
  await page.getByRole("link", { name: "Centre" }).click();
  await page
    .getByText(/central database/i)
    .nth(1)
    .waitFor();
  findings.push(...(await inspect(page, "settings-centre")));

  await page.getByRole("link", { name: "My account" }).click();
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByLabel("New password").fill("another horse battery");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("Your password is changed.").waitFor();
  expect(findings).toEqual([]);
  expect(complaints).toEqual([]);
}, 200_000);

test("a German browser is spoken to in German in every view", async () => {
  await using daemon = await openDaemon({ config: {} });
  const context = await browser.newContext({ locale: "de-DE", viewport: DESKTOP });
  const page = await context.newPage();
  await page.goto(daemon.url);
  const findings: string[] = [];
  await page.getByLabel("Einrichtungscode").fill(await daemon.setupCode());
  await page.getByLabel("Benutzername").fill("wache");
  await page.getByLabel(/Passwort/).fill(PASSWORD);
  await page.getByRole("button", { name: "Konto anlegen und anmelden" }).click();
  // What the box itself says too: it speaks English to all, and nobody answers as its model.
  await page.getByText("Ollama antwortet unter").first().waitFor();
  for (const name of ["Kameras", "Pult", "Zustand", "Einstellungen"]) {
    await page.getByRole("link", { name, exact: true }).click();
    await page.getByRole("heading", { name, exact: true, level: 2 }).waitFor();
    findings.push(...(await inspect(page, `german-${name.toLowerCase()}`)));
    // The log is the journal's, and stays in English.
    const told = await page.locator("main p:not(.log-line), main li").allInnerTexts();
    expect(told.join("\n")).not.toMatch(/ (?:the|does|is|not) /);
  }
  expect(findings).toEqual([]);
  expect(await page.getAttribute("html", "lang")).toBe("de");
  await context.close();
}, 120_000);

test("the script of the first view is small, and the other views come when they are opened", async () => {
  await using daemon = await openDaemon({ config: {} });
  const page = await browser.newPage({ viewport: DESKTOP });
  const scripts: Promise<Buffer>[] = [];
  page.on("response", (response) => {
    if (response.url().endsWith(".js")) scripts.push(response.body());
  });
  await enter(page, daemon);
  await page.getByText("No cameras yet.").waitFor();
  const first = await Promise.all(scripts);
  const bytes = first.map((script) => gzipSync(script).length).reduce((sum, one) => sum + one, 0);
  console.log(`bytes of script, packed, before the first view: ${bytes}`);
  expect(bytes).toBeLessThan(60_000);
  await page.getByRole("link", { name: "Health" }).click();
  await page.getByText("What runs here").waitFor();
  expect(scripts.length).toBeGreaterThan(first.length);
}, 60_000);
