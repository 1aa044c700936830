import { expect, test } from "vitest";

import type { Json } from "../support/lan-client.ts";
import { renderScene } from "../support/scenes.ts";
import { openTestAppliance } from "../support/test-appliance.ts";

const walk = renderScene({
  seconds: 30,
  movers: [
    { startsAt: 10, endsAt: 18, width: 0.08, height: 0.3, from: [0.05, 0.4], to: [0.85, 0.4] },
  ],
});

test("what the last minutes would have been is tried out without touching the camera", async () => {
  await using box = await openTestAppliance({ scene: walk });
  const { client } = box;
  const events = async (): Promise<Json[]> => (await client.get("/events")).items;
  await box.until(async () => Boolean((await events())[0]?.ended_at), "an event that ended");

  const rehearse = async (changes: object): Promise<Json> => {
    let answer: Json = null;
    const asking = client
      .fetch("/cameras/yard/motion/rehearsal", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(changes),
      })
      .then(async (response) => {
        answer = await response.json();
      });
    await box.until(() => answer !== null, "an answer");
    await asking;
    return answer;
  };
  const same = await rehearse({});
  expect(same.events).toHaveLength(1);
  expect(same.events[0].started_at).toBe((await events())[0].started_at);

  const strict = await rehearse({ significance_threshold: 0.95 });
  expect(strict.events).toEqual([]);
  expect((await client.get("/cameras/yard/motion")).significance_threshold).toBe(0.3);
});
