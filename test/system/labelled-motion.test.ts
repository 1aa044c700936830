import { resolve } from "node:path";

import { expect, test } from "vitest";

import { hasLabels, readLabelledClips } from "../../scripts/motion-eval/labels.ts";
import { openDaemon } from "../support/daemon.ts";
import { openFakeOllama } from "../support/fake-ollama/server.ts";
import { type Footage, type MotionInterval, makeFootage } from "../support/footage.ts";
import { type Json, openLanClient } from "../support/lan-client.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

/** Real footage with labels, where somebody has put it beside the project. */
const CLIPS = resolve(import.meta.dirname, "../../../shared/clips");
const CLIPS_PLAYED = ["real-lot", "real-cars"];
/** The camera is told of as online a moment after the clip began to play. */
const TOLERANCE_S = 2;

interface Labelled extends Footage {
  name: string;
}

async function readClips(): Promise<Labelled[]> {
  if (!hasLabels(CLIPS)) return [];
  return (await readLabelledClips(CLIPS))
    .filter(({ name }) => CLIPS_PLAYED.includes(name))
    .map(({ name, path, motion }) => ({ name, file: path, motion: [...motion] }));
}

async function makeScene(folder: string, seed: number): Promise<Labelled> {
  const name = `made-${seed}`;
  return { name, ...(await makeFootage({ folder, seconds: 40, name, seed, movers: 3 })) };
}

test("each labelled motion of a camera becomes an event with a picture and a description", async () => {
  await using folder = await openTempFolder();
  const footage = [await makeScene(folder.path, 11), await makeScene(folder.path, 12)];
  footage.push(...(await readClips()));
  await using rtsp = await openRtspServer({
    mounts: Object.fromEntries(footage.map(({ name, file }) => [name, file])),
  });
  await using ollama = await openFakeOllama();
  await using daemon = await openDaemon({
    config: {
      cameras: footage.map(({ name }) => ({ id: name, url: rtsp.url(name) })),
      ollama: { url: ollama.url },
    },
  });
  const client = await openLanClient(daemon);
  await client.listen();

  for (const { name, motion } of footage) {
    const online = await client.until(
      ({ type, camera }) =>
        type === "camera.state" && camera.id === name && camera.state === "online",
      `${name} online`,
    );
    const startedAt = Date.parse(online.camera.since);
    const isOf = (event: Json, { startS, endS }: MotionInterval): boolean => {
      const from = (Date.parse(event.started_at) - startedAt) / 1000;
      const to = (Date.parse(event.ended_at) - startedAt) / 1000;
      return event.camera_id === name && from <= endS + TOLERANCE_S && to >= startS - TOLERANCE_S;
    };
    for (const interval of motion) {
      const ended = await client.until(
        ({ type, event }) => type === "event.ended" && isOf(event, interval),
        `event of ${name} at ${interval.startS} s`,
        90_000,
      );
      const told = await client.until(
        ({ type, event }) => type === "event.analyzed" && event.id === ended.event.id && event.ai,
        `description of ${name} at ${interval.startS} s`,
      );
      expect(told.event.analysis).toMatch(/stand-in/i);
      const picture = await client.fetch(`/events/${told.event.id}/snapshot.jpg`);
      expect(picture.headers.get("content-type")).toBe("image/jpeg");
    }
  }
  client.close();
});
