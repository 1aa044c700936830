/**
 * In: decoded pictures and JPEGs. Out: the JPEG that is kept, and the smaller one a model looks at.
 * The only door to sharp.
 */
import { createHash } from "node:crypto";

import sharp, { type Sharp, type SharpOptions } from "sharp";

import { ApplianceError } from "../base/errors.ts";
import type { Box, StillPicture } from "../camera/frame.ts";
import { type Look, type Patch, REGION_PX, WHOLE_PX } from "./similarity.ts";

/** A model must recognise where it is: never less than this share of the picture each way. */
const contextShareMin = 1 / 3;
/** One tile of the vision encoders in use; a smaller crop would only be blown up again. */
const cropSidePxMin = 336;
/** How much room the motion itself gets around it. */
const widening = 1.6;
/** A longer strip is mostly padding to a model that looks at squares. */
const aspectMax = 2;
/** A crop that keeps nearly everything is not worth its missing edge. */
const wholeShareMin = 0.85;
const modelJpegQuality = 85;
/** Enough to tell two people apart, and cheap to look at often. */
const sceneSidePx = 640;
/** 8K and a little; a broken header must not make us allocate gigabytes. */
const inputPixelsMax = 8192 * 8192;

export interface ModelPicture {
  jpeg: Uint8Array;
  /** Of the JPEG, in hex. */
  sha256: string;
  width: number;
  height: number;
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

/** One JPEG of at most `longestSidePx` a side around the motion, or of the whole picture. */
export async function toModelPicture(
  jpeg: Uint8Array,
  boxes: readonly Box[],
  options: { longestSidePx: number },
): Promise<ModelPicture> {
  try {
    const picture = openPicture(jpeg);
    const { width, height } = await picture.metadata();
    const { data, info } = await picture
      .extract(toCrop(boxes, { width, height }))
      .resize({
        width: options.longestSidePx,
        height: options.longestSidePx,
        fit: "inside",
        withoutEnlargement: true,
      })
      .jpeg({ quality: modelJpegQuality })
      .toBuffer({ resolveWithObject: true });
    const sha256 = createHash("sha256").update(data).digest("hex");
    return { jpeg: data, sha256, width: info.width, height: info.height };
  } catch (error) {
    throw new ApplianceError("invalid", "The picture cannot be decoded.", { cause: error });
  }
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

export interface Crop {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The part of a picture that shows the motion with enough around it; whole pixels, inside. */
export function toCrop(boxes: readonly Box[], picture: { width: number; height: number }): Crop {
  const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
  if (boxes.length === 0) return whole;

  const [left, right] = spanOf(boxes.map(([x, , width]) => [x, x + width]));
  const [top, bottom] = spanOf(boxes.map(([, y, , height]) => [y, y + height]));
  let width = toSide((right - left) * picture.width, picture.width);
  let height = toSide((bottom - top) * picture.height, picture.height);
  width = Math.min(picture.width, Math.max(width, Math.ceil(height / aspectMax)));
  height = Math.min(picture.height, Math.max(height, Math.ceil(width / aspectMax)));
  const keepsMost =
    width >= wholeShareMin * picture.width && height >= wholeShareMin * picture.height;
  if (keepsMost) return whole;

  return {
    left: toStart(((left + right) / 2) * picture.width, width, picture.width),
    top: toStart(((top + bottom) / 2) * picture.height, height, picture.height),
    width,
    height,
  };
}

function spanOf(stretches: readonly (readonly [number, number])[]): [number, number] {
  const first = Math.min(...stretches.map(([start]) => start));
  const last = Math.max(...stretches.map(([, end]) => end));
  return [Math.max(0, Math.min(1, first)), Math.max(0, Math.min(1, last))];
}

function toSide(motionPx: number, picturePx: number): number {
  const wanted = Math.max(motionPx * widening, picturePx * contextShareMin, cropSidePxMin);
  return Math.min(picturePx, Math.ceil(wanted));
}

function toStart(centrePx: number, sidePx: number, picturePx: number): number {
  return Math.max(0, Math.min(picturePx - sidePx, Math.round(centrePx - sidePx / 2)));
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
