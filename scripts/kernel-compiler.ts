/** Compiles src/motion/kernel.as.ts into the text of src/motion/kernel-code.ts. */
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import asc from "assemblyscript/asc";

const MOTION = resolve(import.meta.dirname, "../src/motion");
const SOURCE = "kernel.as.ts";
export const KERNEL_CODE_FILE = join(MOTION, "kernel-code.ts");

/** Without a runtime, allocator or memory of its own: the planes' memory is given to it. */
const OPTIONS = [
  ...["-O3", "--noAssert", "--enable", "simd", "--runtime", "stub"],
  ...["--importMemory", "--noExportMemory"],
];

export async function compileKernel(): Promise<string> {
  const source = await readFile(join(MOTION, SOURCE), "utf8");
  let code: Uint8Array | null = null;
  const { error, stderr } = await asc.main([SOURCE, "--outFile", "kernel.wasm", ...OPTIONS], {
    readFile: (name) => (name === SOURCE ? source : null),
    writeFile: (_name, contents) => {
      if (typeof contents !== "string") code = contents;
    },
    listFiles: () => [],
  });
  if (error || code === null) throw new Error(`${SOURCE} does not compile.\n${stderr}`);
  return toModule(Buffer.from(code).toString("base64"));
}

/** In base64 within a source file, so that it is found the same way from src and from dist. */
function toModule(base64: string): string {
  return [
    `/** Compiled from ${SOURCE} by \`npm run build:kernel\`. Change that file, not this one. */`,
    "export const KERNEL_CODE =",
    `  "${base64}";`,
    "",
  ].join("\n");
}
