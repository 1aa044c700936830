import { execFile } from "node:child_process";
import { access, mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

export interface MemoryLimit extends AsyncDisposable {
  /** From now on the process gets so much more, and no more; it ends when it needs more than that. */
  hold(pid: number): Promise<void>;
}

const GROUPS = "/sys/fs/cgroup";

/**
 * A group of the kernel's, as systemd makes one of MemoryMax; where none may be made, the process's own
 * limit, by which it ends itself when it gets no more. Needs root.
 */
export async function openMemoryLimit(bytesMax: number): Promise<MemoryLimit> {
  const group = await openGroup(bytesMax).catch((error: unknown) => {
    console.log("No group of the kernel's can be made, the process's own limit is used:", error);
    return null;
  });
  return {
    async hold(pid) {
      if (group !== null) await writeFile(join(group, "cgroup.procs"), String(pid));
      else await limitProcess(pid, bytesMax);
    },
    async [Symbol.asyncDispose]() {
      if (group !== null) await rmdir(group);
    },
  };
}

/** What a process has when it comes into it is not counted. */
async function openGroup(bytesMax: number): Promise<string> {
  // Of the two kinds of groups there are, the older has a folder for memory.
  const isOld = await access(join(GROUPS, "memory")).then(
    () => true,
    () => false,
  );
  const group = join(GROUPS, isOld ? "memory" : "", `nightjar-test-${crypto.randomUUID()}`);
  if (!isOld) await writeFile(join(GROUPS, "cgroup.subtree_control"), "+memory");
  await mkdir(group);
  await writeFile(join(group, isOld ? "memory.limit_in_bytes" : "memory.max"), String(bytesMax));
  return group;
}

async function limitProcess(pid: number, bytesMax: number): Promise<void> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const bytes = Number(/^VmData:\s+(\d+) kB/m.exec(status)?.[1]) * 1024 + bytesMax;
  await promisify(execFile)("prlimit", [`--pid=${pid}`, `--data=${bytes}`]);
}
