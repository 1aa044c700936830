/**
 * sharp as the appliance sees it. A "JPEG" is its size and its points, as they are: what a codec does
 * to them is no part of the simulation; when it is done with them is.
 */
import { theWorld } from "../world.ts";

interface Picture {
  width: number;
  height: number;
  rgb: Uint8Array;
}

interface Size {
  width: number;
  height: number;
}

const MAGIC = "SIMULATED";
const HEAD_BYTES = MAGIC.length + 4;
const CODEC_MS = 20;

export default function sharp(bytes: Uint8Array, options: { raw?: Size } = {}) {
  const steps: ((picture: Picture) => Picture)[] = [];
  let isRaw = false;
  const open = (): Picture => (options.raw ? { ...options.raw, rgb: bytes } : decode(bytes));
  const run = (): Picture => steps.reduce((picture, step) => step(picture), open());
  const chain = {
    extract(box: Size & { left: number; top: number }) {
      steps.push((picture) => sample(picture, box, box));
      return chain;
    },
    resize(size: Size & { fit?: string; withoutEnlargement?: boolean }) {
      steps.push((picture) => {
        const whole = { left: 0, top: 0, width: picture.width, height: picture.height };
        return sample(picture, whole, size.fit === "inside" ? toInside(picture, size) : size);
      });
      return chain;
    },
    composite: () => chain,
    toColourspace: () => chain,
    removeAlpha: () => chain,
    jpeg: () => chain,
    raw() {
      isRaw = true;
      return chain;
    },
    metadata: () => later(open),
    toBuffer: (wanted?: { resolveWithObject: boolean }) =>
      later(() => {
        const picture = run();
        const data = isRaw ? Buffer.from(picture.rgb) : encode(picture);
        const info = { width: picture.width, height: picture.height };
        return wanted?.resolveWithObject ? { data, info } : data;
      }),
  };
  return chain;
}

sharp.cache = (): void => {};
sharp.concurrency = (): void => {};

export function encode({ width, height, rgb }: Picture): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES + rgb.byteLength);
  bytes.write(MAGIC, "latin1");
  bytes.writeUInt16BE(width, MAGIC.length);
  bytes.writeUInt16BE(height, MAGIC.length + 2);
  bytes.set(rgb, HEAD_BYTES);
  return bytes;
}

/** Throws for anything that is no whole picture. */
export function decode(bytes: Uint8Array): Picture {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (head.byteLength < HEAD_BYTES || head.toString("latin1", 0, MAGIC.length) !== MAGIC) {
    throw new Error("Input buffer contains unsupported image format");
  }
  const width = head.readUInt16BE(MAGIC.length);
  const height = head.readUInt16BE(MAGIC.length + 2);
  const rgb = head.subarray(HEAD_BYTES);
  if (rgb.byteLength !== width * height * 3) throw new Error("premature end of input");
  return { width, height, rgb };
}

function sample(from: Picture, box: Size & { left: number; top: number }, to: Size): Picture {
  const { width, height } = to;
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    const row = box.top + Math.floor((y * box.height) / height);
    for (let x = 0; x < width; x += 1) {
      const point = (row * from.width + box.left + Math.floor((x * box.width) / width)) * 3;
      rgb.set(from.rgb.subarray(point, point + 3), (y * width + x) * 3);
    }
  }
  return { width, height, rgb };
}

function toInside(from: Size, { width, height }: Size): Size {
  const scale = Math.min(1, width / from.width, height / from.height);
  return {
    width: Math.max(1, Math.round(from.width * scale)),
    height: Math.max(1, Math.round(from.height * scale)),
  };
}

function later<T>(work: () => T): Promise<T> {
  const { loop, random, life } = theWorld();
  return new Promise((resolve, reject) => {
    loop.schedule(random() * CODEC_MS, life, () => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    });
  });
}
