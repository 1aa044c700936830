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
}

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
    };
  } catch {
    return null;
  }
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
