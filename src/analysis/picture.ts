/**
 * In: decoded pictures and JPEGs. Out: the JPEG that is kept, and the smaller one a model looks at.
 * The only door to sharp.
 */
import { createHash } from "node:crypto";

import sharp, { type OverlayOptions, type Sharp, type SharpOptions } from "sharp";

import { ApplianceError } from "../base/errors.ts";
import type { Box, StillPicture } from "../camera/frame.ts";
import { type Crop, isWhole, toCrop, toRegion } from "./crop.ts";
import type { Layout } from "./layout.ts";
import type { ModelFamily } from "./model-family.ts";
import { needsWhole, planSheet, type Size, type View } from "./sheet.ts";
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
  /** One, or several for a model that keeps them apart. */
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

const thumbnailQualities = [75, 55, 35, 15] as const;

/**
 * The whole of a picture, small, in at most so many bytes; null when it cannot be made so small.
 * Throws `invalid` for what is no picture.
 */
export async function toThumbnail(
  jpeg: Uint8Array,
  { bytesMax }: { bytesMax: number },
): Promise<Uint8Array | null> {
  const size = { width: 320, height: 320, fit: "inside", withoutEnlargement: true } as const;
  try {
    const small = await cut(openPicture(jpeg).resize(size));
    for (const quality of thumbnailQualities) {
      const thumbnail = await open(small).jpeg({ quality }).toBuffer();
      if (thumbnail.byteLength <= bytesMax) return thumbnail;
    }
    return null;
  } catch (error) {
    throw new ApplianceError("invalid", "The picture cannot be decoded.", { cause: error });
  }
}

/** A kept picture of an event, and where it moved in it. */
export interface Shot {
  jpeg: Uint8Array;
  boxes: readonly Box[];
  /** Wall time, epoch milliseconds. */
  capturedAt: number;
}

/**
 * The part that moved, with the whole view beside it where that tells more, and where there is room
 * with earlier moments of the event; or the whole alone. An earlier picture that is damaged is left
 * out.
 */
export async function toModelPicture(
  best: Shot,
  earlier: readonly Shot[],
  family: ShownTo,
): Promise<ModelPicture> {
  const { longestSidePx: sidePx, picturesPerRequest } = family;
  const isSeries = picturesPerRequest > 1;
  const before = await Promise.all(
    earlier.map((shot) => cutEarlier(shot, best, isSeries ? sidePx / 2 : sidePx)),
  );
  const found = { ...best, earlier: before.filter((view) => view !== null) };
  try {
    return isSeries ? await toSeries(found, family) : await toOnePicture(found, sidePx);
  } catch (error) {
    throw new ApplianceError("invalid", "The picture cannot be decoded.", { cause: error });
  }
}

type ShownTo = Pick<ModelFamily, "longestSidePx" | "picturesPerRequest">;

interface Found extends Shot {
  /** Oldest first. */
  earlier: readonly (Cut & { secondsBefore: number })[];
}

/** A part of a picture, decoded. */
interface Cut extends Size {
  rgb: Buffer;
}

async function cutEarlier(shot: Shot, best: Shot, sidePx: number) {
  try {
    const crop = toCrop(shot.boxes, await sizeOf(shot.jpeg));
    const size = {
      width: sidePx,
      height: sidePx,
      fit: "inside",
      withoutEnlargement: true,
    } as const;
    const secondsBefore = Math.max(1, Math.round((best.capturedAt - shot.capturedAt) / 1000));
    return { ...(await cut(openPicture(shot.jpeg).extract(crop).resize(size))), secondsBefore };
  } catch {
    return null;
  }
}

async function toSeries(
  { jpeg, boxes, earlier }: Found,
  { longestSidePx: sidePx, picturesPerRequest }: ShownTo,
): Promise<ModelPicture> {
  const { whole, part } = await viewsOf(jpeg, boxes);
  const crops = isWhole(part, whole)
    ? [{ shows: "whole", crop: whole } as const]
    : [
        { shows: "part", crop: part } as const,
        ...(needsWhole(part, whole, sidePx) ? [{ shows: "whole", crop: whole } as const] : []),
      ];
  const room = picturesPerRequest - crops.length;
  const before = earlier.slice(Math.max(0, earlier.length - room));
  const jpegs = await Promise.all([
    ...crops.map(({ crop }) => toView(jpeg, crop, sidePx)),
    ...before.map((view) => compress(open(view))),
  ]);
  const views = [
    ...crops.map(({ shows }) => ({ shows, place: "" })),
    ...before.map(({ secondsBefore }) => ({ shows: "earlier", place: "", secondsBefore }) as const),
  ];
  return toShown(jpegs, { form: views.length > 1 ? "series" : "single", views });
}

async function toOnePicture(
  { jpeg, boxes, earlier }: Found,
  sidePx: number,
): Promise<ModelPicture> {
  const { whole, part } = await viewsOf(jpeg, boxes);
  const main = { shows: isWhole(part, whole) ? "whole" : "part" } as const;
  const beside = needsWhole(part, whole, sidePx) ? whole : null;
  const sheet = planSheet({ main: part, whole: beside, earlier }, sidePx);
  if (!sheet) {
    const views = [{ ...main, place: "" }];
    return toShown([await toView(jpeg, part, sidePx)], { form: "single", views });
  }
  const shown = earlier.slice(earlier.length - sheet.earlier.length);
  const pieces = [
    place(openPicture(jpeg).extract(part), sheet.main),
    ...(sheet.whole ? [place(openPicture(jpeg), sheet.whole)] : []),
    ...sheet.earlier.map((view, index) => place(open(shown[index] as Cut), view)),
  ];
  const views = [
    { ...main, place: sheet.main.place },
    ...(sheet.whole ? [{ shows: "whole", place: sheet.whole.place } as const] : []),
    ...sheet.earlier.map((view, index) => {
      const secondsBefore = shown[index]?.secondsBefore ?? 1;
      return { shows: "earlier", place: view.place, secondsBefore } as const;
    }),
  ];
  return toShown([await compose(sheet, await Promise.all(pieces))], { form: "sheet", views });
}

async function viewsOf(jpeg: Uint8Array, boxes: readonly Box[]) {
  const size = await sizeOf(jpeg);
  return { whole: { left: 0, top: 0, ...size }, part: toCrop(boxes, size) };
}

async function sizeOf(jpeg: Uint8Array): Promise<Size> {
  const { width, height } = await openPicture(jpeg).metadata();
  return { width, height };
}

function toShown(jpegs: readonly Uint8Array[], layout: Layout): ModelPicture {
  const hash = createHash("sha256");
  for (const jpeg of jpegs) hash.update(jpeg);
  return { jpegs, layout, sha256: hash.digest("hex") };
}

function toView(jpeg: Uint8Array, crop: Crop, sidePx: number): Promise<Uint8Array> {
  const size = { width: sidePx, height: sidePx, fit: "inside", withoutEnlargement: true } as const;
  return compress(openPicture(jpeg).extract(crop).resize(size));
}

/** One view of a sheet, as the compositor takes it. */
async function place(picture: Sharp, { left, top, width, height }: View) {
  const { rgb } = await cut(picture.resize({ width, height, fit: "fill" }));
  return { input: rgb, raw: { width, height, channels: 3 }, left, top } as const;
}

function compose({ width, height }: Size, pieces: OverlayOptions[]): Promise<Uint8Array> {
  const ground = new Uint8Array(width * height * 3).fill(sheetGrey);
  return compress(openPicture(ground, { raw: { width, height, channels: 3 } }).composite(pieces));
}

async function cut(picture: Sharp): Promise<Cut> {
  const { data, info } = await picture
    .toColourspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { rgb: data, width: info.width, height: info.height };
}

function open({ rgb, width, height }: Cut): Sharp {
  return openPicture(rgb, { raw: { width, height, channels: 3 } });
}

function compress(picture: Sharp): Promise<Uint8Array> {
  return picture.jpeg({ quality: modelJpegQuality }).toBuffer();
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
async function toPatch(picture: Sharp, box: Box, size: Size, sidePx: number): Promise<Patch> {
  const rgb = await picture
    .extract(toRegion(box, size))
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
