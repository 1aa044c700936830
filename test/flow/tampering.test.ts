import { expect, test } from "vitest";

import type { Json } from "../support/lan-client.ts";
import { changeAt, film, paintYard } from "../support/tampered.ts";
import { openTestAppliance, type TestAppliance } from "../support/test-appliance.ts";

const yard = paintYard(1);
const coveredForAWhile = film(
  changeAt(
    40,
    changeAt(20, yard, () => 70),
    yard,
  ),
  { seconds: 60 },
);

const toldOf = ({ client }: TestAppliance): (string | null)[] =>
  client.messages
    .filter(({ type }) => type === "camera.state")
    .map(({ camera }) => camera.tampering?.kind ?? null);

test("a covered camera is told at once on the feed, in its JSON and in the status, and kept", async () => {
  await using appliance = await openTestAppliance({ scene: coveredForAWhile });
  const { client } = appliance;
  await appliance.until(() => toldOf(appliance).includes("covered"), "the covered camera");

  const camera = await client.get("/cameras/yard");
  expect(camera).toMatchObject({
    state: "online",
    tampering: { kind: "covered", ended_at: null, sentence: expect.stringMatching(/blank/) },
  });
  const { state, problems } = await client.get("/status");
  expect(state).toBe("degraded");
  expect(problems).toContainEqual({
    code: "camera_covered",
    sentence: `yard: ${camera.tampering.sentence}`,
  });
  const { items } = await client.get("/cameras/yard/tampering");
  expect(items).toEqual([camera.tampering]);

  await appliance.until(() => toldOf(appliance).at(-1) === null, "the uncovered camera");
  expect((await client.get("/cameras/yard")).tampering).toBeNull();
  expect((await client.get("/status")).problems.map(({ code }: Json) => code)).not.toContain(
    "camera_covered",
  );
  const [ended] = (await client.get("/cameras/yard/tampering")).items;
  expect(ended).toMatchObject({ id: camera.tampering.id, kind: "covered" });
  expect(Date.parse(ended.ended_at)).toBeGreaterThan(Date.parse(ended.started_at));
});

test("a scene that nobody tampers with has no tampering", async () => {
  await using appliance = await openTestAppliance({ scene: film(yard, { seconds: 60 }) });
  const { client } = appliance;
  await appliance.until(
    async () => (await client.get("/cameras/yard")).frames_seen === 120,
    "the last frame",
  );
  expect((await client.get("/cameras/yard/tampering")).items).toEqual([]);
});
