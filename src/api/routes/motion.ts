/** What is motion in front of one camera: read by everyone, changed by admins, in force at once. */
import { Hono } from "hono";

import { ApplianceError } from "../../base/errors.ts";
import { toCamel } from "../../config/load.ts";
import type { MotionChanges, MotionConfig } from "../../config/schema.ts";
import { slugParameter } from "../contract.ts";
import type { ApiEnv } from "../guard.ts";
import { motionChanges, motionSettings } from "../motion-contract.ts";
import { operation, valid } from "../operation.ts";
import { toMotionSettings } from "../representation.ts";

export interface MotionTuner {
  /** Null when there is no such camera. */
  read(cameraId: string): MotionConfig | null;
  /** What is left out stays as it is. */
  change(cameraId: string, changes: MotionChanges): MotionConfig | null;
}

const tag = "Cameras";
const read = operation({
  callers: "viewer",
  summary: "What is motion in front of a camera",
  tag,
  answers: { 200: motionSettings },
});
const change = operation({
  callers: "admin",
  summary:
    "Changes it at once, until the next start; what is to stay belongs into the configuration. " +
    "What is left out stays as it is",
  tag,
  answers: { 200: motionSettings },
});

export function motionRoutes(tuner: MotionTuner) {
  return new Hono<ApiEnv>()
    .get("/:id/motion", read, valid("param", slugParameter), (c) =>
      c.json(toAnswer(tuner.read(c.req.valid("param").id))),
    )
    .put(
      "/:id/motion",
      change,
      valid("param", slugParameter),
      valid("json", motionChanges),
      (c) => {
        const changes = toCamel(c.req.valid("json"));
        return c.json(toAnswer(tuner.change(c.req.valid("param").id, changes)));
      },
    );
}

function toAnswer(motion: MotionConfig | null) {
  if (!motion) throw new ApplianceError("not-found", "There is no such camera.");
  return toMotionSettings(motion);
}
