/** Luma frames of made-up scenes whose truth is known: same options, same frames. */
import type { Box, Frame } from "../../src/camera/frame.ts";
import { createRandom } from "./random.ts";

export interface Scene {
  seconds: number;
  width?: number;
  height?: number;
  framesPerSecond?: number;
  seed?: number;
  /** Standard deviation of the sensor's noise, in grey levels. */
  noise?: number;
  movers?: readonly Mover[];
  /** Grey levels added to the whole picture at a time. */
  lightAt?: (seconds: number) => number;
  /** A region, like a bush in the wind, whose twigs sway by a pixel from then on. */
  swaying?: { region: Box; startsAt: number };
  /** How many frames are marked as settling. */
  settlingFrames?: number;
}

export interface Mover {
  startsAt: number;
  endsAt: number;
  /** Top left corner at the start and at the end, 0..1; may lie outside of the picture. */
  from: readonly [x: number, y: number];
  to: readonly [x: number, y: number];
  width: number;
  height: number;
  /** How much brighter than what is behind it; negative is darker. */
  contrast?: number;
}

export const SCENE_STARTS_AT = Date.UTC(2026, 5, 1, 12);

export function renderScene(scene: Scene): Frame[] {
  const { width = 160, height = 96, framesPerSecond = 5, seed = 1 } = scene;
  const random = createRandom(seed);
  const texture = toTexture(width, height, random);
  const count = Math.round(scene.seconds * framesPerSecond);

  return Array.from({ length: count }, (_, sequence) => {
    const seconds = sequence / framesPerSecond;
    const picture = Float32Array.from(texture);
    if (scene.swaying) sway(picture, width, height, scene.swaying, sequence, seconds);
    for (const mover of scene.movers ?? []) draw(picture, width, height, mover, seconds);
    const light = scene.lightAt?.(seconds) ?? 0;
    const luma = new Uint8Array(width * height);
    for (const [pixel, level] of picture.entries()) {
      const noisy = level + light + (scene.noise ?? 2) * toGaussian(random);
      luma[pixel] = Math.round(Math.min(255, Math.max(0, noisy)));
    }
    return {
      cameraId: "scene",
      sequence,
      capturedAt: SCENE_STARTS_AT + Math.round(seconds * 1000),
      timestampMs: Math.round(seconds * 1000),
      width,
      height,
      luma,
      settling: sequence < (scene.settlingFrames ?? 0),
      unit: sequence,
    };
  });
}

/** Grey levels 60..160 in patches of some eight pixels, as walls, shrubs and roads have. */
function toTexture(width: number, height: number, random: () => number): Float32Array {
  const step = 8;
  const across = Math.ceil(width / step) + 2;
  const knots = Array.from({ length: across * (Math.ceil(height / step) + 2) }, random);
  const knot = (x: number, y: number) => knots[y * across + x] ?? 0;
  return Float32Array.from({ length: width * height }, (_, pixel) => {
    const x = (pixel % width) / step;
    const y = Math.floor(pixel / width) / step;
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [right, down] = [x - left, y - top];
    const upper = knot(left, top) * (1 - right) + knot(left + 1, top) * right;
    const lower = knot(left, top + 1) * (1 - right) + knot(left + 1, top + 1) * right;
    return 60 + 100 * (upper * (1 - down) + lower * down);
  });
}

/** Stripes two pixels wide and 70 grey levels deep: twigs against the sky. */
function sway(
  picture: Float32Array,
  width: number,
  height: number,
  { region: [x, y, w, h], startsAt }: { region: Box; startsAt: number },
  sequence: number,
  seconds: number,
): void {
  const shift = seconds < startsAt ? 1 : ([1, 2, 1, 0][sequence % 4] ?? 0);
  for (let row = Math.floor(y * height); row < (y + h) * height; row += 1) {
    for (let column = Math.floor(x * width); column < (x + w) * width; column += 1) {
      picture[row * width + column] = (column + shift) % 4 < 2 ? 75 : 145;
    }
  }
}

function draw(
  picture: Float32Array,
  width: number,
  height: number,
  mover: Mover,
  seconds: number,
): void {
  if (seconds < mover.startsAt || seconds >= mover.endsAt) return;
  const way = (seconds - mover.startsAt) / (mover.endsAt - mover.startsAt);
  const left = Math.round((mover.from[0] + (mover.to[0] - mover.from[0]) * way) * width);
  const top = Math.round((mover.from[1] + (mover.to[1] - mover.from[1]) * way) * height);
  const right = Math.min(width, left + Math.round(mover.width * width));
  const bottom = Math.min(height, top + Math.round(mover.height * height));
  for (let y = Math.max(0, top); y < bottom; y += 1) {
    for (let x = Math.max(0, left); x < right; x += 1) {
      // Clothes are not of one grey: the lower half is darker, as trousers often are.
      const shade = y > (top + bottom) / 2 ? -10 : 0;
      picture[y * width + x] = 110 + (mover.contrast ?? 60) + shade;
    }
  }
}

function toGaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
