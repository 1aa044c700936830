/** The calls that are failed, and with which error. */
export interface Call {
  kind: "file" | "database" | "network" | "spawn";
  name: string;
  error: string;
}

export const CALLS: readonly Call[] = [
  { kind: "file", name: "openat", error: "EMFILE" },
  { kind: "file", name: "write", error: "ENOSPC" },
  { kind: "file", name: "fsync", error: "EIO" },
  { kind: "file", name: "rename", error: "EIO" },
  { kind: "file", name: "unlink", error: "EIO" },
  { kind: "file", name: "mkdir", error: "ENOSPC" },
  { kind: "file", name: "getdents64", error: "EIO" },
  { kind: "database", name: "openat", error: "EIO" },
  { kind: "database", name: "pwrite64", error: "ENOSPC" },
  { kind: "database", name: "pread64", error: "EIO" },
  { kind: "database", name: "fdatasync", error: "EIO" },
  { kind: "database", name: "ftruncate", error: "EIO" },
  { kind: "database", name: "unlink", error: "EIO" },
  { kind: "network", name: "socket", error: "EMFILE" },
  { kind: "network", name: "bind", error: "EADDRINUSE" },
  { kind: "network", name: "listen", error: "EADDRINUSE" },
  { kind: "network", name: "connect", error: "ECONNREFUSED" },
  { kind: "network", name: "accept4", error: "EMFILE" },
  { kind: "network", name: "write", error: "ECONNRESET" },
  { kind: "network", name: "writev", error: "ECONNRESET" },
  { kind: "spawn", name: "socketpair", error: "EMFILE" },
  { kind: "spawn", name: "clone", error: "EAGAIN" },
  { kind: "spawn", name: "clone3", error: "EAGAIN" },
  { kind: "spawn", name: "vfork", error: "EAGAIN" },
  { kind: "spawn", name: "execve", error: "ENOENT" },
];

/** Whether the line of strace's log (-y) is a call of that kind: what else fails is not of the box. */
export function isOfKind(line: string, { kind, name }: Call, dataDir: string): boolean {
  if (!new RegExp(`^\\d+ +${name}\\(`).test(line)) return false;
  const isDatabase = line.includes(`${dataDir}/nightjar.db`);
  if (kind === "database") return isDatabase;
  if (kind === "file") return !isDatabase && line.includes(dataDir);
  // A thread of our own process is no program.
  if (kind === "spawn") return !line.includes("CLONE_THREAD");
  return !["write", "writev"].includes(name) || /^\d+ +\w+\(\d+<(?:socket|TCP)/.test(line);
}
