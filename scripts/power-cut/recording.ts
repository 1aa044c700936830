/**
 * What a program did to one folder of a disk, in order: read from strace's log of it and its threads.
 * A write counts from when it ended, a sync covers what had ended when it began, and what was said
 * counts from the moment the saying began.
 */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

import { parseSaid, type Said } from "./said.ts";

/** Of a file or folder, whatever its name is at the time. */
export type Inode = number;

export type Deed =
  | { type: "written"; inode: Inode; at: number; bytes: Buffer }
  | { type: "cut"; inode: Inode; length: number }
  | { type: "named"; folder: Inode; name: string; inode: Inode; isFolder: boolean }
  | { type: "unnamed"; folder: Inode; name: string; inode: Inode }
  | {
      type: "renamed";
      from: { folder: Inode; name: string };
      to: { folder: Inode; name: string };
      inode: Inode;
    }
  /** All deeds at it before that place in the order are on the disk. */
  | { type: "synced"; inode: Inode; before: number }
  | { type: "said"; said: Said };

/** Also the calls that are not understood: one on our files ends the reading with an error. */
export const TRACED = [
  ...["open", "openat", "creat", "close", "dup", "dup2", "dup3"],
  ...["write", "pwrite64", "writev", "pwritev", "pwritev2", "ftruncate", "truncate", "fallocate"],
  ...["fsync", "fdatasync", "rename", "renameat", "renameat2", "link", "linkat", "symlink"],
  ...["unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "copy_file_range", "sendfile", "msync"],
] as const;

export const ROOT: Inode = 0;

/** The log is one of `strace -f -xx` with nothing cut short. */
export async function readRecording(log: string, folder: string): Promise<Deed[]> {
  const reader = createReader(folder);
  const lines = createInterface({ input: createReadStream(log, "latin1"), crlfDelay: Infinity });
  const unfinished = new Map<string, { text: string; begun: number }>();
  for await (const line of lines) {
    const [, thread = "", rest = ""] = /^(\d+) +(.*)$/s.exec(line) ?? [];
    const opened = /^(.*) <unfinished \.\.\.>$/s.exec(rest);
    if (opened) {
      const text = opened[1] ?? "";
      unfinished.set(thread, { text, begun: reader.begin(text) });
      continue;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/s.exec(rest);
    const before = resumed ? unfinished.get(thread) : undefined;
    const text = before ? before.text + (resumed?.[1] ?? "") : rest;
    reader.end(text, before?.begun ?? reader.begin(text));
  }
  return reader.deeds;
}

interface Entry {
  inode: Inode;
  isFolder: boolean;
}

/** Which name leads to what, as the program sees it. */
function createNames(base: string, deeds: Deed[]) {
  const names = new Map<string, Entry>([[base, { inode: ROOT, isFolder: true }]]);
  let inodes = ROOT + 1;
  const placeOf = (path: string) => {
    const slash = path.lastIndexOf("/");
    const folder = names.get(path.slice(0, slash));
    return folder ? { folder: folder.inode, name: path.slice(slash + 1) } : null;
  };

  return {
    find: (path: string): Entry | null => names.get(path) ?? null,
    make(path: string, isFolder: boolean): Entry | null {
      const place = placeOf(path);
      // Memory that SQLite shares between processes is made anew after a crash.
      if (!place || path.endsWith("-shm")) return null;
      const entry = { inode: inodes, isFolder };
      inodes += 1;
      names.set(path, entry);
      deeds.push({ type: "named", ...place, ...entry });
      return entry;
    },
    remove(path: string): void {
      const [place, entry] = [placeOf(path), names.get(path)];
      if (!place || !entry) return;
      names.delete(path);
      deeds.push({ type: "unnamed", ...place, inode: entry.inode });
    },
    rename(from: string, to: string): void {
      const [source, target, entry] = [placeOf(from), placeOf(to), names.get(from)];
      if (!source || !entry) return;
      if (!target) throw new Error(`${from} was moved to where nothing is recorded: ${to}`);
      for (const [path, inner] of [...names]) {
        if (path !== from && !path.startsWith(`${from}/`)) continue;
        names.delete(path);
        names.set(to + path.slice(from.length), inner);
      }
      deeds.push({ type: "renamed", from: source, to: target, inode: entry.inode });
    },
  };
}

function createReader(base: string) {
  const deeds: Deed[] = [];
  const names = createNames(base, deeds);
  const open = new Map<number, { inode: Inode; at: number }>();

  const openPath = (given: string, fd: number): void => {
    const path = textOf(given);
    const found = names.find(path);
    const entry = found ?? (given.includes("O_CREAT") ? names.make(path, false) : null);
    if (found && given.includes("O_TRUNC")) {
      deeds.push({ type: "cut", inode: found.inode, length: 0 });
    }
    if (entry) open.set(fd, { inode: entry.inode, at: 0 });
  };
  const write = (given: string, count: number, at: number | null): void => {
    const file = open.get(firstOf(given));
    if (!file) return;
    const bytes = bytesOf(given).subarray(0, count);
    deeds.push({ type: "written", inode: file.inode, at: at ?? file.at, bytes });
    if (at === null) file.at += count;
  };
  const ended: Record<string, (given: string, answer: number, begun: number) => void> = {
    openat: openPath,
    open: openPath,
    write: (given, count) => write(given, count, null),
    pwrite64: (given, count) => write(given, count, lastOf(given)),
    ftruncate(given) {
      const file = open.get(firstOf(given));
      if (file) deeds.push({ type: "cut", inode: file.inode, length: lastOf(given) });
    },
    fsync(given, _, before) {
      const file = open.get(firstOf(given));
      if (file) deeds.push({ type: "synced", inode: file.inode, before });
    },
    rename: (given) => names.rename(textOf(given), textOf(given, 1)),
    unlink: (given) => names.remove(textOf(given)),
    mkdir: (given) => void names.make(textOf(given), true),
  };
  Object.assign(ended, {
    fdatasync: ended["fsync"],
    unlinkat: ended["unlink"],
    rmdir: ended["unlink"],
  });

  return {
    deeds,
    /** The call enters the kernel: a file is free to be opened again, and what is said was said. */
    begin(text: string): number {
      if (text.startsWith("close(")) open.delete(firstOf(text.slice("close(".length)));
      if (text.startsWith("write(1, ")) {
        for (const line of bytesOf(text).toString("utf8").split("\n")) {
          const said = parseSaid(line);
          if (said) deeds.push({ type: "said", said });
        }
      }
      return deeds.length;
    },
    end(text: string, begun: number): void {
      const [, call = "", given = "", answer = ""] = /^(\w+)\((.*)\) += (-?\d+)/s.exec(text) ?? [];
      if (call === "" || call === "close" || Number(answer) < 0) return;
      const meaning = ended[call];
      if (meaning) meaning(given, Number(answer), begun);
      else if (open.has(firstOf(given)) || given.includes(toHex(base))) {
        throw new Error(`The recording has a ${call} on the data folder, which nobody can replay.`);
      }
    },
  };
}

function firstOf(given: string): number {
  return Number.parseInt(given, 10);
}

function lastOf(given: string): number {
  return Number(given.slice(given.lastIndexOf(",") + 1));
}

function textOf(given: string, place = 0): string {
  return quotedOf(given, place).toString("utf8");
}

function bytesOf(given: string): Buffer {
  return quotedOf(given, 0);
}

/** Within quotes strace writes each byte as two hex digits. */
function quotedOf(given: string, place: number): Buffer {
  const parts = given.split('"', place * 2 + 3);
  if (parts[place * 2 + 2]?.startsWith("...")) throw new Error("strace cut a text short.");
  return Buffer.from((parts[place * 2 + 1] ?? "").replaceAll("\\x", ""), "hex");
}

function toHex(text: string): string {
  return [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}
