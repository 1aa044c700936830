/**
 * The last minutes of one camera's small grey frames, for trying other settings on them. A frame is
 * kept as its difference from the one before, packed; every so many a frame stands for itself, so
 * that the oldest can be let go. Never leaves the memory, and is shown to nobody.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";

import type { Frame } from "../camera/frame.ts";

export interface RecentFrames {
  keep(frame: Frame): void;
  /** Oldest first, each as it was. Stays valid while more are kept. */
  list(): Iterable<Frame>;
}

export interface RecentLimits {
  spanMs: number;
  /** Asked at each frame: what a camera may have depends on how many there are. */
  bytesMax(): number;
}

/** Frames that go together: about ten seconds. */
const GROUP_FRAMES = 50;
const FASTEST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

interface Group {
  frames: { facts: Omit<Frame, "luma">; packed: Uint8Array }[];
  bytes: number;
  newestMs: number;
}

export function createRecentFrames({ spanMs, bytesMax }: RecentLimits): RecentFrames {
  let groups: readonly Group[] = [];
  let bytes = 0;
  let previous: Frame | null = null;

  const letGo = (nowMs: number): void => {
    for (const oldest of groups.slice(0, -1)) {
      if (bytes <= bytesMax() && nowMs - oldest.newestMs <= spanMs) return;
      groups = groups.slice(1);
      bytes -= oldest.bytes;
    }
  };

  return {
    keep(frame) {
      const { luma, ...facts } = frame;
      let group = groups.at(-1);
      const isFollowing = previous?.luma.length === luma.length;
      if (!group || !isFollowing || group.frames.length >= GROUP_FRAMES) {
        group = { frames: [], bytes: 0, newestMs: 0 };
        groups = [...groups, group];
        previous = null;
      }
      const packed = pack(toDifference(luma, previous?.luma));
      group.frames.push({ facts, packed });
      group.newestMs = frame.timestampMs;
      group.bytes += packed.length;
      bytes += packed.length;
      previous = frame;
      letGo(frame.timestampMs);
    },
    *list() {
      for (const { frames } of groups) {
        let luma: Uint8Array | undefined;
        for (const { facts, packed } of [...frames]) {
          luma = toSum(zstdDecompressSync(packed), luma);
          yield { ...facts, luma };
        }
      }
    },
  };
}

/**
 * In memory of its own: the compressor answers out of a block of 64 kB that it shares with whatever else
 * the process does, and as long as one frame in it is kept the whole block is.
 */
function pack(difference: Uint8Array): Uint8Array {
  return new Uint8Array(zstdCompressSync(difference, FASTEST));
}

/** Grey levels wrap around at 256, there and back. */
function toDifference(luma: Uint8Array, previous: Uint8Array | undefined): Uint8Array {
  if (!previous) return luma;
  return luma.map((level, pixel) => level - (previous[pixel] as number));
}

function toSum(difference: Uint8Array, previous: Uint8Array | undefined): Uint8Array {
  if (!previous) return new Uint8Array(difference);
  return new Uint8Array(difference.map((step, pixel) => step + (previous[pixel] as number)));
}
