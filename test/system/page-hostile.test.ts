import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import {
  collectComplaints,
  DESKTOP,
  enter,
  openBrowser,
  PASSWORD,
  PHONE,
} from "../support/browser.ts";
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

/** What has run, or made an element, where a page takes a text for markup. */
const MARKUP = [
  "<img src=x onerror=taken()>",
  "<svg onload=taken()>",
  "<script>taken()</script>",
  '"><b onmouseover=taken() autofocus onfocus=taken()>',
  "<iframe srcdoc='<script>parent.taken()</script>'>",
  "javascript:taken()",
  "{{constructor.constructor('taken()')()}}",
  "</title><style>*{display:none}</style>",
];
const [image, vector, script, breakout, frame, address, template, style] = MARKUP;

const VIEWS = ["", "events", "cameras", "cameras/dock", "desk", "health", "settings"];

test("A10: markup in what people, cameras and the model say is text wherever the page shows it", async () => {
  await using folder = await openTempFolder();
  const { file } = await makeFootage({ folder: folder.path, seconds: 20 });
  await using rtsp = await openRtspServer({ mounts: { dock: file } });
  await using ollama = await openFakeOllama();
  ollama.setFault({ type: "says", text: JSON.stringify(toAnswer()) });
  await using daemon = await openDaemon({
    config: {
      site: { id: "shop-1", name: `${script} ${style}` },
      cameras: [
        {
          ...{ id: "dock", name: `${image} ${breakout}`, url: rtsp.url("dock") },
          motion: {
            zones: [
              {
                name: vector,
                polygon: [
                  [0, 0],
                  [1, 0],
                  [1, 1],
                  [0, 1],
                ],
              },
            ],
          },
          analysis: { prompt: `${frame} ${template}` },
        },
      ],
      ollama: { url: ollama.url },
    },
  });
  const page = await browser.newPage({ viewport: DESKTOP });
  const complaints = collectComplaints(page);
  await page.addInitScript("globalThis.taken = () => { globalThis.wasTaken = true; }");
  await enter(page, daemon);
  await page.getByText("<svg onload=taken()>").first().waitFor({ timeout: 60_000 });

  await page.goto(`${daemon.url}/#/settings`);
  await page.getByLabel("What it is for").fill(`${image} ${address}`);
  await page.getByRole("button", { name: /token/i }).first().click();
  await page
    .getByText(image ?? "")
    .first()
    .waitFor();

  for (const viewport of [DESKTOP, PHONE]) {
    await page.setViewportSize(viewport);
    for (const view of VIEWS) {
      await page.goto(`${daemon.url}/#/${view}`);
      await page.getByRole("heading").first().waitFor();
      expect.soft(await findTaken(page), view).toEqual([]);
    }
  }
  for (const wicked of MARKUP) {
    await page.goto(`${daemon.url}/#/${wicked}`);
    await page.goto(`${daemon.url}/#/events/${encodeURIComponent(wicked)}?q=${wicked}`);
    expect.soft(await findTaken(page), wicked).toEqual([]);
  }
  expect(complaints).toEqual([]);
}, 240_000);

function toAnswer() {
  return {
    ...{ people: 1, vehicles: 0, concern: 1, activity: "walking" },
    objects: [image?.slice(0, 40), "<b onclick=taken()>"],
    title: `${vector} ${address}`,
    description: `${script} ${breakout} ${frame} ${template}`,
  };
}

/** Elements that nobody of ours made, and whether their script ran. */
async function findTaken(page: Page): Promise<unknown> {
  return page.evaluate(`[
    ...document.querySelectorAll(
      "body script:not([src]), iframe, img[src='x'], svg[onload], b, [onerror], [onload], [onfocus], a[href^='javascript']"
    ),
  ].map(({ outerHTML }) => outerHTML).concat(globalThis.wasTaken ? ["a script ran"] : [])`);
}

test("who is signed out by the box signs in again, and is back where they were", async () => {
  await using daemon = await openDaemon({ config: {} });
  const page = await browser.newPage({ viewport: PHONE });
  const complaints = collectComplaints(page);
  await enter(page, daemon);
  await page.goto(`${daemon.url}/#/health`);
  await page.getByRole("heading", { name: "Health" }).waitFor();

  // As an admin does elsewhere: the session is gone, the cookie worth nothing.
  await page.context().clearCookies();
  await page.reload();
  await page.getByLabel("User name").fill("guard");
  await page.getByLabel(/password/i).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Health" }).waitFor();
  expect(complaints).toEqual([]);
});
