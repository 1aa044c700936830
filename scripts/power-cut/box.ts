/**
 * The whole appliance on a data folder, with cameras that play a scene and a model that answers: what
 * writes to the disk is the product's own, and only the ends outside of the box are scripted.
 */
import { stringify } from "yaml";

import { type Appliance, openAppliance } from "../../src/appliance.ts";
import { createLog, type Log } from "../../src/base/log.ts";
import { createCamera } from "../../src/camera/camera.ts";
import { parseConfig } from "../../src/config/load.ts";
import type { ManualClock } from "../../test/support/manual-clock.ts";
import { type Mover, renderScene } from "../../test/support/scenes.ts";
import { createScriptedCamera } from "../../test/support/scripted-camera.ts";
import { createScriptedModel } from "../../test/support/scripted-model.ts";

const CAMERAS = ["dock", "yard"];
/** A camera that ffmpeg really is started for. */
export const REAL_CAMERA = "real";
const WALK_SECONDS = 5;
const WALK_EVERY_SECONDS = 12;

export function openBox(options: {
  dataDir: string;
  clock: ManualClock;
  /** How long the cameras have something to show. */
  sceneSeconds: number;
  /** Silent when absent. */
  log?: Log;
  /** Of the camera that ffmpeg is started for; none when absent. */
  realUrl?: string;
}): Promise<Appliance> {
  const { dataDir, clock, sceneSeconds, realUrl } = options;
  const cameras = CAMERAS.map((id) => ({ id, url: "rtsp://127.0.0.1/none" }));
  if (realUrl) cameras.push({ id: REAL_CAMERA, url: realUrl });
  const config = parseConfig(
    stringify({
      data_dir: dataDir,
      server: { host: "127.0.0.1", port: 0 },
      cameras,
    }),
    {},
  );
  const scene = renderScene({
    ...{ seconds: sceneSeconds, settlingFrames: 10 },
    movers: toWalkers(sceneSeconds),
  });
  const scripted = createScriptedCamera(scene);
  return openAppliance(config, {
    clock,
    log: options.log ?? createLog({ level: "silent" }),
    model: createScriptedModel(),
    createCamera: (camera) =>
      camera.id === REAL_CAMERA ? createCamera(camera) : scripted.create(camera),
  });
}

/** One after the other, each on a way of its own, so that none is taken for the one before. */
function toWalkers(sceneSeconds: number): Mover[] {
  const count = Math.max(0, Math.floor((sceneSeconds - WALK_EVERY_SECONDS) / WALK_EVERY_SECONDS));
  return Array.from({ length: count }, (_, turn) => {
    const startsAt = 6 + turn * WALK_EVERY_SECONDS;
    const height = 0.1 + (turn % 4) * 0.15;
    return {
      ...{ startsAt, endsAt: startsAt + WALK_SECONDS },
      ...{ from: [-0.15, height], to: [1, height], width: 0.12, height: 0.35 },
    };
  });
}
