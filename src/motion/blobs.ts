/** Blocks that touch, corners included, belong to one thing: a blob. */

export interface Grid {
  columns: number;
  rows: number;
}

export interface Blob {
  /** Indexes of its blocks, row-major. */
  blocks: readonly number[];
  /** The rectangle around it, in blocks, both ends included. */
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * The blobs of the blocks that are not 0, in reading order of their first block. `seen` is scratch
 * of the same length, so that a picture in which nothing happens allocates nothing.
 */
export function findBlobs(grid: Grid, on: Uint8Array, seen: Uint8Array): Blob[] {
  const blobs: Blob[] = [];
  seen.fill(0);
  for (let block = 0; block < on.length; block += 1) {
    if (on[block] !== 0 && seen[block] === 0) blobs.push(fill(grid, on, seen, block));
  }
  return blobs;
}

/** Calls back for the block itself and each of its up to eight neighbours. */
export function forEachAround(grid: Grid, block: number, visit: (block: number) => void): void {
  const column = block % grid.columns;
  const row = Math.floor(block / grid.columns);
  for (let y = Math.max(0, row - 1); y <= Math.min(grid.rows - 1, row + 1); y += 1) {
    for (let x = Math.max(0, column - 1); x <= Math.min(grid.columns - 1, column + 1); x += 1) {
      visit(y * grid.columns + x);
    }
  }
}

function fill(grid: Grid, on: Uint8Array, seen: Uint8Array, first: number): Blob {
  const blocks = [first];
  let [left, top, right, bottom] = [grid.columns, grid.rows, 0, 0];
  seen[first] = 1;
  // The list grows while it is walked: what is found is visited in its turn.
  for (const block of blocks) {
    const column = block % grid.columns;
    const row = Math.floor(block / grid.columns);
    left = Math.min(left, column);
    right = Math.max(right, column);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row);
    forEachAround(grid, block, (next) => {
      if (on[next] === 0 || seen[next] !== 0) return;
      seen[next] = 1;
      blocks.push(next);
    });
  }
  return { blocks, left, top, right, bottom };
}
