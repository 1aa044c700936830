import { access, mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

export interface MemoryLimit extends AsyncDisposable {
  /** From now on whatever the process needs beyond what it has counts; it may come to so much. */
  hold(pid: number): Promise<void>;
  /** How often the kernel ended a process for it. */
  countKills(): Promise<number>;
}

const GROUPS = "/sys/fs/cgroup";

/** A group of the kernel's, as systemd makes one of MemoryMax. Needs root. */
export async function openMemoryLimit(bytesMax: number): Promise<MemoryLimit> {
  // Of the two kinds of groups there are, the older has a folder for memory.
  const isOld = await access(join(GROUPS, "memory")).then(
    () => true,
    () => false,
  );
  const group = join(GROUPS, isOld ? "memory" : "", `nightjar-test-${crypto.randomUUID()}`);
  if (!isOld) await writeFile(join(GROUPS, "cgroup.subtree_control"), "+memory");
  await mkdir(group);
  await writeFile(join(group, isOld ? "memory.limit_in_bytes" : "memory.max"), String(bytesMax));
  return {
    hold: (pid) => writeFile(join(group, "cgroup.procs"), String(pid)),
    async countKills() {
      const told = await readFile(
        join(group, isOld ? "memory.oom_control" : "memory.events"),
        "utf8",
      );
      return Number(/^oom_kill (\d+)/m.exec(told)?.[1] ?? 0);
    },
    [Symbol.asyncDispose]: () => rmdir(group),
  };
}
