/**
 * The data folder's disk, in memory: all but the database, which SQLite keeps itself. A file is safe
 * from a power cut once it is synced, and its name once its folder is; what is neither may be gone,
 * there, or half there afterwards.
 */
import { dirname } from "node:path";

export interface SimulatedDisk {
  readonly files: ReadonlyMap<string, SimulatedFile>;
  readonly folders: Set<string>;
  /** What others keep on it. */
  otherBytes: number;
  readonly totalBytes: number;
  freeBytes(): number;
  create(path: string): SimulatedFile;
  write(file: SimulatedFile, content: Uint8Array): void;
  sync(file: SimulatedFile): void;
  syncFolder(folder: string): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Forgets what was never synced, or part of it. */
  cutPower(random: () => number): void;
  /** The same once more. */
  copy(): SimulatedDisk;
}

export interface SimulatedFile {
  content: Uint8Array;
  /** Null before the first sync. */
  safe: Uint8Array | null;
}

export const DISK_BYTES = 6_000_000;

export function createDisk(before?: {
  files: ReadonlyMap<string, SimulatedFile>;
  folders: Iterable<string>;
}): SimulatedDisk {
  let files = new Map([...(before?.files ?? [])].map(([path, file]) => [path, { ...file }]));
  /** By the folders that were synced. */
  let safeNames = new Map(files);
  const folders = new Set(before?.folders ?? []);

  const disk: SimulatedDisk = {
    get files() {
      return files;
    },
    folders,
    otherBytes: 0,
    totalBytes: DISK_BYTES,
    freeBytes() {
      let used = disk.otherBytes;
      for (const { content } of files.values()) used += content.byteLength;
      return Math.max(0, disk.totalBytes - used);
    },
    create(path) {
      const file: SimulatedFile = { content: new Uint8Array(0), safe: null };
      files.set(path, file);
      return file;
    },
    write(file, content) {
      file.content = content.slice();
    },
    sync(file) {
      file.safe = file.content;
    },
    syncFolder(folder) {
      for (const path of [...safeNames.keys()]) {
        if (dirname(path) === folder && !files.has(path)) safeNames.delete(path);
      }
      for (const [path, file] of files) if (dirname(path) === folder) safeNames.set(path, file);
    },
    rename(from, to) {
      const file = files.get(from);
      if (!file) return;
      files.delete(from);
      files.set(to, file);
    },
    remove: (path) => void files.delete(path),
    cutPower(random) {
      const names = random() < 0.5 ? safeNames : new Map([...safeNames, ...files]);
      files = new Map([...names].map(([path, file]) => [path, tear(file, random)]));
      safeNames = new Map(files);
    },
    copy: () => createDisk({ files, folders }),
  };
  return disk;
}

function tear({ content, safe }: SimulatedFile, random: () => number): SimulatedFile {
  if (safe === content) return { content, safe };
  const left = safe ?? content.slice(0, Math.floor(random() * content.byteLength));
  return { content: left, safe: left };
}
