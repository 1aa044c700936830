/**
 * How much goes up at once. Grows while the centre takes a full batch quickly, shrinks when it takes
 * long. Of a batch that holds a row which the centre refuses, the older half is tried next, until the
 * row is alone. A message that is too large makes all later ones smaller. Pure.
 */
export interface BatchSize {
  readonly rows: number;
  readonly bytes: number;
  /** So many batches may be on their way together, one behind the other. */
  readonly atOnce: number;
  taken(rows: number, tookMs: number): void;
  /** No answer in time. */
  late(): void;
  /** `true`: the row was alone, and it is the one. */
  refused(rows: number): boolean;
  /** `true`: the row was alone, and must itself become smaller. */
  tooLarge(rows: number, bytes: number): boolean;
}

const ROWS_FIRST = 200;
const ROWS_LEAST = 50;
/** More would keep the box's other work waiting while they are written out. */
const ROWS_MOST = 300;
/** While the centre works on one, the next is made. */
const AT_ONCE_MOST = 4;
/** MariaDB takes 16 MiB as it comes, MySQL 4 at times; a lost batch should be little work. */
const BYTES_MOST = 512 * 1024;
const FAST_MS = 400;
const SLOW_MS = 2_000;

export function createBatchSize(): BatchSize {
  let rowsMost = ROWS_FIRST;
  let bytesMost = BYTES_MOST;
  /** So many of the oldest rows hold one that is refused. */
  let suspects = 0;
  let isFast = false;

  return {
    get rows() {
      return suspects === 0 ? rowsMost : Math.ceil(suspects / 2);
    },
    get bytes() {
      return bytesMost;
    },
    get atOnce() {
      return isFast && suspects === 0 ? AT_ONCE_MOST : 1;
    },
    taken(rows, tookMs) {
      isFast = tookMs < FAST_MS;
      if (suspects > 0) suspects = Math.max(0, suspects - rows);
      else if (tookMs > SLOW_MS) rowsMost = Math.max(ROWS_LEAST, Math.floor(rowsMost / 2));
      else if (isFast && rows === rowsMost) rowsMost = Math.min(ROWS_MOST, rowsMost * 2);
    },
    late() {
      isFast = false;
      rowsMost = Math.max(ROWS_LEAST, Math.floor(rowsMost / 2));
    },
    refused(rows) {
      suspects = rows === 1 ? 0 : rows;
      return rows === 1;
    },
    tooLarge(rows, bytes) {
      if (rows > 1) bytesMost = Math.max(1, Math.floor(bytes / 2));
      return rows === 1;
    },
  };
}
