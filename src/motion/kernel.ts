/**
 * The loops that touch every pixel stand behind this interface, and nothing else does. There are
 * two kernels: plain-kernel.ts says what each step means, simd-kernel.ts does the same 16 pixels at
 * a time. They agree on every byte, so which one runs can never change a decision.
 */

/** Blocks are BLOCK x BLOCK pixels; what is left over on the right and below is never looked at. */
export const BLOCK = 8;

export interface Kernel {
  readonly planes: Planes;
  /** Takes a frame in; masked pixels become black and stay so, hence can never differ. */
  load(luma: Uint8Array): void;
  /** Marks the changed pixels against the background as it was learned up to the last frame. */
  mark(limits: Limits): void;
  /** Moves background and noise one grey level towards what was seen (a sigma-delta filter). */
  learn(lesson: Lesson): void;
  /** Sums, over the changed pixels of one block, excess over threshold: how clear the change is. */
  sumContrast(block: number, limits: Limits): number;
}

/** `visible` is 1 where a pixel counts and 0 where it is masked, a byte a pixel. */
export type KernelMaker = (width: number, height: number, visible: Uint8Array) => Kernel;

export interface Planes {
  readonly width: number;
  readonly height: number;
  /** Whole blocks across and down. */
  readonly columns: number;
  readonly rows: number;

  /** 255 where a pixel counts, 0 where it is masked; and how many count in each block. */
  readonly visible: Uint8Array;
  readonly visibleCounts: Uint8Array;
  readonly current: Uint8Array;
  readonly previous: Uint8Array;
  /** The learned picture, and how far each pixel usually strays from it (doubled). */
  readonly background: Uint8Array;
  readonly noise: Uint8Array;

  /** Since `load`: the sum of current minus background over each block. */
  readonly differences: Int32Array;
  /** Since `mark`: how far a pixel lies outside the background's range, and 1 where it changed. */
  readonly excess: Uint8Array;
  readonly changed: Uint8Array;
  /** Since `mark`: per block, pixels that changed, and those that differ from the last frame too. */
  readonly changedCounts: Uint8Array;
  readonly movedCounts: Uint8Array;
}

/** Whole numbers all. */
export interface Limits {
  /** What the whole picture brightened by, against background and last frame; -255..255. */
  offset: number;
  offsetStep: number;
  /** A pixel has changed when its excess is above max(floor, noise + margin); noise is doubled. */
  floor: number;
  margin: number;
}

export interface Lesson {
  /** Whether changed pixels pull the background towards them, too. */
  changedTeachBackground: boolean;
  /** Whether changed pixels count as noise, too: what never stops changing is noise in the end. */
  changedTeachNoise: boolean;
}

/** Where a kernel's planes come from: its own memory, or anywhere. The bytes must be zeros. */
export type Allocate = (bytes: number) => Uint8Array;

export function createPlanes(
  width: number,
  height: number,
  visible: Uint8Array,
  allocate: Allocate = (bytes) => new Uint8Array(bytes),
): Planes {
  const columns = Math.floor(width / BLOCK);
  const rows = Math.floor(height / BLOCK);
  const plane = () => allocate(width * height);
  const counts = () => allocate(columns * rows);
  const differences = allocate(Int32Array.BYTES_PER_ELEMENT * columns * rows);
  const planes: Planes = {
    width,
    height,
    columns,
    rows,
    visible: plane(),
    visibleCounts: counts(),
    current: plane(),
    previous: plane(),
    background: plane(),
    noise: plane(),
    differences: new Int32Array(differences.buffer, differences.byteOffset, columns * rows),
    excess: plane(),
    changed: plane(),
    changedCounts: counts(),
    movedCounts: counts(),
  };
  takeVisible(planes, visible);
  return planes;
}

/** Also instead of what was visible before. */
export function takeVisible(
  { width, columns, rows, ...planes }: Planes,
  visible: Uint8Array,
): void {
  planes.visible.fill(0);
  planes.visibleCounts.fill(0);
  for (const [pixel, counts] of visible.entries()) {
    if (counts === 0) continue;
    planes.visible[pixel] = 255;
    const column = Math.floor((pixel % width) / BLOCK);
    const row = Math.floor(pixel / width / BLOCK);
    if (column >= columns || row >= rows) continue;
    const block = row * columns + column;
    planes.visibleCounts[block] = (planes.visibleCounts[block] as number) + 1;
  }
}
