/** What is motion in front of one camera: read by everyone, changed by admins, in force at once. */
import { Hono } from "hono";

import { maySee } from "../../access/camera-access.ts";
import { ApplianceError } from "../../base/errors.ts";
import { toCamel } from "../../config/load.ts";
import type { MotionChanges, MotionConfig } from "../../config/schema.ts";
import type { Rehearsal } from "../../motion/rehearsal.ts";
import type { RestlessPlace } from "../../motion/restless.ts";
import { slugParameter } from "../contract.ts";
import { type ApiEnv, camerasOf } from "../guard.ts";
import { motionChanges, motionTuning, rehearsal } from "../motion-contract.ts";
import { operation, valid } from "../operation.ts";
import { toMotionTuning, toRehearsal } from "../representation.ts";

export interface MotionTuner {
  /** Null when there is no such camera. */
  read(cameraId: string): MotionConfig | null;
  restless(cameraId: string): readonly RestlessPlace[] | null;
  /** What is left out stays as it is. */
  change(cameraId: string, changes: MotionChanges): MotionConfig | null;
  /** What the last minutes would have been under these changes; nothing is changed. */
  rehearse(
    cameraId: string,
    changes: MotionChanges,
    options: { signal: AbortSignal },
  ): Promise<Rehearsal | null>;
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

const rehearse = operation({
  callers: "admin",
  summary:
    "What the last minutes would have been with other settings: which events, how much moved when, " +
    "and why. Nothing is changed. What is left out is as it is now",
  tag,
  answers: { 200: rehearsal },
});

/** Each takes a processor for a second or so, and there are few. */
const REHEARSALS_AT_ONCE_MAX = 2;

export function motionRoutes(tuner: MotionTuner) {
  let rehearsals = 0;
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
    )
    .post(
      "/:id/motion/rehearsal",
      rehearse,
      valid("param", slugParameter),
      valid("json", motionChanges),
      async (c) => {
        if (rehearsals >= REHEARSALS_AT_ONCE_MAX) {
          const sentence = "Other settings are being tried out at this moment. Try again shortly.";
          throw new ApplianceError("exhausted", sentence, { details: { retryAfterS: 2 } });
        }
        rehearsals += 1;
        try {
          const changes = toCamel(c.req.valid("json"));
          const options = { signal: c.req.raw.signal };
          const found = await tuner.rehearse(c.req.valid("param").id, changes, options);
          if (!found) throw createNotFound();
          return c.json(toRehearsal(found));
        } finally {
          rehearsals -= 1;
        }
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
