/** Cameras as they are set, over the wire: as the configuration file says it, with the same limits. */
import { z } from "zod";

import { cameraFile } from "../config/schema.ts";
import { motionSettings } from "./motion-contract.ts";

export const newCamera = cameraFile;

/** What is left out stays as it is; motion has an address of its own. */
export const cameraChanges = z.strictObject({
  name: cameraFile.shape.name,
  url: cameraFile.shape.url.optional(),
  detail_url: cameraFile.shape.detail_url.unwrap().optional(),
  decoding: cameraFile.shape.decoding.unwrap().optional(),
  enabled: z.boolean().optional(),
  weight: cameraFile.shape.weight.unwrap().optional(),
  analysis: cameraFile.shape.analysis.unwrap().optional(),
});

export const cameraSettings = z
  .object({
    id: z.string(),
    name: z.string(),
    /** With stars where a login is, which never comes back. */
    url: z.string(),
    detail_url: z.string().nullable(),
    decoding: z.enum(["auto", "full", "adaptive"]),
    enabled: z.boolean(),
    weight: z.number(),
    motion: motionSettings,
    analysis: z.object({ prompt: z.string().nullable(), language: z.string() }),
    /** Stands in the configuration file, which alone changes it. */
    provisioned: z.boolean(),
  })
  .meta({ id: "CameraSettings" });

export const cameraTest = z.strictObject({ url: cameraFile.shape.url });

export const cameraProbe = z
  .object({
    codec: z.string(),
    width: z.int().min(1),
    height: z.int().min(1),
    /** As counted over two seconds. */
    fps: z.number().min(0),
    /** A JPEG, base64. */
    picture: z.string(),
  })
  .meta({ id: "CameraProbe" });

export type CameraSettings = z.output<typeof cameraSettings>;
