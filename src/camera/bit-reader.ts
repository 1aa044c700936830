/**
 * Reads the numbers of an H.264 header bit by bit (ITU-T H.264, 9.1). Pure. Past the end of what it
 * was given everything is 0 and `isSpent`, so a damaged header ends by itself.
 */
export interface BitReader {
  flag(): boolean;
  fixed(bitCount: number): number;
  /** Exp-Golomb codes. */
  unsigned(): number;
  signed(): number;
  readonly isSpent: boolean;
}

/** More than the part of any header that is of interest. */
const BYTES_MAX = 512;
const ZEROS_MAX = 31;

export function createBitReader(bytes: Uint8Array, from: number): BitReader {
  const end = Math.min(bytes.length, from + BYTES_MAX);
  let at = from;
  let mask = 0x80;
  let zeros = 0;
  let isSpent = from >= end;

  const advance = (): void => {
    mask = 0x80;
    zeros = bytes[at] === 0 ? zeros + 1 : 0;
    at += 1;
    // After two bytes of zero a 3 is put in that means nothing, so that no start code arises.
    if (zeros >= 2 && bytes[at] === 3) {
      zeros = 0;
      at += 1;
    }
  };
  const bit = (): number => {
    if (at >= end) {
      isSpent = true;
      return 0;
    }
    const value = (bytes[at] as number) & mask ? 1 : 0;
    mask >>= 1;
    if (mask === 0) advance();
    return value;
  };
  const fixed = (bitCount: number): number => {
    let value = 0;
    for (let left = bitCount; left > 0; left -= 1) value = value * 2 + bit();
    return value;
  };
  const unsigned = (): number => {
    let length = 0;
    while (length < ZEROS_MAX && !isSpent && bit() === 0) length += 1;
    return 2 ** length - 1 + fixed(length);
  };

  return {
    flag: () => bit() === 1,
    fixed,
    unsigned,
    signed() {
      const code = unsigned();
      return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
    },
    get isSpent() {
      return isSpent;
    },
  };
}
