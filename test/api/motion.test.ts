import { expect, test } from "vitest";

import { motionTuning } from "../../src/api/motion-contract.ts";
import type { MotionTuner } from "../../src/api/routes/motion.ts";
import { parseConfig } from "../../src/config/load.ts";
import type { MotionConfig } from "../../src/config/schema.ts";
import { asJson, openFrontDoor } from "../support/front-door.ts";
import type { Json } from "../support/lan-client.ts";

const PATH = "/api/v1/cameras/dock-door/motion";

/** The settings of one camera, as a box would hold them. */
function createTuner(): MotionTuner & { current(): MotionConfig } {
  const [camera] = parseConfig("cameras: [{ id: dock-door, url: rtsp://h/1 }]", {}).cameras;
  if (!camera) throw new Error("There is no camera.");
  let motion: MotionConfig = camera.motion;
  return {
    current: () => motion,
    read: (id) => (id === camera.id ? motion : null),
    restless: (id) => (id === camera.id ? [{ box: [1 / 8, 0, 1 / 8, 1 / 6], share: 0.31 }] : null),
    change(id, changes) {
      if (id !== camera.id) return null;
      motion = { ...motion, ...changes };
      return motion;
    },
    rehearse: async () => null,
  };
}

async function openHouse(role: "admin" | "viewer" = "admin") {
  const tuner = createTuner();
  const house = await openFrontDoor({ motion: tuner });
  house.addUser("root", "admin");
  const { headers } = house.signedIn(house.addUser("anna", role));
  const put = (body: unknown, path = PATH) =>
    house.app.request(path, { ...asJson(body, headers), method: "PUT" });
  const get = (path = PATH) => house.app.request(path, { headers });
  return { tuner, put, get, [Symbol.asyncDispose]: () => house[Symbol.asyncDispose]() };
}

test("settings are read whole, by viewers too", async () => {
  await using house = await openHouse("viewer");
  const settings = motionTuning.parse(await (await house.get()).json());
  expect(settings).toEqual({
    sensitivity: 0.5,
    significance_threshold: 0.3,
    ai_analysis_enabled: true,
    masks: [],
    zones: [],
    schedule: [],
    min_area: 0,
    min_duration_s: 0,
    restless: [{ x: 0.125, y: 0, w: 0.125, h: 1 / 6, share: 0.31 }],
    restless_sentence:
      "One place moves much of the time without anything that comes or goes, up to 31 % of it: " +
      "what stays wholly within weighs less.",
  });
});

test("an admin changes what is named, and the rest stays", async () => {
  await using house = await openHouse();
  const zones = [
    {
      name: "Gate",
      polygon: [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
    },
  ];
  const schedule = [{ from: "22:00", to: "06:00", days: ["fri"] }];
  expect((await house.put({ zones, schedule, min_duration_s: 2 })).status).toBe(200);
  const answer = await house.put({ sensitivity: 0.8 });
  expect(await answer.json()).toMatchObject({ sensitivity: 0.8, zones, schedule });
  expect(house.tuner.current()).toMatchObject({ sensitivity: 0.8, minDurationS: 2, zones });
});

test("what was read can be sent back as it is", async () => {
  await using house = await openHouse();
  const settings = await (await house.get()).json();
  expect(await (await house.put(settings)).json()).toEqual(settings);
});

test("a viewer changes nothing", async () => {
  await using house = await openHouse("viewer");
  expect((await house.put({ sensitivity: 0.8 })).status).toBe(403);
  expect(house.tuner.current().sensitivity).toBe(0.5);
});

test("all that does not fit is named, and then nothing changes", async () => {
  await using house = await openHouse();
  const answer = await house.put({
    sensitivity: 7,
    significance_threshold: 0.9,
    zones: [{ name: "A", polygon: [[0, 0]] }],
    schedule: [{ from: "midnight", to: "06:00" }],
    colour: "red",
  });
  expect(answer.status).toBe(400);
  const { issues } = (await answer.json()) as Json;
  const paths = issues.map(({ path }: Json) => path).toSorted();
  expect(paths).toEqual(["", "schedule.0.from", "sensitivity", "zones.0.polygon"]);
  expect(issues.map(({ message }: Json) => message).join(" ")).toContain("colour");
  expect(house.tuner.current().significanceThreshold).toBe(0.3);
});

test("a camera that is not there has no settings", async () => {
  await using house = await openHouse();
  const elsewhere = "/api/v1/cameras/nowhere/motion";
  expect((await house.get(elsewhere)).status).toBe(404);
  expect((await house.put({ sensitivity: 0.8 }, elsewhere)).status).toBe(404);
});
