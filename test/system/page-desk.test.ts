import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { readBackup } from "../../src/store/backup-file.ts";
import { CONFIG_PART } from "../../src/upkeep/backups.ts";
import { collectComplaints, DESKTOP, enter, inspect, openBrowser } from "../support/browser.ts";
import { openDaemon } from "../support/daemon.ts";
import { openFakeOllama } from "../support/fake-ollama/server.ts";
import { makeFootage } from "../support/footage.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
});

test("a description that was given up is retried, a model is fetched, and health says what is wrong", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 60, movers: 2 });
  await using rtsp = await openRtspServer({ mounts: { dock: file } });
  await using ollama = await openFakeOllama({ pullable: ["llava:7b", "moondream:latest"] });
  await using daemon = await openDaemon({
    config: {
      cameras: [{ id: "dock", name: "Dock door", url: rtsp.url("dock") }],
      ollama: { url: ollama.url, attempts: 1 },
    },
  });
  const page = await browser.newPage({ viewport: DESKTOP });
  const complaints = collectComplaints(page);
  const findings: string[] = [];
  await enter(page, daemon);
  await page.getByRole("link", { name: "Desk" }).click();
  await page.getByText("Passed: the model read the card of colours.").waitFor({ timeout: 60_000 });
  ollama.setFault({ type: "says", text: "<script>document.title = 'taken'</script> no JSON" });

  const letter = page.getByRole("listitem", { name: /^Dock door, / }).first();
  await letter.waitFor({ timeout: 90_000 });
  await letter.getByText("What the model said").click();
  await letter.getByText("<script>document.title = 'taken'</script>").waitFor();
  expect(await page.title()).toBe("Nightjar");
  findings.push(...(await inspect(page, "desk-given-up")));
  ollama.setFault(null);
  const count = await page.getByRole("listitem", { name: /^Dock door, / }).count();
  await letter.getByRole("button", { name: /^Try again: Dock door/ }).click();
  await expect
    .poll(() => page.getByRole("listitem", { name: /^Dock door, / }).count(), { timeout: 30_000 })
    .toBe(count - 1);
  const described = page.locator("td.number:nth-child(3)");
  await expect.poll(() => described.textContent(), { timeout: 60_000 }).not.toBe("0");

  ollama.holdPulls(true);
  await page.getByLabel("Name of the model").fill("moondream:latest");
  await page.getByRole("button", { name: "Fetch", exact: true }).click();
  await page.getByText(/^\d+ of \d+ MB$/).waitFor();
  const bar = page.getByRole("progressbar", { name: "How far it is" });
  expect(Number(await bar.getAttribute("value"))).toBeGreaterThan(0);
  findings.push(...(await inspect(page, "desk-fetching")));
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText("Stopped. Fetching again goes on from there.").waitFor();
  ollama.holdPulls(false);
  await page.getByRole("button", { name: "Fetch", exact: true }).click();
  await page.getByText("moondream:latest is on the box.").waitFor();
  const model = page.getByRole("listitem").filter({ hasText: "moondream:latest" });
  await model.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await model.waitFor({ state: "detached" });

  await page.getByRole("link", { name: "Health" }).click();
  await page.getByText("The camera delivers pictures.").waitFor();
  await page.getByText("The box's clock and yours agree.").waitFor();
  await page.getByText("listening").first().waitFor();
  findings.push(...(await inspect(page, "health")));
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Make and download" }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toMatch(/^nightjar-.*\.backup$/);
  const parts = await readBackup(await saved.path(), () => {});
  expect(parts.map(({ name }) => name)).toContain(CONFIG_PART);
  await ollama.stop();
  await rtsp.stop("SIGKILL");
  await page.getByText(/Dock door: /).waitFor({ timeout: 60_000 });
  await page
    .getByText(/Ollama (is not|does not|cannot|at)/i)
    .first()
    .waitFor({ timeout: 60_000 });
  await page.getByLabel("Show").selectOption("warn");
  findings.push(...(await inspect(page, "health-trouble")));

  expect(findings).toEqual([]);
  expect(complaints).toEqual([]);
}, 300_000);
