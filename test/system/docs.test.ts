import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";

import { chromium } from "playwright-core";
import { expect, test } from "vitest";

import { openDaemon } from "../support/daemon.ts";
import { openLanClient } from "../support/lan-client.ts";

const ARTIFACTS = resolve(import.meta.dirname, "../artifacts");
const METHODS = ["get", "post", "put", "patch", "delete"];

test("the API's description can be read and tried out without the internet", async () => {
  await mkdir(ARTIFACTS, { recursive: true });
  await using daemon = await openDaemon({ config: { cameras: [] } });
  const client = await openLanClient(daemon);
  const { paths } = await client.get("/openapi.json");
  const operations = Object.values(paths as Record<string, object>).flatMap((path) =>
    Object.keys(path).filter((name) => METHODS.includes(name)),
  );

  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  await using opened = new AsyncDisposableStack();
  opened.defer(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    const isExpected = /status of 4\d\d/.test(message.text());
    if (message.type() === "error" && !isExpected) complaints.push(message.text());
  });
  const strangers: string[] = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(daemon.url) && !/^(data|blob):/.test(url)) strangers.push(url);
  });

  await page.goto(`${daemon.url}/api/v1/docs`);
  await page.getByText("Sign in first").waitFor();
  await page.request.post(`${daemon.url}/api/v1/auth/login`, {
    headers: { "X-Requested-With": "nightjar" },
    data: { username: "installer", password: "correct horse battery" },
  });
  await page.reload();
  await page.locator(".opblock").first().waitFor();
  expect(await page.locator(".opblock").count()).toBe(operations.length);

  await page.locator("#operations-Events-getApiV1Events .opblock-summary-control").click();
  await page.getByRole("button", { name: "Try it out" }).click();
  await page.getByRole("button", { name: "Execute" }).click();
  await page.locator(".live-responses-table .response-col_status").getByText("200").waitFor();
  await page.screenshot({ path: join(ARTIFACTS, "docs.png") });
  expect(strangers).toEqual([]);
  expect(complaints).toEqual([]);
}, 120_000);
