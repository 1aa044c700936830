import type { Kernel } from "./kernel.ts";
import { createPlainKernel } from "./plain-kernel.ts";
import { createSimdKernel } from "./simd-kernel.ts";

/** The fastest kernel that this machine and this width allow; both kinds decide alike. */
export function createFastestKernel(width: number, height: number, visible: Uint8Array): Kernel {
  return createSimdKernel(width, height, visible) ?? createPlainKernel(width, height, visible);
}
