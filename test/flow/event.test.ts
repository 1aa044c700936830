import { expect, test } from "vitest";

import type { Json } from "../support/lan-client.ts";
import { renderScene } from "../support/scenes.ts";
import { openTestAppliance, type TestAppliance } from "../support/test-appliance.ts";

const WALKER = {
  startsAt: 6,
  endsAt: 11,
  from: [-0.15, 0.4],
  to: [1, 0.4],
  width: 0.12,
  height: 0.35,
} as const;
const walkPast = renderScene({ seconds: 20, movers: [WALKER], settlingFrames: 10 });

const told = ({ client }: TestAppliance, type: string): Json[] =>
  client.messages.filter((message) => message.type === type);

test("a walker becomes an event with a picture, a summary and a description", async () => {
  await using appliance = await openTestAppliance({ scene: walkPast });
  const { client } = appliance;
  await appliance.until(() => told(appliance, "event.ended").length > 0, "the event's end");
  await appliance.until(
    () => told(appliance, "event.analyzed").some(({ event }) => event.ai !== null),
    "a description",
  );

  const { items } = await client.get("/events");
  expect(items).toHaveLength(1);
  expect(items[0]).toMatchObject({
    camera_id: "yard",
    analysis_status: "done",
    analysis: "One person walks across the yard from left to right.",
    motion_summary: expect.stringContaining("entered from the left"),
    ai: {
      ...{ title: "A person walks by", model: "scripted", people: 1 },
      described_at: expect.stringMatching(/Z$/),
      queue_wait_ms: expect.any(Number),
      server_version: null,
      image_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  });
  const picture = await client.fetch(`/events/${items[0].id}/snapshot.jpg`);
  expect(picture.headers.get("content-type")).toBe("image/jpeg");
  const frames = told(appliance, "event.started").length;
  expect(frames).toBe(1);
});

test("without a model events flow, jobs wait unspent, and the status says what to do", async () => {
  await using appliance = await openTestAppliance({ scene: walkPast });
  const { client, model } = appliance;
  model.turn("unreachable");
  await appliance.until(() => told(appliance, "event.ended").length > 0, "the event's end");
  await appliance.until(async () => (await client.get("/status")).state === "degraded", "trouble");
  await appliance.clock.advance(3_600_000);

  const status = await client.get("/status");
  expect(status.model).toMatchObject({ code: "model_unreachable" });
  expect(status.problems.map(({ code }: Json) => code)).toContain("model_unreachable");
  expect(status.queue).toMatchObject({ waiting: 1, dead: 0 });
  const away = { analysis_status: "pending", analysis_reason: "Start Ollama, or pull the model." };
  const [waiting] = (await client.get("/events")).items;
  expect(waiting).toMatchObject({ ...away, motion_summary: expect.stringMatching(/^Motion/) });
  expect(await client.get(`/events/${waiting.id}`)).toMatchObject(away);
  expect(model.shown).toBe(0);

  model.turn("ready");
  await appliance.until(
    async () => (await client.get("/events")).items[0].analysis_status === "done",
    "the late description",
  );
  expect(model.shown).toBe(1);
});

test("garbage from the model leaves the event intact and its job marked", async () => {
  await using appliance = await openTestAppliance({ scene: walkPast });
  const { client, model } = appliance;
  model.answer("I am sorry, as a language model I cannot");
  await appliance.until(
    async () => (await client.get("/events")).items[0]?.analysis_status === "failed",
    "the end of its tries",
  );

  const { items } = await client.get("/events");
  expect(items[0]).toMatchObject({ ai: null, analysis_reason: expect.stringMatching(/5 tries/) });
  expect(items[0].snapshot_url).not.toBeNull();
  expect(items[0].motion_summary).not.toBe("");
  const { queue, ledger } = await client.get("/status");
  expect(queue).toMatchObject({ waiting: 0, running: 0, dead: 1 });
  expect(ledger[0]).toMatchObject({ captured: 1, failed: 1 });
});

test("a camera that goes away ends the motion in front of it", async () => {
  const endless = renderScene({
    seconds: 60,
    movers: [{ ...WALKER, endsAt: 50 }],
    settlingFrames: 10,
  });
  await using appliance = await openTestAppliance({ scene: endless });
  await appliance.until(() => told(appliance, "event.started").length > 0, "the event's start");
  appliance.camera.turn("offline", "The camera does not answer.");
  await appliance.until(() => told(appliance, "event.ended").length > 0, "the event's end");
  const { items } = await appliance.client.get("/events");
  expect(items.at(-1)?.ended_at).not.toBeNull();
});

test("a camera that wants no descriptions has events without jobs", async () => {
  await using appliance = await openTestAppliance({
    scene: walkPast,
    camera: { motion: { ai_analysis_enabled: false } },
  });
  await appliance.until(() => told(appliance, "event.ended").length > 0, "the event's end");
  const { ledger, queue } = await appliance.client.get("/status");
  expect(ledger[0]).toMatchObject({ captured: 1, disabled: 1, waiting: 0 });
  expect(queue.waiting).toBe(0);
});

test("what is tuned while a camera runs decides about its next motion", async () => {
  // So long after the first that a busy machine has told its end by then.
  const twice = renderScene({
    seconds: 100,
    movers: [WALKER, { ...WALKER, startsAt: 85, endsAt: 90 }],
    settlingFrames: 10,
  });
  await using appliance = await openTestAppliance({
    scene: twice,
    camera: { motion: { schedule: [{ from: "00:00", to: "24:00" }] } },
  });
  const { client } = appliance;
  const roof = {
    name: "Roof",
    polygon: [
      [0, 0],
      [1, 0],
      [1, 0.1],
    ],
  };
  await appliance.until(() => told(appliance, "event.ended").length > 0, "the first event's end");
  const changed = await client.fetch("/cameras/yard/motion", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ zones: [roof], ai_analysis_enabled: false }),
  });
  const answer = await changed.json();
  expect(answer).toMatchObject({ zones: [roof], sensitivity: 0.5, ai_analysis_enabled: false });
  expect(await client.get("/cameras/yard/motion")).toEqual(answer);
  await appliance.until(
    async () => (await client.get("/cameras/yard")).frames_seen === 500,
    "the last frame",
  );
  expect((await client.get("/events")).items).toHaveLength(1);
});

test("whoever names a camera sees how much moves in front of it, and why", async () => {
  await using appliance = await openTestAppliance({ scene: walkPast, listensTo: ["yard"] });
  await appliance.until(() => told(appliance, "event.ended").length > 0, "the event's end");
  const levels = told(appliance, "motion.level").map(({ level }) => level);
  expect(levels.length).toBeGreaterThan(10);
  const strongest = levels.toSorted((a, b) => b.significance - a.significance)[0];
  expect(strongest).toMatchObject({
    camera_id: "yard",
    significance_threshold: 0.3,
    why: "moving",
    sentence: expect.stringMatching(/^Significance 0\.\d+ reaches the threshold of 0\.3: size /),
  });
});

test("a quiet scene makes no event", async () => {
  await using appliance = await openTestAppliance({
    scene: renderScene({ seconds: 60, settlingFrames: 10 }),
  });
  const { client } = appliance;
  await appliance.until(
    async () => (await client.get("/cameras/yard")).frames_seen === 300,
    "the last frame",
  );
  expect((await client.get("/events")).items).toEqual([]);
});

test("an event that is deleted is gone with its picture, and everyone who listens is told", async () => {
  await using appliance = await openTestAppliance({ scene: walkPast });
  const { client } = appliance;
  await appliance.until(() => told(appliance, "event.analyzed").length > 0, "a description");
  const [{ id }] = (await client.get("/events")).items;
  expect((await client.fetch(`/events/${id}`, { method: "DELETE" })).status).toBe(204);
  await appliance.until(() => told(appliance, "event.deleted").length > 0, "the word of it");

  expect(told(appliance, "event.deleted")[0].event).toEqual({ id, camera_id: "yard" });
  for (const path of [`/events/${id}`, `/events/${id}/snapshot.jpg`]) {
    expect((await client.fetch(path)).status).toBe(404);
  }
  expect((await client.fetch(`/events/${id}`, { method: "DELETE" })).status).toBe(404);
  expect((await client.get("/status")).ledger).toEqual([]);
});

test("a camera that is added while the box runs is watched, and one that is removed leaves its events", async () => {
  await using appliance = await openTestAppliance({ scene: walkPast });
  const { client } = appliance;
  const send = (path: string, method: string, body?: object) =>
    client.fetch(path, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  const gate = { id: "gate", name: "Gate", url: "rtsp://192.168.77.1/sub" };
  expect((await send("/cameras", "POST", gate)).status).toBe(201);
  const ofGate = (type: string) =>
    told(appliance, type).filter(({ event }) => event.camera_id === "gate");
  await appliance.until(() => ofGate("event.started").length > 0, "an event of the new camera");

  // In the middle of its motion.
  expect((await send("/cameras/gate", "DELETE")).status).toBe(204);
  expect(ofGate("event.ended")).toHaveLength(1);
  const { items } = await client.get("/events?camera_id=gate");
  expect(items).toMatchObject([{ camera_id: "gate", ended_at: expect.any(String) }]);
  expect((await client.get("/cameras")).items.map(({ id }: Json) => id)).toEqual(["yard"]);
  expect(told(appliance, "camera.removed")).toMatchObject([{ camera: { id: "gate" } }]);
  expect((await client.fetch("/cameras/gate")).status).toBe(404);
});
