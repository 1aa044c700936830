/**
 * How a unit's number goes through ffmpeg and comes out with its picture. Pure.
 *
 * In: units are blocks of a Matroska stream, and the time stamp of a block is the unit's number.
 * Out: each picture has a row beneath it whose first pixels are its time stamp, byte by byte.
 *
 * Counting pictures instead looks simpler and cannot be made exact: ffmpeg swallows a unit that it
 * cannot decode, and when the box is busy a picture that will never come looks like one that is
 * late. A line of text per picture, as ffmpeg's filters can write, costs Node more than the picture.
 *
 * A block tells its length, so ffmpeg need not see the next unit to know where one ends, and
 * nothing inside a broken unit can be mistaken for the envelope.
 */
import type { Codec } from "./access-units.ts";
import type { AccessUnit } from "./ring.ts";

/** What comes before the first unit. */
export function toEnvelopeStart(codec: Codec): Buffer {
  const track = [
    element("d7", [1]), // its number, which every block repeats
    element("73c5", [1]), // its unique number
    element("83", [1]), // is video
    element("86", Buffer.from(CODEC_NAMES[codec])),
    // Any size that is none: ffmpeg 7 refuses a video without one, and takes the one in the units.
    element("e0", Buffer.concat([element("b0", [16]), element("ba", [16])])),
  ];
  return Buffer.concat([
    element("1a45dfa3", element("4282", Buffer.from("matroska"))),
    Buffer.from(SEGMENT_WITHOUT_END, "hex"),
    element("1654ae6b", element("ae", Buffer.concat(track))),
  ]);
}

/** Without the parameters that such a file has: ffmpeg then finds them in the units, as Annex B. */
const CODEC_NAMES: Readonly<Record<Codec, string>> = {
  h264: "V_MPEG4/ISO/AVC",
  h265: "V_MPEGH/ISO/HEVC",
};

const SEGMENT_WITHOUT_END = "1853806701ffffffffffffff";

/** An identifier, a length of four bytes, and what is in it. */
function element(id: string, body: ArrayLike<number>): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(LENGTH_IN_FOUR_BYTES + body.length);
  return Buffer.concat([Buffer.from(id, "hex"), length, Uint8Array.from(body)]);
}

const LENGTH_IN_FOUR_BYTES = 0x1000_0000;

/** What comes before a unit's own bytes: a cluster of one block, with the number as its time. */
export function toEnvelopeHead(number: number, { key, bytes }: Pick<AccessUnit, "key" | "bytes">) {
  const head = Buffer.from(HEAD);
  head.writeUInt32BE(LENGTH_IN_FOUR_BYTES + HEAD.length - 8 + bytes.length, 4);
  head.writeUInt32BE(number, 10);
  head.writeUInt32BE(LENGTH_IN_FOUR_BYTES + 4 + bytes.length, 15);
  head.writeUInt8(key ? 0x80 : 0, 22);
  return head;
}

/** Cluster, length; its time, four bytes of it; block, length; track 1, 0 ms after that, flags. */
const HEAD = Buffer.from(
  "1f43b675 00000000 e784 00000000 a3 00000000 81 0000 00".replaceAll(" ", ""),
  "hex",
);

/** A filter that adds the row, for grey pictures of this width. */
export function toNumberRowFilter(width: number): string {
  // The time is in seconds, and a stamp counts milliseconds.
  const byte = "mod(floor(round(T*1000)/pow(256\\,X))\\,256)";
  const row = `crop=${NUMBER_BYTES}:1:0:0,geq=lum='${byte}',pad=${width}:1`;
  return `split[picture][copy];[copy]${row}[row];[picture][row]vstack`;
}

/** Keeps the stamps as they are, whatever rate ffmpeg takes the stream for. */
export const KEEPING_NUMBERS = ["-copyts", "-enc_time_base", "1:1000"] as const;

const NUMBER_BYTES = 4;

export function readNumber(row: Uint8Array): number {
  return new DataView(row.buffer, row.byteOffset, NUMBER_BYTES).getUint32(0, true);
}
