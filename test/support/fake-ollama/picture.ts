/** The pictures of a request, really decoded: an answer that did not need the picture proves nothing. */
import { createHash } from "node:crypto";

import sharp from "sharp";

export interface Picture {
  /** Of the bytes that came, in hex. */
  sha256: string;
  bytes: number;
  format: string;
  width: number;
  height: number;
  /** Mean grey level, 0..255. */
  brightness: number;
  /** The nearest of the named colours, of the left, the middle and the right third. */
  colours: readonly string[];
}

const named: Readonly<Record<string, readonly [number, number, number]>> = {
  red: [255, 0, 0],
  green: [0, 160, 0],
  blue: [0, 0, 255],
  yellow: [255, 255, 0],
  white: [255, 255, 255],
  black: [0, 0, 0],
};

/** Null when the bytes are no picture. */
export async function readPicture(bytes: Buffer): Promise<Picture | null> {
  try {
    const picture = sharp(bytes, { failOn: "error" });
    const { format, width, height } = await picture.metadata();
    const { channels } = await picture.greyscale().stats();
    return {
      sha256: createHash("sha256").update(bytes).digest("hex"),
      bytes: bytes.byteLength,
      format,
      width,
      height,
      brightness: Math.round(channels[0]?.mean ?? 0),
      colours: await nameColours(bytes),
    };
  } catch {
    return null;
  }
}

async function nameColours(bytes: Buffer): Promise<string[]> {
  const thirds = sharp(bytes).resize(3, 1, { fit: "fill", kernel: "nearest" });
  const pixels = await thirds.toColourspace("srgb").removeAlpha().raw().toBuffer();
  return [0, 3, 6].map((at) => nearestName([...pixels.subarray(at, at + 3)]));
}

function nearestName(pixel: readonly number[]): string {
  const distances = Object.entries(named).map(([name, colour]) => ({
    name,
    distance: Math.hypot(...colour.map((part, index) => part - (pixel[index] ?? 0))),
  }));
  return distances.toSorted((one, other) => one.distance - other.distance)[0]?.name ?? "black";
}

/**
 * Go's base64.StdEncoding: the standard alphabet, padded, line breaks ignored. Returns the offset
 * of the first byte that is not, as Go's error names it.
 */
export function decodeBase64(text: string): Buffer | { illegalAt: number } {
  const illegal = text.search(/[^A-Za-z0-9+/=\r\n]/);
  const packed = text.replace(/[\r\n]/g, "");
  const padding = packed.indexOf("=");
  if (illegal >= 0 && (padding < 0 || illegal <= padding)) return { illegalAt: illegal };
  const complete = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
  if (complete.test(packed)) return Buffer.from(packed, "base64");
  return { illegalAt: padding >= 0 ? padding : packed.length - (packed.length % 4) };
}
