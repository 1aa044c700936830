/**
 * How coarsely the encoder quantised a picture of an H.264 stream, as the header of its first slice
 * tells (ITU-T H.264, 7.3.2.1, 7.3.2.2 and 7.3.3). Pure; reads some dozens of bytes of each unit.
 *
 * Null where it is not told, or told in a way that no camera is known to use: H.265, slice groups.
 */
import type { CutUnit } from "./access-units.ts";
import { type BitReader, createBitReader } from "./bit-reader.ts";

export interface QuantiserReader {
  /** Each unit in order: the parameter sets are in the key units. */
  read(unit: Pick<CutUnit, "codec" | "bytes">): number | null;
}

export function createQuantiserReader(): QuantiserReader {
  let sequence: Sequence | null = null;
  const pictures = new Map<number, Picture>();

  const readNal = (bytes: Buffer, at: number): number | null => {
    const header = bytes.readUInt8(at);
    const bits = createBitReader(bytes, at + 1);
    const type = header & 0x1f;
    if (type === SEQUENCE) sequence = readSequence(bits);
    if (type === PICTURE) {
      const { id, picture } = readPicture(bits);
      pictures.set(id, picture);
    }
    if (!isSlice(type) || !sequence) return null;
    return readSlice(bits, { header, sequence, pictures });
  };
  return {
    read({ codec, bytes }) {
      if (codec !== "h264") return null;
      let position = bytes.indexOf(START_CODE);
      while (position !== -1 && position + START_CODE.length < bytes.length) {
        const at = position + START_CODE.length;
        const quantiser = readNal(bytes, at);
        if (isSlice(bytes.readUInt8(at) & 0x1f)) return quantiser;
        position = bytes.indexOf(START_CODE, at);
      }
      return null;
    },
  };
}

const START_CODE = Buffer.from([0, 0, 1]);
const SLICE = 1;
const KEY_SLICE = 5;
const SEQUENCE = 7;
const PICTURE = 8;

function isSlice(type: number): boolean {
  return type === SLICE || type === KEY_SLICE;
}

/** What of the sequence parameter set decides how a slice header is read. */
interface Sequence {
  hasChroma: boolean;
  hasSeparatePlanes: boolean;
  frameNumberBits: number;
  order: { type: number; bits: number; isDerived: boolean };
  hasFields: boolean;
}

/** Profiles that tell how colour is sampled and may bring tables of their own. */
const PROFILES_WITH_COLOUR = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134]);

function readSequence(bits: BitReader): Sequence {
  const profile = bits.fixed(8);
  bits.fixed(16);
  bits.unsigned();
  const colour = PROFILES_WITH_COLOUR.has(profile)
    ? readColour(bits)
    : { hasChroma: true, hasSeparatePlanes: false };
  const frameNumberBits = bits.unsigned() + 4;
  const order = readOrder(bits);
  bits.unsigned();
  bits.flag();
  bits.unsigned();
  bits.unsigned();
  return { ...colour, frameNumberBits, order, hasFields: !bits.flag() };
}

function readColour(bits: BitReader): Pick<Sequence, "hasChroma" | "hasSeparatePlanes"> {
  const format = bits.unsigned();
  const hasSeparatePlanes = format === 3 && bits.flag();
  bits.unsigned();
  bits.unsigned();
  bits.flag();
  if (bits.flag()) skipTables(bits, format === 3 ? 12 : 8);
  return { hasChroma: format !== 0 && !hasSeparatePlanes, hasSeparatePlanes };
}

function skipTables(bits: BitReader, count: number): void {
  for (let table = 0; table < count; table += 1) {
    if (bits.flag()) skipTable(bits, table < 6 ? 16 : 64);
  }
}

function skipTable(bits: BitReader, length: number): void {
  let last = 8;
  for (let i = 0; i < length; i += 1) {
    last = (last + bits.signed() + 256) % 256;
    // From here on the rest of the table repeats what was last.
    if (last === 0) return;
  }
}

function readOrder(bits: BitReader): Sequence["order"] {
  const type = bits.unsigned();
  if (type === 0) return { type, bits: bits.unsigned() + 4, isDerived: false };
  if (type !== 1) return { type, bits: 0, isDerived: true };
  const isDerived = bits.flag();
  bits.signed();
  bits.signed();
  for (let left = bits.unsigned(); left > 0; left -= 1) bits.signed();
  return { type, bits: 0, isDerived };
}

interface Picture {
  hasCabac: boolean;
  tellsFieldOrder: boolean;
  references: readonly [number, number];
  weighsForward: boolean;
  weighsBoth: boolean;
  quantiser: number;
  hasRedundantCount: boolean;
  hasSliceGroups: boolean;
}

function readPicture(bits: BitReader): { id: number; picture: Picture } {
  const id = bits.unsigned();
  bits.unsigned();
  const hasCabac = bits.flag();
  const tellsFieldOrder = bits.flag();
  const hasSliceGroups = bits.unsigned() > 0;
  const references = [bits.unsigned() + 1, bits.unsigned() + 1] as const;
  const weighsForward = bits.flag();
  const weighsBoth = bits.fixed(2) === 1;
  const quantiser = 26 + bits.signed();
  bits.signed();
  bits.signed();
  bits.flag();
  bits.flag();
  const hasRedundantCount = bits.flag();
  const counts = { references, quantiser, hasRedundantCount };
  const picture = { ...counts, hasCabac, tellsFieldOrder, weighsForward, weighsBoth };
  return { id, picture: { ...picture, hasSliceGroups } };
}

interface SliceContext {
  header: number;
  sequence: Sequence;
  pictures: ReadonlyMap<number, Picture>;
}

/** The kinds of slices that predict from other pictures: from one, from two, and for switching. */
const P = 0;
const B = 1;
const SP = 3;

function readSlice(bits: BitReader, { header, sequence, pictures }: SliceContext): number | null {
  const isKey = (header & 0x1f) === KEY_SLICE;
  bits.unsigned();
  const kind = bits.unsigned() % 5;
  const picture = pictures.get(bits.unsigned());
  if (!picture || picture.hasSliceGroups) return null;
  skipNumbers(bits, { isKey, sequence, picture });
  if (kind === B) bits.flag();
  const references = readReferences(bits, kind, picture);
  for (const _ of references) skipReordering(bits);
  const isWeighed = kind === B ? picture.weighsBoth : picture.weighsForward;
  if (isWeighed && references.length > 0) skipWeights(bits, sequence, references);
  const isReference = (header & 0x60) !== 0;
  if (isReference) skipMarking(bits, isKey);
  if (picture.hasCabac && references.length > 0) bits.unsigned();
  const quantiser = picture.quantiser + bits.signed();
  return bits.isSpent ? null : quantiser;
}

/** Which picture it is, and when it is shown. */
function skipNumbers(
  bits: BitReader,
  { isKey, sequence, picture }: { isKey: boolean; sequence: Sequence; picture: Picture },
): void {
  if (sequence.hasSeparatePlanes) bits.fixed(2);
  bits.fixed(sequence.frameNumberBits);
  const isField = sequence.hasFields && bits.flag();
  if (isField) bits.flag();
  if (isKey) bits.unsigned();
  skipOrder(bits, sequence, picture.tellsFieldOrder && !isField);
  if (picture.hasRedundantCount) bits.unsigned();
}

function skipOrder(bits: BitReader, { order }: Sequence, tellsFieldOrder: boolean): void {
  if (order.type === 0) bits.fixed(order.bits);
  if (order.type === 1 && !order.isDerived) bits.signed();
  if (order.type < 2 && !order.isDerived && tellsFieldOrder) bits.signed();
}

/** How many pictures each list of references has; as many lists as the slice predicts from. */
function readReferences(bits: BitReader, kind: number, picture: Picture): readonly number[] {
  if (kind !== P && kind !== B && kind !== SP) return [];
  const [first, second] = picture.references;
  const hasOwn = bits.flag();
  const forward = hasOwn ? bits.unsigned() + 1 : first;
  if (kind !== B) return [forward];
  return [forward, hasOwn ? bits.unsigned() + 1 : second];
}

function skipReordering(bits: BitReader): void {
  if (!bits.flag()) return;
  while (!bits.isSpent && bits.unsigned() !== 3) bits.unsigned();
}

function skipWeights(
  bits: BitReader,
  { hasChroma }: Sequence,
  references: readonly number[],
): void {
  bits.unsigned();
  if (hasChroma) bits.unsigned();
  const count = references.reduce((sum, length) => sum + length, 0);
  for (let left = count; left > 0 && !bits.isSpent; left -= 1) {
    if (bits.flag()) skipSigned(bits, 2);
    if (hasChroma && bits.flag()) skipSigned(bits, 4);
  }
}

function skipSigned(bits: BitReader, count: number): void {
  for (let left = count; left > 0; left -= 1) bits.signed();
}

/** Which reference pictures are kept: each operation with one value, 3 with two, 5 with none. */
function skipMarking(bits: BitReader, isKey: boolean): void {
  if (isKey) {
    bits.fixed(2);
    return;
  }
  if (!bits.flag()) return;
  for (let operation = bits.unsigned(); operation !== 0; operation = bits.unsigned()) {
    if (bits.isSpent) return;
    if (operation !== 5) bits.unsigned();
    if (operation === 3) bits.unsigned();
  }
}
