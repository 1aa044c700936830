/** DER, the binary form of certificates, as far as our own need it: written, never read. */

export function sequence(...parts: Uint8Array[]): Buffer {
  return tagged(0x30, ...parts);
}

export function set(...parts: Uint8Array[]): Buffer {
  return tagged(0x31, ...parts);
}

/** [n] around parts that keep their own tags. */
export function explicit(n: number, ...parts: Uint8Array[]): Buffer {
  return tagged(0xa0 | n, ...parts);
}

/** [n] in the place of the tag of plain bytes. */
export function implicit(n: number, bytes: Uint8Array): Buffer {
  return tagged(0x80 | n, bytes);
}

/** Of bytes, not negative. */
export function integer(bytes: Uint8Array): Buffer {
  const from = bytes.findIndex((byte) => byte !== 0);
  const significant = from < 0 ? Uint8Array.of(0) : bytes.subarray(from);
  const isNegative = (significant[0] ?? 0) >= 0x80;
  return tagged(0x02, isNegative ? Uint8Array.of(0) : Buffer.alloc(0), significant);
}

export function boolean(value: boolean): Buffer {
  return tagged(0x01, Uint8Array.of(value ? 0xff : 0));
}

export function octets(bytes: Uint8Array): Buffer {
  return tagged(0x04, bytes);
}

/** `unused`: how many of the last bits do not count. */
export function bits(bytes: Uint8Array, unused = 0): Buffer {
  return tagged(0x03, Uint8Array.of(unused), bytes);
}

export function text(value: string): Buffer {
  return tagged(0x0c, Buffer.from(value));
}

/** To the second; years before 2050 have two digits (RFC 5280, 4.1.2.5). */
export function time(at: number): Buffer {
  const digits = new Date(at)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replace(/[-:T]/g, "");
  return Number(digits.slice(0, 4)) < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2)))
    : tagged(0x18, Buffer.from(digits));
}

/** From its dotted form. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(toBase128)]));
}

function toBase128(value: number): number[] {
  const digits = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}

function tagged(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.of(tag), toLength(content.length), content]);
}

function toLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const digits: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) digits.unshift(left % 256);
  return Uint8Array.of(0x80 | digits.length, ...digits);
}
