/**
 * The kernel that works on 16 pixels at a time. Its loops are compiled from kernel.as.ts and work
 * on the planes where they lie: the planes are views of the machine's memory, so a frame is copied
 * once, into `current`, and no result is copied at all.
 */
import { type Allocate, BLOCK, createPlanes, type Kernel, type Planes } from "./kernel.ts";
import { KERNEL_CODE } from "./kernel-code.ts";

/** The part of it that is used here: the types of Node leave it to those of browsers. */
declare namespace WebAssembly {
  function validate(code: Uint8Array): boolean;
  class Module {
    constructor(code: Uint8Array);
  }
  class Memory {
    constructor(limits: { initial: number; maximum: number });
    readonly buffer: ArrayBuffer;
  }
  class Instance {
    constructor(program: Module, imports: { env: { memory: Memory } });
    readonly exports: unknown;
  }
}

const LANES = 16;
const PAGE_BYTES = 65_536;
/** Seven planes of pixels; per block three counts and a difference; what aligning them costs. */
const BYTES_PER_PIXEL = 7;
const BYTES_PER_BLOCK = 7;
const BYTES_ALIGNING = 11 * LANES;

const CODE = Buffer.from(KERNEL_CODE, "base64");
/** Null where the machine has no SIMD. Compiled once, instantiated for each camera. */
const PROGRAM = WebAssembly.validate(CODE) ? new WebAssembly.Module(CODE) : null;

interface Loops {
  placePicture(
    width: number,
    height: number,
    visible: number,
    current: number,
    previous: number,
    background: number,
  ): void;
  placeFindings(
    noise: number,
    excess: number,
    changed: number,
    differences: number,
    changedCounts: number,
    movedCounts: number,
  ): void;
  load(): void;
  mark(offset: number, offsetStep: number, floor: number, margin: number): void;
  learn(changedTeachBackground: boolean, changedTeachNoise: boolean): void;
  sumContrast(block: number, floor: number, margin: number): number;
}

/** Null where this machine, or this width, has to do with the plain kernel. */
export function createSimdKernel(
  width: number,
  height: number,
  visible: Uint8Array,
): Kernel | null {
  if (PROGRAM === null || width % LANES !== 0) return null;
  const memory = createMemory(width * height);
  const planes = createPlanes(width, height, visible, toAllocate(memory));
  const loops = instantiate(PROGRAM, memory, planes);
  return {
    planes,
    load(luma) {
      planes.previous.set(planes.current);
      planes.current.set(luma);
      loops.load();
    },
    mark({ offset, offsetStep, floor, margin }) {
      loops.mark(offset, offsetStep, floor, margin);
    },
    learn({ changedTeachBackground, changedTeachNoise }) {
      loops.learn(changedTeachBackground, changedTeachNoise);
    },
    sumContrast(block, { floor, margin }) {
      return loops.sumContrast(block, floor, margin);
    },
  };
}

/** It never grows, so the planes stay views of it for ever. */
function createMemory(pixels: number): WebAssembly.Memory {
  const blocks = pixels / BLOCK ** 2;
  const bytes = pixels * BYTES_PER_PIXEL + blocks * BYTES_PER_BLOCK + BYTES_ALIGNING;
  const pages = Math.ceil(bytes / PAGE_BYTES);
  return new WebAssembly.Memory({ initial: pages, maximum: pages });
}

/** One plane behind the other, each aligned; a plane beyond the end would throw a RangeError. */
function toAllocate(memory: WebAssembly.Memory): Allocate {
  let next = 0;
  return (bytes) => {
    const plane = new Uint8Array(memory.buffer, next, bytes);
    next += Math.ceil(bytes / LANES) * LANES;
    return plane;
  };
}

function instantiate(
  program: WebAssembly.Module,
  memory: WebAssembly.Memory,
  planes: Planes,
): Loops {
  const { exports } = new WebAssembly.Instance(program, { env: { memory } });
  // The one cast: the compiler of kernel.as.ts has checked what it exports.
  const loops = exports as Loops;
  loops.placePicture(
    planes.width,
    planes.height,
    planes.visible.byteOffset,
    planes.current.byteOffset,
    planes.previous.byteOffset,
    planes.background.byteOffset,
  );
  loops.placeFindings(
    planes.noise.byteOffset,
    planes.excess.byteOffset,
    planes.changed.byteOffset,
    planes.differences.byteOffset,
    planes.changedCounts.byteOffset,
    planes.movedCounts.byteOffset,
  );
  return loops;
}
