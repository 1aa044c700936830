import { expect, test } from "vitest";

import { openFrontDoor } from "../support/front-door.ts";

test("the page of the description may draw as its maker does, and no script of others may run", async () => {
  await using house = await openFrontDoor();
  await house.writePage({ "docs.html": "<p>docs</p>" });
  const answer = await house.app.request("/api/v1/docs");
  expect([answer.status, await answer.text()]).toEqual([200, "<p>docs</p>"]);
  const policy = answer.headers.get("Content-Security-Policy");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("img-src 'self' blob: data:");
  expect(policy).not.toContain("trusted-types");

  const again = { headers: { "If-None-Match": answer.headers.get("ETag") ?? "" } };
  const kept = await house.app.request("/api/v1/docs", again);
  expect([kept.status, kept.headers.get("Content-Security-Policy")]).toEqual([304, policy]);
});
