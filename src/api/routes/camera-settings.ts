/** Cameras made, tried out, changed and removed by admins, while the box runs. */
import { Hono } from "hono";

import { ApplianceError } from "../../base/errors.ts";
import { redactUrls } from "../../base/log.ts";
import type { CameraConfig, CameraFile } from "../../config/schema.ts";
import {
  type CameraSettings,
  cameraChanges,
  cameraProbe,
  cameraSettings,
  cameraTest,
  newCamera,
} from "../camera-contract.ts";
import { slugParameter } from "../contract.ts";
import type { ApiEnv } from "../guard.ts";
import { operation, valid } from "../operation.ts";
import { toMotionSettings } from "../representation.ts";

/** A camera, and whether the configuration file has it. */
export interface SetCamera {
  config: CameraConfig;
  provisioned: boolean;
}

export interface CameraSettingPorts {
  find(id: string): SetCamera | null;
  /** Each throws what its answer is to say. */
  create(camera: CameraFile): Promise<SetCamera>;
  change(id: string, changes: Partial<CameraFile>): Promise<SetCamera>;
  remove(id: string): Promise<void>;
  /** Opens the address once. */
  probe(
    url: string,
    options: { signal: AbortSignal },
  ): Promise<{
    codec: string;
    width: number;
    height: number;
    framesPerSecond: number;
    jpeg: Uint8Array;
  }>;
}

const PROBE_PATIENCE_MS = 25_000;
/** Each costs a process, and many would make the box a scanner of the house. */
const PROBES_AT_ONCE_MAX = 2;

const tag = "Cameras";
const create = operation({
  callers: "admin",
  summary: "Add a camera, which is read at once",
  audit: "camera.added",
  tag,
  answers: { 201: cameraSettings },
});
const test = operation({
  callers: "admin",
  summary: "Open an address once: what it sends, and a picture of it",
  audit: "camera.tried",
  tag,
  answers: { 200: cameraProbe },
});
const read = operation({
  callers: "admin",
  summary: "How a camera is set; a login never comes back",
  tag,
  answers: { 200: cameraSettings },
});
const change = operation({
  callers: "admin",
  summary:
    "Change a camera that was added here, at once. What is left out stays as it is, the login too " +
    "while the address leads to the same door",
  audit: "camera.changed",
  tag,
  answers: { 200: cameraSettings },
});
const remove = operation({
  callers: "admin",
  summary: "Remove a camera that was added here; its events stay",
  audit: "camera.removed",
  tag,
  answers: { 204: null },
});

export function cameraSettingRoutes(cameras: CameraSettingPorts) {
  let probes = 0;
  const probe = async (url: string, left: AbortSignal) => {
    if (probes >= PROBES_AT_ONCE_MAX) {
      const sentence = "Other cameras are being tried out at this moment. Try again shortly.";
      throw new ApplianceError("exhausted", sentence, { details: { retryAfterS: 5 } });
    }
    probes += 1;
    try {
      const signal = AbortSignal.any([left, AbortSignal.timeout(PROBE_PATIENCE_MS)]);
      return await cameras.probe(url, { signal });
    } finally {
      probes -= 1;
    }
  };

  return new Hono<ApiEnv>()
    .post("/", create, valid("json", newCamera), async (c) =>
      c.json(toSettings(await cameras.create(c.req.valid("json"))), 201),
    )
    .post("/test", test, valid("json", cameraTest), async (c) => {
      const { jpeg, framesPerSecond, ...facts } = await probe(
        c.req.valid("json").url,
        c.req.raw.signal,
      );
      const picture = Buffer.from(jpeg).toString("base64");
      return c.json({ ...facts, fps: framesPerSecond, picture });
    })
    .get("/:id/settings", read, valid("param", slugParameter), (c) => {
      const found = cameras.find(c.req.valid("param").id);
      if (!found) throw new ApplianceError("not-found", "There is no such camera.");
      return c.json(toSettings(found));
    })
    .patch(
      "/:id",
      change,
      valid("param", slugParameter),
      valid("json", cameraChanges),
      async (c) => {
        const { id } = c.req.valid("param");
        return c.json(toSettings(await cameras.change(id, c.req.valid("json"))));
      },
    )
    .delete("/:id", remove, valid("param", slugParameter), async (c) => {
      await cameras.remove(c.req.valid("param").id);
      return c.body(null, 204);
    });
}

function toSettings({ config, provisioned }: SetCamera): CameraSettings {
  const { id, name = id, url, detailUrl, decoding, enabled, weight, motion, analysis } = config;
  return {
    ...{ id, name, decoding, enabled, weight, provisioned },
    url: redactUrls(url),
    detail_url: detailUrl && redactUrls(detailUrl),
    motion: toMotionSettings(motion),
    analysis: { ...analysis },
  };
}
