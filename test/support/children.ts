import { readdir, readFile } from "node:fs/promises";

export interface Child {
  pid: number;
  args: readonly string[];
  environment: readonly string[];
}

/** The processes that a process has started and that still live. */
export async function listChildren(parent: number): Promise<Child[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => readChild(pid, parent)));
  return found.filter((child) => child !== null);
}

async function readChild(pid: number, parent: number): Promise<Child | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    // The name, in parentheses, may hold anything; the fields behind it are state and parent.
    const [state, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (Number(ppid) !== parent || state === "Z") return null;
    const [args, environment] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, "utf8"),
      readFile(`/proc/${pid}/environ`, "utf8"),
    ]);
    const split = (text: string): string[] => text.split("\0").filter((part) => part !== "");
    return { pid, args: split(args), environment: split(environment) };
  } catch {
    // It ended while it was looked at.
    return null;
  }
}

export async function isAlive(pid: number): Promise<boolean> {
  return readFile(`/proc/${pid}/stat`, "utf8").then(
    (stat) => stat.charAt(stat.lastIndexOf(")") + 2) !== "Z",
    () => false,
  );
}
