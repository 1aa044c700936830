import { spawn } from "node:child_process";
import { on, once } from "node:events";
import { createInterface } from "node:readline";

/**
 * Holds what a running process asks of its disk, as `strace -e inject` has it, until it is disposed:
 * "fsync,fdatasync:error=EIO". The process's own code and files stay as they are.
 */
export async function openHeldDisk(pid: number, inject: string): Promise<AsyncDisposable> {
  const calls = inject.slice(0, inject.indexOf(":"));
  const held = ["-e", `trace=${calls}`, "-e", `inject=${inject}`];
  const child = spawn("strace", ["-f", "-o", "/dev/null", ...held, "-p", String(pid)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  for await (const [line] of on(createInterface(child.stderr), "line", { close: ["close"] })) {
    if (String(line).includes("attached")) {
      return {
        async [Symbol.asyncDispose]() {
          const ended = once(child, "exit");
          child.kill("SIGINT");
          await ended;
        },
      };
    }
    throw new Error(`strace: ${line}`);
  }
  throw new Error("strace ended by itself");
}
