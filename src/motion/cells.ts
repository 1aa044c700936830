/** The coarse places of a picture, 8 x 6 cells in row-major order: what is remembered of each is little. */
import type { Box } from "../camera/frame.ts";

const COLUMNS = 8;
const ROWS = 6;
export const CELLS = COLUMNS * ROWS;

/** The cells that a box lies in, at least one. */
export function toCells([x, y, width, height]: Box): number[] {
  const columns = toRange(x, x + width, COLUMNS);
  return toRange(y, y + height, ROWS).flatMap((row) =>
    columns.map((column) => row * COLUMNS + column),
  );
}

/** The cells that a box lies in or comes within half a cell of. */
export function toCellsAround([x, y, width, height]: Box): number[] {
  const [across, down] = [1 / COLUMNS, 1 / ROWS];
  return toCells([x - across / 2, y - down / 2, width + across, height + down]);
}

export function toCellBox(cell: number): Box {
  const [row, column] = [Math.floor(cell / COLUMNS), cell % COLUMNS];
  return [column / COLUMNS, row / ROWS, 1 / COLUMNS, 1 / ROWS];
}

function toRange(from: number, to: number, count: number): number[] {
  const first = Math.min(count - 1, Math.max(0, Math.floor(from * count)));
  const last = Math.max(first, Math.min(count, Math.ceil(to * count)) - 1);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
