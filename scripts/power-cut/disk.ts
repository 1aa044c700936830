/**
 * What a disk may hold after a power cut in the middle of a recording. What was synced is there, as
 * POSIX promises it: bytes by a sync of their file, names by a sync of their folder. Of the rest
 * everything is possible: nothing of it, the beginning of it, or any of it, with writes torn at the
 * borders of sectors.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { type Deed, type Inode, ROOT } from "./recording.ts";

const SECTOR_BYTES = 512;
const TORN_SHARE = 0.3;
const LUCKS = ["nothing", "beginning", "any"] as const;

export interface Disk {
  folders: Map<Inode, Map<string, Inode>>;
  files: Map<Inode, DiskFile>;
}

interface DiskFile {
  /** Zeros behind the length. */
  room: Buffer;
  length: number;
}

export function contentOf({ files }: Disk, inode: Inode): Buffer {
  const { room, length } = files.get(inode) ?? { room: Buffer.alloc(0), length: 0 };
  return room.subarray(0, length);
}

/** After so many deeds; the same random numbers, the same disk. */
export function toDiskAfterCut(deeds: readonly Deed[], cut: number, random: () => number): Disk {
  const done = deeds.slice(0, cut);
  const syncedBefore = new Map<Inode, number>();
  for (const deed of done) {
    if (deed.type !== "synced") continue;
    syncedBefore.set(deed.inode, Math.max(deed.before, syncedBefore.get(deed.inode) ?? 0));
  }
  const luck = LUCKS[Math.floor(random() * LUCKS.length)];
  const share = random();

  return toDisk(
    done.flatMap((deed, place) => {
      const isSynced = homesOf(deed).every((inode) => place < (syncedBefore.get(inode) ?? 0));
      if (isSynced || (luck === "beginning" && place < share * cut)) return [deed];
      if (luck !== "any" || random() >= share) return [];
      return random() < TORN_SHARE ? tear(deed, random) : [deed];
    }),
  );
}

/** All of it, as a program sees it that runs on. */
export function toDisk(deeds: readonly Deed[]): Disk {
  const disk: Disk = { folders: new Map([[ROOT, new Map()]]), files: new Map() };
  for (const deed of deeds) apply(disk, deed);
  return disk;
}

export async function writeDisk(disk: Disk, path: string, folder: Inode = ROOT): Promise<void> {
  await mkdir(path, { recursive: true });
  for (const [name, inode] of disk.folders.get(folder) ?? []) {
    const place = join(path, name);
    if (disk.folders.has(inode)) await writeDisk(disk, place, inode);
    else await writeFile(place, contentOf(disk, inode));
  }
}

/** Whose sync brings it to the disk. */
function homesOf(deed: Deed): readonly Inode[] {
  switch (deed.type) {
    case "written":
    case "cut":
      return [deed.inode];
    case "named":
    case "unnamed":
      return [deed.folder];
    case "renamed":
      return [deed.from.folder, deed.to.folder];
    case "synced":
    case "said":
      return [];
    default:
      return deed satisfies never;
  }
}

function apply({ folders, files }: Disk, deed: Deed): void {
  if (deed.type === "written") write(files, deed.inode, deed.at, deed.bytes);
  if (deed.type === "cut") resize(files, deed.inode, deed.length);
  if (deed.type === "named") {
    folders.get(deed.folder)?.set(deed.name, deed.inode);
    if (deed.isFolder) folders.set(deed.inode, new Map());
  }
  if (deed.type === "unnamed") remove(folders, deed.folder, deed.name, deed.inode);
  if (deed.type === "renamed") {
    remove(folders, deed.from.folder, deed.from.name, deed.inode);
    folders.get(deed.to.folder)?.set(deed.to.name, deed.inode);
  }
}

/** Unless another file has the name by now. */
function remove(folders: Disk["folders"], folder: Inode, name: string, inode: Inode): void {
  const names = folders.get(folder);
  if (names?.get(name) === inode) names.delete(name);
}

function write(files: Disk["files"], inode: Inode, at: number, bytes: Buffer): void {
  const length = Math.max(files.get(inode)?.length ?? 0, at + bytes.length);
  bytes.copy(resize(files, inode, length).room, at);
}

/** Files grow by small writes, hence in doubles. */
function resize(files: Disk["files"], inode: Inode, length: number): DiskFile {
  const file = files.get(inode) ?? { room: Buffer.alloc(0), length: 0 };
  if (length > file.room.length) {
    const room = Buffer.alloc(Math.max(length, 2 * file.room.length));
    file.room.copy(room);
    file.room = room;
  }
  if (length < file.length) file.room.fill(0, length);
  file.length = length;
  files.set(inode, file);
  return file;
}

/** Of a write some of its sectors; anything else happens or does not. */
function tear(deed: Deed, random: () => number): Deed[] {
  if (deed.type !== "written") return [deed];
  const { inode, at, bytes } = deed;
  const parts: Deed[] = [];
  let start = 0;
  while (start < bytes.length) {
    const end = Math.min(bytes.length, start + SECTOR_BYTES - ((at + start) % SECTOR_BYTES));
    if (random() < 0.5) {
      parts.push({ type: "written", inode, at: at + start, bytes: bytes.subarray(start, end) });
    }
    start = end;
  }
  return parts;
}
