/**
 * In: decoded pictures and JPEGs. Out: the JPEG that is kept, and the smaller one a model looks at.
 * The only door to sharp.
 */
import { createHash } from "node:crypto";

import sharp, { type Sharp, type SharpOptions } from "sharp";

import { ApplianceError } from "../base/errors.ts";
import type { Box, StillPicture } from "../camera/frame.ts";
import { type Crop, isWhole, toCrop } from "./crop.ts";
import type { ModelFamily } from "./model-family.ts";
import { type Layout, needsWhole, planSheet, type Sheet } from "./sheet.ts";
import { type Look, type Patch, REGION_PX, WHOLE_PX } from "./similarity.ts";

const modelJpegQuality = 85;
/** Between the views of a sheet: what the encoders fill a picture up with that is not square. */
const sheetGrey = 116;
/** Enough to tell two people apart, and cheap to look at often. */
const sceneSidePx = 640;
/** 8K and a little; a broken header must not make us allocate gigabytes. */
const inputPixelsMax = 8192 * 8192;

/** What a model is shown of an event. */
export interface ModelPicture {
  /** One, or two for a model that keeps them apart. */
  jpegs: readonly Uint8Array[];
  layout: Layout;
  /** Of the JPEGs, one after the other, in hex. */
  sha256: string;
}

/** Compresses a decoded picture for keeping. */
export async function toJpeg(
  still: StillPicture,
  options: { quality: number },
): Promise<Uint8Array> {
  const { width, height, rgb } = still;
  if (rgb.byteLength !== width * height * 3) {
    throw new ApplianceError("invalid", "The decoded picture does not have the size it states.", {
      details: { width, height, bytes: rgb.byteLength },
    });
  }
  const raw = { width, height, channels: 3 } as const;
  return await openPicture(rgb, { raw }).jpeg({ quality: options.quality }).toBuffer();
}

/** The part that moved, with the whole view beside it where that tells more; or the whole alone. */
export async function toModelPicture(
  jpeg: Uint8Array,
  boxes: readonly Box[],
  family: Pick<ModelFamily, "longestSidePx" | "picturesPerRequest">,
): Promise<ModelPicture> {
  const { longestSidePx: sidePx } = family;
  try {
    const { width, height } = await openPicture(jpeg).metadata();
    const whole = { left: 0, top: 0, width, height };
    const part = toCrop(boxes, whole);
    const show = (crop: Crop) => toView(jpeg, crop, sidePx);
    if (isWhole(part, whole)) return toShown([await show(whole)], "whole");
    if (!needsWhole(part, whole, sidePx)) return toShown([await show(part)], "part");
    if (family.picturesPerRequest > 1) {
      return toShown([await show(part), await show(whole)], "pair");
    }
    const sheet = planSheet(part, whole, sidePx);
    if (sheet === null) return toShown([await show(part)], "part");
    return toShown([await toSheet(jpeg, { part, whole }, sheet)], sheet.layout);
  } catch (error) {
    throw new ApplianceError("invalid", "The picture cannot be decoded.", { cause: error });
  }
}

function toShown(jpegs: readonly Uint8Array[], layout: Layout): ModelPicture {
  const hash = createHash("sha256");
  for (const jpeg of jpegs) hash.update(jpeg);
  return { jpegs, layout, sha256: hash.digest("hex") };
}

async function toView(jpeg: Uint8Array, crop: Crop, sidePx: number): Promise<Uint8Array> {
  return await openPicture(jpeg)
    .extract(crop)
    .resize({ width: sidePx, height: sidePx, fit: "inside", withoutEnlargement: true })
    .jpeg({ quality: modelJpegQuality })
    .toBuffer();
}

async function toSheet(
  jpeg: Uint8Array,
  crops: Record<"part" | "whole", Crop>,
  sheet: Sheet,
): Promise<Uint8Array> {
  const place = async (view: "part" | "whole") => {
    const { left, top, width, height } = sheet[view];
    const input = await openPicture(jpeg)
      .extract(crops[view])
      .resize({ width, height, fit: "fill" })
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer();
    return { input, raw: { width, height, channels: 3 }, left, top } as const;
  };
  const { width, height } = sheet;
  const ground = new Uint8Array(width * height * 3).fill(sheetGrey);
  return await openPicture(ground, { raw: { width, height, channels: 3 } })
    .composite([await place("part"), await place("whole")])
    .jpeg({ quality: modelJpegQuality })
    .toBuffer();
}

/** A picture that can be looked at again and again, small. */
export interface ScenePicture {
  /** The whole of it, and one region, each 0..1. */
  look(region: Box): Promise<Look>;
}

/** Decoded once. Throws `invalid` for what is no picture. */
export async function openScenePicture(jpeg: Uint8Array): Promise<ScenePicture> {
  try {
    const size = { width: sceneSidePx, height: sceneSidePx, fit: "inside" } as const;
    const { data, info } = await openPicture(jpeg)
      .resize({ ...size, withoutEnlargement: true })
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: 3 } as const;
    const take = (region: Box, sidePx: number) =>
      toPatch(openPicture(data, { raw }), region, raw, sidePx);
    return {
      look: async (region) => ({
        whole: await take([0, 0, 1, 1], WHOLE_PX),
        region: await take(region, REGION_PX),
      }),
    };
  } catch (error) {
    throw new ApplianceError("invalid", "The picture cannot be decoded.", { cause: error });
  }
}

/** Bent into a square: only compared with another that is bent alike. */
async function toPatch(
  picture: Sharp,
  [x, y, w, h]: Box,
  { width, height }: { width: number; height: number },
  sidePx: number,
): Promise<Patch> {
  const left = Math.min(width - 1, Math.floor(x * width));
  const top = Math.min(height - 1, Math.floor(y * height));
  const region = {
    left,
    top,
    width: Math.max(1, Math.min(width - left, Math.round(w * width))),
    height: Math.max(1, Math.min(height - top, Math.round(h * height))),
  };
  const rgb = await picture
    .extract(region)
    .resize({ width: sidePx, height: sidePx, fit: "fill" })
    .raw()
    .toBuffer();
  return { width: sidePx, height: sidePx, rgb };
}

/** A plain grey card: a picture that can hardly be at fault, as large as a model's pictures are. */
export async function createCard(options: { sidePx: number }): Promise<Uint8Array> {
  const { sidePx: side } = options;
  const rgb = new Uint8Array(side * side * 3).fill(128);
  return await toJpeg({ width: side, height: side, rgb }, { quality: modelJpegQuality });
}

/**
 * libvips keeps settings for the whole process. Setting them again is free, and doing it here
 * spares an import with a side effect: no cache, since no picture is read twice, and one thread a
 * picture, since the cameras need the others.
 */
function openPicture(bytes: Uint8Array, options: SharpOptions = {}): Sharp {
  sharp.cache(false);
  sharp.concurrency(1);
  return sharp(bytes, { limitInputPixels: inputPixelsMax, failOn: "error", ...options });
}
