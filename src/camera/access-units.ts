/**
 * In: the bytes of an H.264 or H.265 stream (Annex B), cut anywhere. Out: access units, one coded
 * picture each, with everything that belongs to it. Pure: time comes in with the bytes.
 *
 * A unit ends where the next begins: at a delimiter, a parameter set or a leading SEI after a
 * picture, or at the first slice of the next picture. What comes before the first beginning, or
 * belongs to a unit that grows beyond its limit, is skipped and counted.
 */
export type Codec = "h264" | "h265";

export interface CutUnit {
  codec: Codec;
  /** Decoding may begin here. */
  key: boolean;
  /** An own copy: holds no larger buffer alive. */
  bytes: Buffer;
  /** Arrival of its first byte: wall time, epoch milliseconds. */
  capturedAt: number;
  /** The same instant on the monotonic clock. */
  timestampMs: number;
}

export type Arrival = Pick<CutUnit, "capturedAt" | "timestampMs">;

export interface UnitCutter {
  /** The chunk may be used again by its owner afterwards. */
  push(chunk: Buffer, arrival: Arrival): CutUnit[];
  /** The unit in hand, at the end of the stream. */
  flush(): CutUnit[];
  /** Null until the first parameter set or delimiter told. */
  readonly codec: Codec | null;
  readonly bytesSkipped: number;
}

const START_CODE = Buffer.from([0, 0, 1]);
/** Start code, header of one or two bytes, first byte of the slice header. */
const LOOK_AHEAD = START_CODE.length + 3;
const UNIT_BYTES_MAX = 8 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);
const NO_ARRIVAL: Arrival = { capturedAt: 0, timestampMs: 0 };

export function createUnitCutter(options: { unitBytesMax?: number } = {}): UnitCutter {
  const assembly = createAssembly(options.unitBytesMax ?? UNIT_BYTES_MAX);
  let codec: Codec | null = null;
  let rest: Buffer = NOTHING;
  let restArrival: Arrival | null = null;

  const look = (data: Buffer, at: number): Nal | null => {
    codec ??= recogniseCodec(data, at);
    return codec && readNal(data, at, codec);
  };
  const cut = (data: Buffer, end: number, startedAt: (position: number) => Arrival) => {
    const units: CutUnit[] = [];
    let kept = 0;
    for (const position of findStartCodes(data)) {
      const nal = look(data, position + START_CODE.length);
      if (!nal) continue;
      if (nal.beginsUnit && assembly.mayEnd()) {
        const begin = Math.max(kept, withLeadingZero(data, position));
        assembly.add(data.subarray(kept, begin));
        kept = begin;
        units.push(...assembly.close(codec));
        assembly.begin(startedAt(begin));
      }
      assembly.note(nal);
    }
    assembly.add(data.subarray(kept, end));
    return units;
  };

  return {
    push(chunk, arrival) {
      const carried = rest.length;
      const carriedArrival = restArrival ?? arrival;
      const data = carried === 0 ? chunk : Buffer.concat([rest, chunk]);
      const end = findUndecided(data);
      const units = cut(data, end, (at) => (at < carried ? carriedArrival : arrival));
      rest = end === data.length ? NOTHING : Buffer.from(data.subarray(end));
      restArrival = rest.length > chunk.length ? carriedArrival : arrival;
      return units;
    },
    flush() {
      const units = cut(rest, rest.length, () => restArrival ?? NO_ARRIVAL);
      rest = NOTHING;
      return [...units, ...assembly.close(codec)];
    },
    get codec() {
      return codec;
    },
    get bytesSkipped() {
      return assembly.bytesSkipped();
    },
  };
}

/** The unit in hand, from its first byte until the next one begins. */
function createAssembly(unitBytesMax: number) {
  let parts: Buffer[] = [];
  let byteCount = 0;
  let hasPicture = false;
  let key = false;
  let arrival: Arrival | null = null;
  let bytesSkipped = 0;

  const drop = (): void => {
    bytesSkipped += byteCount;
    arrival = null;
    byteCount = 0;
    parts = [];
  };
  return {
    /** Before the first unit, and once the one in hand has its picture. */
    mayEnd: () => arrival === null || hasPicture,
    bytesSkipped: () => bytesSkipped,
    begin(startedAt: Arrival): void {
      arrival = startedAt;
      hasPicture = false;
      key = false;
    },
    note(nal: Nal): void {
      hasPicture ||= nal.isSlice;
      key ||= nal.isKey;
    },
    add(part: Buffer): void {
      if (byteCount + part.length > unitBytesMax) drop();
      if (arrival === null) bytesSkipped += part.length;
      else if (part.length > 0) {
        parts.push(Buffer.from(part));
        byteCount += part.length;
      }
    },
    close(codec: Codec | null): CutUnit[] {
      if (arrival === null) return [];
      if (!hasPicture || codec === null) {
        drop();
        return [];
      }
      const [first] = parts;
      const bytes = first && parts.length === 1 ? first : Buffer.concat(parts);
      const { capturedAt, timestampMs } = arrival;
      const unit: CutUnit = { codec, key, bytes, capturedAt, timestampMs };
      arrival = null;
      byteCount = 0;
      parts = [];
      return [unit];
    },
  };
}

/** The positions of the start codes whose header is there. */
function* findStartCodes(data: Buffer): Generator<number> {
  let position = data.indexOf(START_CODE);
  while (position !== -1 && position + LOOK_AHEAD <= data.length) {
    yield position;
    position = data.indexOf(START_CODE, position + START_CODE.length);
  }
}

/** A start code of four bytes begins a byte earlier. */
function withLeadingZero(data: Buffer, position: number): number {
  return data[position - 1] === 0 ? position - 1 : position;
}

/** Where the tail begins that may be a start code whose header has not come yet. */
function findUndecided(data: Buffer): number {
  const code = data.indexOf(START_CODE, Math.max(0, data.length - LOOK_AHEAD + 1));
  if (code !== -1) return withLeadingZero(data, code);
  let end = data.length;
  while (end > 0 && data.length - end < START_CODE.length && data[end - 1] === 0) end -= 1;
  return end;
}

/**
 * The headers of parameter sets and delimiters of the two codecs cannot be mistaken: read as the
 * other codec they have a type that is reserved or forbidden with those bits.
 */
function recogniseCodec(data: Buffer, at: number): Codec | null {
  const header = data.readUInt8(at);
  if (data.readUInt8(at + 1) === 1 && [0x40, 0x42, 0x44, 0x46].includes(header)) return "h265";
  const type = header & 0x1f;
  const isParameterSet = type === 7 && (header & 0x80) === 0 && (header & 0x60) !== 0;
  return isParameterSet || header === 9 ? "h264" : null;
}

interface Nal {
  /** Begins a unit, when the unit before already has its picture. */
  beginsUnit: boolean;
  isSlice: boolean;
  isKey: boolean;
}

function readNal(data: Buffer, at: number, codec: Codec): Nal {
  return codec === "h264" ? readH264(data, at) : readH265(data, at);
}

/** ITU-T H.264, 7.4.1.2.3 and table 7-1. */
function readH264(data: Buffer, at: number): Nal {
  const type = data.readUInt8(at) & 0x1f;
  const isSlice = type === 1 || type === 2 || type === 5;
  // first_mb_in_slice 0 is a single 1 bit.
  const isFirstSlice = isSlice && (data.readUInt8(at + 1) & 0x80) !== 0;
  const isLeading = (type >= 6 && type <= 9) || (type >= 14 && type <= 18);
  // Streams without instantaneous refresh repeat the parameter sets where decoding may begin.
  return { beginsUnit: isFirstSlice || isLeading, isSlice, isKey: type === 5 || type === 7 };
}

/** ITU-T H.265, 7.4.2.4.4 and table 7-1. */
function readH265(data: Buffer, at: number): Nal {
  const type = (data.readUInt8(at) >> 1) & 0x3f;
  const isSlice = type < 32;
  const isFirstSlice = isSlice && (data.readUInt8(at + 2) & 0x80) !== 0;
  const isLeading =
    (type >= 32 && type <= 35) ||
    type === 39 ||
    (type >= 41 && type <= 44) ||
    (type >= 48 && type <= 55);
  return { beginsUnit: isFirstSlice || isLeading, isSlice, isKey: type >= 16 && type <= 21 };
}

/**
 * The sequence parameter set that governs a key unit: another one means another size or profile.
 * The last counts, since the copy in front of it may be the one of the session's description.
 */
export function findSequenceParameters(unit: Pick<CutUnit, "codec" | "bytes">): Buffer | null {
  let found: Buffer | null = null;
  let position = unit.bytes.indexOf(START_CODE);
  while (position !== -1 && position + LOOK_AHEAD <= unit.bytes.length) {
    const at = position + START_CODE.length;
    if (readNal(unit.bytes, at, unit.codec).isSlice) break;
    const next = unit.bytes.indexOf(START_CODE, at);
    const header = unit.bytes.readUInt8(at);
    const isSequence =
      unit.codec === "h264" ? (header & 0x1f) === 7 : ((header >> 1) & 0x3f) === 33;
    if (isSequence) found = trimZeros(unit.bytes.subarray(at, next === -1 ? undefined : next));
    position = next;
  }
  return found;
}

function trimZeros(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}
