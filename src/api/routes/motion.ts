/** What is motion in front of one camera: read by everyone, changed by admins, in force at once. */
import { Hono } from "hono";

import { maySee } from "../../access/camera-access.ts";
import { ApplianceError } from "../../base/errors.ts";
import { toCamel } from "../../config/load.ts";
import type { MotionChanges, MotionConfig } from "../../config/schema.ts";
import type { RestlessPlace } from "../../motion/restless.ts";
import { slugParameter } from "../contract.ts";
import { type ApiEnv, camerasOf } from "../guard.ts";
import { motionChanges, motionTuning } from "../motion-contract.ts";
import { operation, valid } from "../operation.ts";
import { toMotionTuning } from "../representation.ts";

export interface MotionTuner {
  /** Null when there is no such camera. */
  read(cameraId: string): MotionConfig | null;
  restless(cameraId: string): readonly RestlessPlace[] | null;
  /** What is left out stays as it is. */
  change(cameraId: string, changes: MotionChanges): MotionConfig | null;
}

const tag = "Cameras";
const read = operation({
  callers: "viewer",
  summary: "What is motion in front of a camera",
  tag,
  answers: { 200: motionTuning },
});
const change = operation({
  callers: "admin",
  summary:
    "Changes it at once; of a camera of the configuration file until the next start, for what is " +
    "to stay belongs into the file. What is left out stays as it is",
  audit: "motion.changed",
  tag,
  answers: { 200: motionTuning },
});

export function motionRoutes(tuner: MotionTuner) {
  return new Hono<ApiEnv>()
    .get("/:id/motion", read, valid("param", slugParameter), (c) => {
      const { id } = c.req.valid("param");
      if (!maySee(camerasOf(c), id)) throw createNotFound();
      return c.json(toAnswer(tuner, id));
    })
    .put(
      "/:id/motion",
      change,
      valid("param", slugParameter),
      valid("json", motionChanges),
      (c) => {
        const changes = toCamel(c.req.valid("json"));
        const { id } = c.req.valid("param");
        tuner.change(id, changes);
        return c.json(toAnswer(tuner, id));
      },
    );
}

function toAnswer(tuner: MotionTuner, cameraId: string) {
  const motion = tuner.read(cameraId);
  if (!motion) throw createNotFound();
  return toMotionTuning(motion, tuner.restless(cameraId) ?? []);
}

function createNotFound(): ApplianceError {
  return new ApplianceError("not-found", "There is no such camera.");
}
