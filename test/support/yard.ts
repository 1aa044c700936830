/**
 * A painted yard behind a warehouse, and the people and carts that cross it. Packed RGB, three
 * bytes a pixel. The same seed paints the same yard.
 */
import { createRandom } from "./random.ts";

export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** One passage through the picture, from one edge to the other. */
export interface Mover {
  readonly kind: "person" | "cart";
  /** When its first pixel enters and its last one leaves, in seconds of the footage. */
  readonly startS: number;
  readonly endS: number;
  /** Height as a share of the picture's. */
  readonly heightShare: number;
  /** Where its feet are, as a share of the picture's height. */
  readonly groundShare: number;
  readonly direction: "left-to-right" | "right-to-left";
  readonly clothes: Colour;
}

type Colour = readonly [red: number, green: number, blue: number];

const WALL: Colour = [142, 128, 112];
const GROUND: Colour = [104, 106, 102];
const DOOR: Colour = [88, 70, 58];
const WINDOW: Colour = [60, 78, 92];
const CRATE: Colour = [134, 102, 62];
const SKIN: Colour = [196, 156, 130];
const TROUSERS: Colour = [38, 42, 58];
const RUBBER: Colour = [24, 24, 26];

/** The picture's share above which there is wall, below which there is ground. */
export const HORIZON_SHARE = 0.45;

/** The yard with nobody in it. */
export function paintYard(width: number, height: number, seed: number): Canvas {
  const canvas: Canvas = { width, height, rgb: new Uint8Array(width * height * 3) };
  const horizon = Math.round(height * HORIZON_SHARE);
  fillArea(canvas, 0, 0, width, horizon, WALL);
  fillArea(canvas, 0, horizon, width, height - horizon, GROUND);
  fillShare(canvas, 0.1, 0.12, 0.12, 0.33, DOOR);
  for (const left of [0.32, 0.5, 0.68]) fillShare(canvas, left, 0.1, 0.1, 0.14, WINDOW);
  fillShare(canvas, 0.82, 0.36, 0.1, 0.16, CRATE);
  roughen(canvas, createRandom(seed));
  return canvas;
}

/** Paints the mover where it is at that instant; nothing before it enters and after it leaves. */
export function paintMover(canvas: Canvas, mover: Mover, atS: number): void {
  if (atS < mover.startS || atS >= mover.endS) return;
  const height = mover.heightShare * canvas.height;
  const width = height * (mover.kind === "person" ? 0.4 : 1.8);
  const progress = (atS - mover.startS) / (mover.endS - mover.startS);
  const travelled = progress * (canvas.width + width);
  const left = mover.direction === "left-to-right" ? travelled - width : canvas.width - travelled;
  const body = { left, top: mover.groundShare * canvas.height - height, width, height };
  if (mover.kind === "person") paintPerson(canvas, body, mover.clothes, atS);
  else paintCart(canvas, body, mover.clothes);
}

interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Head, trunk, and legs that swing about twice a second. */
function paintPerson(canvas: Canvas, body: Area, clothes: Colour, atS: number): void {
  const part = (x: number, y: number, width: number, height: number, colour: Colour): void =>
    fillArea(
      canvas,
      body.left + x * body.width,
      body.top + y * body.height,
      width * body.width,
      height * body.height,
      colour,
    );
  const swing = Math.sin(atS * 2 * Math.PI) * 0.22;
  part(0.05, 0.96, 0.9, 0.05, RUBBER);
  part(0.35, 0, 0.3, 0.15, SKIN);
  part(0.2, 0.15, 0.6, 0.4, clothes);
  part(0.27 + swing, 0.55, 0.2, 0.42, TROUSERS);
  part(0.53 - swing, 0.55, 0.2, 0.42, TROUSERS);
}

function paintCart(canvas: Canvas, body: Area, paint: Colour): void {
  const { left, top, width, height } = body;
  fillArea(canvas, left + width * 0.2, top, width * 0.5, height * 0.4, WINDOW);
  fillArea(canvas, left, top + height * 0.35, width, height * 0.45, paint);
  for (const wheel of [0.12, 0.7]) {
    fillArea(
      canvas,
      left + width * wheel,
      top + height * 0.75,
      width * 0.16,
      height * 0.25,
      RUBBER,
    );
  }
}

function fillShare(canvas: Canvas, x: number, y: number, w: number, h: number, c: Colour): void {
  fillArea(canvas, x * canvas.width, y * canvas.height, w * canvas.width, h * canvas.height, c);
}

/** Fills the part of a rectangle that lies inside the picture. */
function fillArea(
  canvas: Canvas,
  left: number,
  top: number,
  width: number,
  height: number,
  [red, green, blue]: Colour,
): void {
  const firstX = Math.max(0, Math.round(left));
  const endX = Math.min(canvas.width, Math.round(left + width));
  const endY = Math.min(canvas.height, Math.round(top + height));
  for (let y = Math.max(0, Math.round(top)); y < endY; y += 1) {
    for (let x = firstX; x < endX; x += 1) {
      const at = (y * canvas.width + x) * 3;
      canvas.rgb[at] = red;
      canvas.rgb[at + 1] = green;
      canvas.rgb[at + 2] = blue;
    }
  }
}

/** Gravel and plaster: patches of 4 and of 16 pixels that are a little lighter or darker. */
function roughen(canvas: Canvas, random: () => number): void {
  for (const [patch, depth] of [
    [16, 22],
    [4, 18],
  ] as const) {
    for (let top = 0; top < canvas.height; top += patch) {
      for (let left = 0; left < canvas.width; left += patch) {
        shade(canvas, left, top, patch, Math.round((random() - 0.5) * depth));
      }
    }
  }
}

function shade(canvas: Canvas, left: number, top: number, patch: number, change: number): void {
  const endX = Math.min(left + patch, canvas.width);
  for (let y = top; y < Math.min(top + patch, canvas.height); y += 1) {
    for (let at = (y * canvas.width + left) * 3; at < (y * canvas.width + endX) * 3; at += 1) {
      canvas.rgb[at] = Math.max(0, Math.min(255, (canvas.rgb[at] ?? 0) + change));
    }
  }
}
