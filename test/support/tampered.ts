/** What people and weather do to the sight of a camera, done to the frames of a made-up scene. */
import type { Frame } from "../../src/camera/frame.ts";
import { createRandom } from "./random.ts";
import { SCENE_STARTS_AT } from "./scenes.ts";

export const WIDTH = 160;
export const HEIGHT = 96;

/** Answers the grey level of a pixel, noise not yet added. */
export type Paint = (x: number, y: number, seconds: number) => number;

const WINDOWS = [
  [8, 22],
  [31, 38],
  [60, 84],
  [97, 109],
  [131, 152],
  [160, 171],
  [198, 230],
] as const;

/** A yard at a glance: a wall with windows, a fence, gravel and a kerb. */
export function paintYard(seed: number): Paint {
  const random = createRandom(seed);
  const gravel = Array.from({ length: WIDTH * HEIGHT * 4 }, () => (random() - 0.5) * 24);
  const patches = Array.from({ length: 40 * 40 }, () => (random() - 0.5) * 50);
  return (x, y) => {
    // Wide enough that the camera can be turned by its whole picture.
    const [column, row] = [Math.floor(x) & 255, Math.floor(y) & 127];
    const patch = patches[(row >> 3) * 40 + ((column >> 3) % 40)] ?? 0;
    const grain = gravel[(row * 256 + column) % gravel.length] ?? 0;
    // As things are seen from a corner: no line is level, and nothing comes again and again.
    if (row > 80 + column / 20) return 150 + grain / 4;
    if (row > 38 + column / 10) return 95 + grain + patch;
    if (row > 32 && (column * column) % 29 < 3) return 40;
    const isWindow = WINDOWS.some(([left, right]) => column > left && column < right);
    return isWindow && row > 10 && row < 28 ? 55 + patch / 4 : 150 + patch / 2 + grain / 3;
  };
}

/** Frames of a scene that a camera with a noisy sensor sees. */
export function film(
  paint: Paint,
  options: { seconds: number; framesPerSecond?: number; noise?: number; seed?: number },
): Frame[] {
  const { seconds, framesPerSecond = 2, noise = 2, seed = 1 } = options;
  const random = createRandom(seed);
  // The sum of three is close enough to the bell of a sensor.
  const grain = Float32Array.from(
    { length: 65_521 },
    () => noise * 2 * (random() + random() + random() - 1.5),
  );
  return Array.from({ length: Math.round(seconds * framesPerSecond) }, (_, sequence) => {
    const at = sequence / framesPerSecond;
    const luma = new Uint8Array(WIDTH * HEIGHT);
    const shuffled = Math.floor(random() * grain.length);
    for (let pixel = 0; pixel < luma.length; pixel += 1) {
      const level = paint(pixel % WIDTH, Math.floor(pixel / WIDTH), at);
      const noisy = level + (grain[(shuffled + pixel) % grain.length] as number);
      luma[pixel] = Math.round(Math.min(255, Math.max(0, noisy)));
    }
    return {
      cameraId: "scene",
      sequence,
      capturedAt: SCENE_STARTS_AT + Math.round(at * 1000),
      timestampMs: Math.round(at * 1000),
      width: WIDTH,
      height: HEIGHT,
      luma,
      settling: at < 2,
      unit: sequence,
    };
  });
}

/** One scene until then, another from then on. */
export function changeAt(second: number, before: Paint, after: Paint): Paint {
  return (x, y, seconds) => (seconds < second ? before : after)(x, y, seconds);
}

export function blur(paint: Paint, radius: number): Paint {
  const blurred = new Float32Array(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) blurred[y * WIDTH + x] = meanAround(paint, x, y, radius);
  }
  return (x, y) => blurred[y * WIDTH + x] ?? 0;
}

function meanAround(paint: Paint, x: number, y: number, radius: number): number {
  let sum = 0;
  for (let dy = -radius; dy <= radius; dy += 1) {
    for (let dx = -radius; dx <= radius; dx += 1) sum += paint(x + dx, y + dy, 0);
  }
  return sum / (2 * radius + 1) ** 2;
}

export function turn(paint: Paint, right: number, down: number): Paint {
  return (x, y, seconds) => paint(x + right, y + down, seconds);
}

/** Paint on the glass: too near to be sharp. */
export function spray(paint: Paint, reach: number): Paint {
  return (x, y, seconds) => {
    const far = Math.hypot(x - 70, y - 50) - reach;
    const share = Math.min(1, Math.max(0, 0.5 - far / 16));
    return paint(x, y, seconds) * (1 - share) + 140 * share;
  };
}

/** Light falls or rises, and with it all contrast. */
export function light(paint: Paint, shareAt: (seconds: number) => number, offset = 0): Paint {
  return (x, y, seconds) => paint(x, y, seconds) * shareAt(seconds) + offset;
}

/** The glow of lamps beside the lens; leaves turn white, the sky black, and noise comes up. */
export function infrared(paint: Paint): Paint {
  return (x, y, seconds) => {
    const level = paint(x, y, seconds);
    const turned = level > 120 ? 240 - level : level + 40;
    return turned * (1.1 - 0.7 * Math.min(1, Math.hypot(x - 80, y - 48) / 90));
  };
}

/** A lorry with its wheels and windows before the left half of the picture, while it stands there. */
export function lorry(paint: Paint, [from, to]: readonly [number, number]): Paint {
  return (x, y, seconds) => {
    if (seconds < from || seconds >= to || x > 78 || y < 14 || y > 88) return paint(x, y, seconds);
    const isWheel = y > 74 && (Math.abs(x - 18) < 8 || Math.abs(x - 58) < 8);
    return isWheel ? 25 : 205;
  };
}
