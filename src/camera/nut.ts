/**
 * In: the bytes of a NUT stream as ffmpeg writes it, cut anywhere. Out: its packets, each with its
 * stream and its time stamp. Pure. Of the containers that ffmpeg writes at once, packet by packet,
 * it is the only one that takes Annex B of both codecs and raw pictures as they are.
 *
 * Only what ffmpeg writes is read: version 3, and one time base, as all streams here have the same.
 * https://ffmpeg.org/~michael/nut.txt
 */
export interface NutPacket {
  /** Counted from 0, in the order in which they were mapped. */
  stream: number;
  key: boolean;
  /** In units of the time base. */
  stamp: number;
  /** An own copy. */
  bytes: Buffer<ArrayBuffer>;
}

export interface NutCutter {
  /** The chunk may be used again by its owner afterwards. False when this is no NUT. */
  push(chunk: Buffer): boolean;
  /** What the header calls the first stream, `H264` for example; null until the header was read. */
  readonly firstCodec: string | null;
}

const FILE_START = Buffer.from("nut/multimedia container\0");
const MAIN_HEADER = "4e4d7a561f5f04ad";
const STREAM_HEADER = "4e5311405bf2f9db";
const SYNC_POINT = "4e4be4adeeca4569";
const START_CODE_BYTES = 8;
const CHECKSUM_BYTES = 4;
/** Every start code begins with it, and no frame does. */
const N = 0x4e;
/** From here on a packet's length has a checksum of its own. */
const LONG_PACKET_BYTES = 4096;
/** Frames above this are never shortened by bytes that many have in common. */
const ELIDED_FRAME_BYTES_MAX = 4096;
const HEADER_BYTES_MAX = 1024 * 1024;
/** More than a unit of any camera has. */
const PACKET_BYTES_MAX = 16 * 1024 * 1024;

const FLAG = {
  key: 1,
  codedStamp: 8,
  streamId: 16,
  sizeAbove: 32,
  checksum: 64,
  reserved: 128,
  headerIndex: 1024,
  matchTime: 2048,
  coded: 4096,
} as const;

export function createNutCutter(onPacket: (packet: NutPacket) => void): NutCutter {
  const format = createFormat();
  let rest: Buffer = NOTHING;
  let isBegun = false;
  let open: OpenPacket | null = null;

  const fill = (data: Buffer, at: number): number => {
    if (!open) return at;
    const { packet } = open;
    const count = data.copy(packet.bytes, open.filled, at);
    open.filled += count;
    if (open.filled === packet.bytes.length) {
      open = null;
      onPacket(packet);
    }
    return at + count;
  };
  const readNext = (data: Buffer, at: number): number | Unread => {
    if (!isBegun) {
      if (data.length - at < FILE_START.length) return "short";
      isBegun = FILE_START.compare(data, at, at + FILE_START.length) === 0;
      return isBegun ? at + FILE_START.length : "broken";
    }
    const cursor = createCursor(data, at);
    if (data[at] === N) return format.readPacket(cursor);
    const frame = format.readFrame(cursor);
    if (typeof frame === "string") return frame;
    open = frame;
    return cursor.at;
  };

  return {
    push(chunk) {
      const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = fill(data, 0);
      while (at < data.length) {
        const next = readNext(data, at);
        if (next === "broken") return false;
        if (next === "short") break;
        at = fill(data, next);
      }
      rest = at === data.length ? NOTHING : Buffer.from(data.subarray(at));
      return true;
    },
    get firstCodec() {
      return format.firstCodec();
    },
  };
}

const NOTHING = Buffer.alloc(0);

/** More is needed, or nothing will help. */
type Unread = "short" | "broken";

interface OpenPacket {
  packet: NutPacket;
  filled: number;
}

interface FrameCode {
  flags: number;
  stream: number;
  sizeFactor: number;
  size: number;
  stampStep: number;
  reservedCount: number;
  headerIndex: number;
}

/** What the headers say, and the time stamps so far, which the next ones build on. */
function createFormat() {
  let codes: readonly FrameCode[] = [];
  let elided: readonly Buffer[] = [];
  const shifts: number[] = [];
  const stamps: number[] = [];
  let firstCodec: string | null = null;

  const readStamp = (cursor: Cursor, stream: number): number => {
    const coded = cursor.number();
    const range = 2 ** (shifts[stream] ?? 0);
    if (coded >= range) return coded - range;
    const from = (stamps[stream] ?? 0) - Math.floor((range - 1) / 2);
    return from + ((((coded - from) % range) + range) % range);
  };
  const readStream = (cursor: Cursor): void => {
    const stream = cursor.number();
    cursor.number();
    const name = cursor.bytes(cursor.number()).toString("latin1");
    if (stream === 0) firstCodec = name;
    cursor.number();
    shifts[stream] = cursor.number();
    stamps[stream] = 0;
  };

  return {
    firstCodec: () => firstCodec,
    /** Tells where it ends. */
    readPacket(cursor: Cursor): number | Unread {
      const code = cursor.bytes(START_CODE_BYTES).toString("hex");
      const end = findPacketEnd(cursor);
      if (typeof end === "string") return end;
      if (code === MAIN_HEADER) ({ codes, elided } = readMainHeader(cursor));
      else if (code === STREAM_HEADER) readStream(cursor);
      else if (code === SYNC_POINT) stamps.fill(cursor.number());
      return end;
    },
    /** The packet without its bytes, but for those that it has in common with others. */
    readFrame(cursor: Cursor): OpenPacket | Unread {
      const code = codes[cursor.byte()];
      if (!code) return "broken";
      const head = readFrameHead(cursor, code, readStamp);
      if (cursor.isSpent) return "short";
      const { stream, stamp, size, flags } = head;
      const common = size > ELIDED_FRAME_BYTES_MAX ? NOTHING : (elided[head.elided] ?? NOTHING);
      if (size > PACKET_BYTES_MAX || size < common.length) return "broken";
      stamps[stream] = stamp ?? (stamps[stream] ?? 0) + code.stampStep;
      const bytes = Buffer.allocUnsafeSlow(size);
      common.copy(bytes);
      const key = (flags & FLAG.key) !== 0;
      const packet = { stream, key, stamp: stamps[stream], bytes };
      return { packet, filled: common.length };
    },
  };
}

function findPacketEnd(cursor: Cursor): number | Unread {
  const length = cursor.number();
  if (length > LONG_PACKET_BYTES) cursor.bytes(CHECKSUM_BYTES);
  const end = cursor.at + length;
  if (length > HEADER_BYTES_MAX) return "broken";
  return cursor.isSpent || end > cursor.end ? "short" : end;
}

/** What of it the frame's first byte does not stand for, it tells. Without a stamp: one step on. */
function readFrameHead(
  cursor: Cursor,
  code: FrameCode,
  readStamp: (cursor: Cursor, stream: number) => number,
) {
  const flags = code.flags ^ (code.flags & FLAG.coded ? cursor.number() : 0);
  const stream = flags & FLAG.streamId ? cursor.number() : code.stream;
  const stamp = flags & FLAG.codedStamp ? readStamp(cursor, stream) : null;
  const size = code.size + (flags & FLAG.sizeAbove ? code.sizeFactor * cursor.number() : 0);
  if (flags & FLAG.matchTime) cursor.number();
  const elided = flags & FLAG.headerIndex ? cursor.number() : code.headerIndex;
  skipNumbers(cursor, flags & FLAG.reserved ? cursor.number() : code.reservedCount);
  if (flags & FLAG.checksum) cursor.bytes(CHECKSUM_BYTES);
  return { flags, stream, stamp, size, elided };
}

function readMainHeader(cursor: Cursor): { codes: FrameCode[]; elided: Buffer[] } {
  skipNumbers(cursor, 3);
  skipNumbers(cursor, 2 * cursor.number());
  const codes = readFrameCodes(cursor);
  const elided: Buffer[] = [NOTHING];
  for (let count = cursor.number(); count > 0 && !cursor.isSpent; count -= 1) {
    elided.push(Buffer.from(cursor.bytes(cursor.number())));
  }
  return { codes, elided };
}

/** Told in runs: what changes from one to the next, and how many frame codes it holds for. */
function readFrameCodes(cursor: Cursor): FrameCode[] {
  const codes: FrameCode[] = [];
  let run: Omit<FrameCode, "flags" | "size" | "reservedCount"> = {
    ...{ stampStep: 0, sizeFactor: 1, stream: 0, headerIndex: 0 },
  };
  while (codes.length < FRAME_CODES && !cursor.isSpent) {
    const flags = cursor.number();
    const fieldCount = cursor.number();
    const next = (field: number, usual: number): number =>
      fieldCount > field ? cursor.number() : usual;
    const stampStep = fieldCount > 0 ? toSigned(cursor.number()) : run.stampStep;
    const sizeFactor = next(1, run.sizeFactor);
    const stream = next(2, run.stream);
    const size = next(3, 0);
    const reservedCount = next(4, 0);
    const count = next(5, sizeFactor - size);
    next(6, 0);
    run = { stampStep, sizeFactor, stream, headerIndex: next(7, run.headerIndex) };
    skipNumbers(cursor, fieldCount - 8);
    for (let i = 0; i < count && codes.length < FRAME_CODES; i += 1) {
      // The start codes' first byte is no frame's, and is not counted.
      if (codes.length === N) codes.push({ flags: 0, ...run, size: 0, reservedCount: 0 });
      codes.push({ flags, ...run, size: size + i, reservedCount });
    }
  }
  return codes;
}

const FRAME_CODES = 256;

function skipNumbers(cursor: Cursor, count: number): void {
  for (let left = count; left > 0 && !cursor.isSpent; left -= 1) cursor.number();
}

function toSigned(value: number): number {
  const half = Math.floor((value + 1) / 2);
  return value % 2 === 0 ? -half : half;
}

type Cursor = ReturnType<typeof createCursor>;

/** Reads on past the end without harm, but then tells that it is spent. */
function createCursor(data: Buffer, from: number) {
  let at = from;
  const byte = (): number => data[at++] ?? 0;
  return {
    byte,
    /** Seven bits a byte, the highest bit set in all but the last. */
    number(): number {
      let value = 0;
      let next = byte();
      for (; next >= 0x80; next = byte()) value = value * 128 + (next & 0x7f);
      return value * 128 + next;
    },
    bytes(count: number): Buffer {
      at += count;
      return data.subarray(at - count, at);
    },
    get at() {
      return at;
    },
    end: data.length,
    get isSpent() {
      return at > data.length;
    },
  };
}
