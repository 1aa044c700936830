/**
 * A frame boiled down to what tells a tampered camera from a busy one. The picture is cut into some
 * 40x24 cells, whose differences are the coarse edges: too coarse for sensor noise and for a mast
 * that sways, fine enough to say where the camera looks. 4x4 cells form a tile, and each tile is
 * compared for itself, so that a mover, a burned-in clock or a lorry spoils only the tiles it covers.
 */

/** Cells along the side of a tile. */
const TILE = 4;
/** Of each tile: to the right and down from each of its cells. */
export const TILE_EDGES = 2 * TILE * TILE;
const CELLS_ACROSS = 40;
/** One pixel has no inside in which detail could be measured. */
const CELL_PIXELS_MIN = 2;

export interface Sketch {
  /** Mean grey level of each tile. */
  readonly means: Float32Array;
  /** Tile by tile, TILE_EDGES of each: by how many grey levels neighbouring cells differ. */
  readonly edges: Float32Array;
  /**
   * Per tile, how much is in it that is finer than a cell and was there in the frame before as well,
   * in grey levels: sensor noise is in no two frames alike and cancels out.
   */
  readonly detail: Float32Array;
  /** Per tile, how much a pixel differs from the frame before, in grey levels. */
  readonly change: Float32Array;
}

export interface Sketcher {
  readonly tiles: number;
  /** Neither picture is kept. */
  sketch(luma: Uint8Array, before: Uint8Array): Sketch;
}

export function createSketcher(width: number, height: number): Sketcher {
  const cell = Math.max(CELL_PIXELS_MIN, Math.round(width / CELLS_ACROSS));
  const across = Math.floor(width / cell / TILE);
  const down = Math.floor(height / cell / TILE);
  const grid: Grid = { width, cell, across, down };
  const levels = new Float32Array(across * TILE * down * TILE);
  return {
    tiles: across * down,
    sketch(luma, before) {
      const tiles = across * down;
      const sketch: Sketch = {
        means: new Float32Array(tiles),
        edges: new Float32Array(tiles * TILE_EDGES),
        detail: new Float32Array(tiles),
        change: new Float32Array(tiles),
      };
      measureCells(grid, luma, before, levels, sketch);
      measureEdges(grid, levels, sketch);
      return sketch;
    },
  };
}

interface Grid {
  width: number;
  /** Pixels along the side of a cell. */
  cell: number;
  /** Whole tiles across and down. */
  across: number;
  down: number;
}

/** Detail and change are measured on every other line, which tells enough. */
const FINE_STEP = 2;

function measureCells(
  grid: Grid,
  luma: Uint8Array,
  before: Uint8Array,
  levels: Float32Array,
  sketch: Sketch,
): void {
  const { cell, across, down } = grid;
  levels.fill(0);
  for (let line = 0; line < down * TILE * cell; line += 1) {
    const row = Math.floor(line / cell);
    addLine(grid, luma, line, levels, row * across * TILE);
    // The last line has none below it.
    if (line % FINE_STEP !== 0 || line + 1 >= luma.length / grid.width) continue;
    addFine(grid, luma, before, line, sketch, Math.floor(row / TILE) * across);
  }

  const finePixels = (cell * TILE) ** 2 / FINE_STEP;
  for (let tile = 0; tile < across * down; tile += 1) {
    sketch.detail[tile] = Math.sqrt(Math.max(0, sketch.detail[tile] as number) / finePixels);
    sketch.change[tile] = (sketch.change[tile] as number) / finePixels;
  }
}

function addLine(
  { width, cell, across }: Grid,
  luma: Uint8Array,
  line: number,
  levels: Float32Array,
  firstCell: number,
): void {
  let pixel = line * width;
  for (let at = firstCell; at < firstCell + across * TILE; at += 1) {
    let sum = 0;
    for (const end = pixel + cell; pixel < end; pixel += 1) sum += luma[pixel] as number;
    levels[at] = (levels[at] as number) + sum / cell ** 2;
  }
}

/** Along the diagonal one difference sees upright and level edges alike. */
function addFine(
  { width, cell, across }: Grid,
  luma: Uint8Array,
  before: Uint8Array,
  line: number,
  { detail, change }: Sketch,
  firstTile: number,
): void {
  let pixel = line * width;
  for (let tile = firstTile; tile < firstTile + across; tile += 1) {
    let power = 0;
    let changed = 0;
    const end = Math.min(pixel + cell * TILE, (line + 1) * width - 1);
    for (; pixel < end; pixel += 1) {
      const now = luma[pixel] as number;
      const then = before[pixel] as number;
      const next = pixel + width + 1;
      changed += Math.abs(now - then);
      power += ((luma[next] as number) - now) * ((before[next] as number) - then);
    }
    detail[tile] = (detail[tile] as number) + power;
    change[tile] = (change[tile] as number) + changed;
  }
}

/** Cells at the right and lower border have no neighbour there; their edge stays 0. */
function measureEdges({ across, down }: Grid, levels: Float32Array, sketch: Sketch): void {
  const { edges, means } = sketch;
  const [columns, rows] = [across * TILE, down * TILE];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const cell = row * columns + column;
      const tile = Math.floor(row / TILE) * across + Math.floor(column / TILE);
      const place = tile * TILE_EDGES + 2 * ((row % TILE) * TILE + (column % TILE));
      const level = levels[cell] as number;
      means[tile] = (means[tile] as number) + level / TILE ** 2;
      if (column + 1 < columns) edges[place] = (levels[cell + 1] as number) - level;
      if (row + 1 < rows) edges[place + 1] = (levels[cell + columns] as number) - level;
    }
  }
}

/** Moves what is learned towards what was seen, by a share of 0..1. */
export function learnSketch(learned: Sketch, seen: Sketch, share: number): void {
  for (const part of ["means", "edges", "detail", "change"] as const) {
    const [into, from] = [learned[part], seen[part]];
    for (let at = 0; at < into.length; at += 1) {
      const level = into[at] as number;
      into[at] = level + ((from[at] as number) - level) * share;
    }
  }
}
