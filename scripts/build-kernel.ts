/** `npm run build:kernel`: writes src/motion/kernel-code.ts, after a change of kernel.as.ts. */
import { writeFile } from "node:fs/promises";

import { compileKernel, KERNEL_CODE_FILE } from "./kernel-compiler.ts";

await writeFile(KERNEL_CODE_FILE, await compileKernel());
