/**
 * A file of no use but its room. When the disk is full it is given up at once, so that what happens
 * can still be written down; while it is gone no pictures are taken. Made again when there is room.
 */
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { stat, statfs } from "node:fs/promises";
import { join } from "node:path";

import { writeWhole } from "./whole-file.ts";

export interface Ballast {
  isFreed(): boolean;
  /** False when it is gone already. */
  free(): boolean;
  /** No complaint where there is no room for it yet. */
  restore(): Promise<void>;
}

const BYTES_MAX = 8 * 1024 * 1024;
/** Of a small disk. */
const SHARE_MAX = 0.05;

export async function openBallast({ folder }: { folder: string }): Promise<Ballast> {
  const path = join(folder, "ballast");
  let isThere = (await stat(path).catch(() => null)) !== null;
  const ballast: Ballast = {
    isFreed: () => !isThere,
    free() {
      if (!isThere) return false;
      rmSync(path, { force: true });
      isThere = false;
      return true;
    },
    async restore() {
      if (isThere) return;
      const { blocks, bsize } = await statfs(folder);
      const bytes = Math.min(BYTES_MAX, Math.floor(blocks * bsize * SHARE_MAX));
      // Not zeros, which some file systems keep for nothing.
      isThere = await writeWhole(path, randomBytes(bytes)).then(
        () => true,
        () => false,
      );
    },
  };
  await ballast.restore();
  return ballast;
}
