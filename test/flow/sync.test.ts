import { expect, test } from "vitest";

import { renderScene } from "../support/scenes.ts";
import { createScriptedCentre } from "../support/scripted-centre.ts";
import { openTestAppliance } from "../support/test-appliance.ts";

const WALKER = {
  startsAt: 6,
  endsAt: 11,
  from: [-0.15, 0.4],
  to: [1, 0.4],
  width: 0.12,
  height: 0.35,
} as const;
const walkPast = renderScene({ seconds: 20, movers: [WALKER], settlingFrames: 10 });

test("an event and its description reach the centre; without it nothing at the box changes", async () => {
  const centre = createScriptedCentre();
  centre.trouble = "sync_unreachable";
  await using appliance = await openTestAppliance({ scene: walkPast, centre });
  const { client } = appliance;
  const first = async () => (await client.get("/events")).items[0];
  await appliance.until(async () => (await first())?.analysis_status === "done", "a description");
  const away = await client.get("/status");
  expect(away.sync).toMatchObject({ code: "sync_unreachable", unsent: 1 });
  expect(away.problems).toContainEqual(expect.objectContaining({ code: "sync_unreachable" }));

  centre.trouble = null;
  await appliance.until(() => centre.events.size > 0, "the event at the centre");
  const event = await first();
  expect(centre.events.get(event.id)).toMatchObject({
    cameraId: "yard",
    facts: { analysisStatus: "done", ai: { title: "A person walks by" } },
  });
  expect(centre.heartbeats[0]).toMatchObject({
    camerasUp: 1,
    camerasWanted: 1,
    modelState: "ready",
  });
  const sent = await client.get("/sync");
  expect(sent).toMatchObject({ code: "synced", unsent: 0, refused: 0, lag_s: 0 });

  await client.fetch(`/events/${event.id}`, { method: "DELETE" });
  await appliance.until(() => centre.events.get(event.id)?.facts === null, "the deletion");
});

test("without a centre the box says so, and keeps no list of what it deleted", async () => {
  await using appliance = await openTestAppliance({ scene: walkPast });
  const { client } = appliance;
  await appliance.until(async () => (await client.get("/events")).items.length > 0, "an event");
  expect(await client.get("/sync")).toMatchObject({ code: "not_configured", unsent: 0 });
  const { problems } = await client.get("/status");
  expect(problems.map(({ code }: { code: string }) => code)).not.toContain("not_configured");
});
