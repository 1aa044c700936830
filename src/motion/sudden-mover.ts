/**
 * Whether a thing or light changed much of the picture from one frame to the next: somebody steps up
 * to the lens, or a lamp goes on.
 *
 * Light reaches nearly all of the picture, and where it reaches only a part it leaves what is there
 * in place: brighter or darker, with the same edges. A thing leaves the rest of the picture exactly
 * as it was, and where it is there are other edges. So a sudden change is a thing when
 *
 *   - enough blocks are untouched, and
 *   - well inside of what was touched, enough blocks have lost their own edges or gained foreign
 *     ones. The rim is left out, since a hard shadow has edges there as well, and so is what is
 *     blown out to white: that may be anything.
 */
import { forEachAround } from "./blobs.ts";
import { BLOCK, type Planes } from "./kernel.ts";

/** Of the blocks that count. */
const UNTOUCHED_SHARE = 0.2;
const INSIDE_SHARE = 0.25;
/** Of those inside. */
const FOREIGN_SHARE = 0.1;

/** Blocks: a smaller spot of light is told from nothing with so little of an inside. */
const LIT_INSIDE = 6;

/** In grey levels: what a block's mean and its pixels may stray and be untouched still. */
const SAME_MEAN = 2.5;
const SAME_STRAY = 5.5;
/** How strong foreign edges are at least, own ones to be missed, and how like they must be. */
const FOREIGN_EDGES = 12;
const OWN_EDGES = 6;
const ALIKE = 0.5;
const WHITE = 235;
const BLOWN_LEVEL = 250;
const BLOWN_PIXELS = 4;

const BLOCK_PIXELS = BLOCK * BLOCK;

/** By how much the rest of the picture is brighter than its background is `offset`. */
export function isSuddenMover(planes: Planes, offset: number): boolean {
  const { visible, looks, inside } = lookAround(planes, offset);
  const untouched = looks.filter((one) => one === "untouched").length;
  if (untouched < UNTOUCHED_SHARE * visible) return false;
  return inside.length >= INSIDE_SHARE * visible && isForeign(inside);
}

/** The blocks that a lamp or a beam lit, or left dark, at once; none when a thing did any of it. */
export function findRelit(planes: Planes, offset: number): number[] {
  const { looks, inside } = lookAround(planes, offset);
  if (inside.length < LIT_INSIDE || isForeign(inside)) return [];
  return [...looks.keys()].filter((block) => looks[block] === "relit" || looks[block] === "blown");
}

function isForeign(inside: readonly Look[]): boolean {
  const foreign = inside.filter((one) => one === "foreign").length;
  return foreign >= FOREIGN_SHARE * inside.length;
}

/** How each block looks, how many count, and the looks of those well inside of what was touched. */
function lookAround(planes: Planes, offset: number) {
  const { columns, rows, visibleCounts } = planes;
  const looks = Array.from(visibleCounts, (pixels, block) =>
    pixels < BLOCK_PIXELS / 2 ? "unseen" : look(planes, block, offset),
  );
  const isInside = (block: number): boolean => {
    let isRim = false;
    forEachAround({ columns, rows }, block, (near) => {
      if (looks[near] === "untouched") isRim = true;
    });
    return !isRim;
  };
  const inside = looks.filter(
    (one, block) => (one === "relit" || one === "foreign") && isInside(block),
  );
  return { visible: looks.filter((one) => one !== "unseen").length, looks, inside };
}

type Look = "unseen" | "untouched" | "blown" | "relit" | "foreign";

/** A block against its background, as far as brightness and contrast do not explain it. */
function look(planes: Planes, block: number, offset: number): Look {
  const sums = sumBlock(planes, block);
  const { now, usual, squaresNow, squaresUsual, products, blown } = sums;
  const [mean, usualMean] = [now / BLOCK_PIXELS, usual / BLOCK_PIXELS];
  const variance = squaresNow / BLOCK_PIXELS - mean ** 2;
  const usualVariance = squaresUsual / BLOCK_PIXELS - usualMean ** 2;
  const covariance = products / BLOCK_PIXELS - mean * usualMean;

  const stray = variance + usualVariance - 2 * covariance;
  const isSame = Math.abs(mean - usualMean - offset) < SAME_MEAN && stray < SAME_STRAY ** 2;
  if (isSame) return "untouched";
  if (blown > BLOWN_PIXELS || Math.max(mean, usualMean) > WHITE) return "blown";

  const explained = covariance > 0 ? covariance ** 2 / usualVariance : 0;
  const hasForeign = variance - explained > FOREIGN_EDGES ** 2;
  const hasOwn = covariance >= ALIKE * Math.sqrt(variance * usualVariance);
  return hasForeign || (usualVariance >= OWN_EDGES ** 2 && !hasOwn) ? "foreign" : "relit";
}

function sumBlock({ width, columns, current, background }: Planes, block: number) {
  const sums = { now: 0, usual: 0, squaresNow: 0, squaresUsual: 0, products: 0, blown: 0 };
  let row = Math.floor(block / columns) * BLOCK * width + (block % columns) * BLOCK;
  for (let y = 0; y < BLOCK; y += 1, row += width) {
    for (let pixel = row; pixel < row + BLOCK; pixel += 1) {
      const now = current[pixel] as number;
      const usual = background[pixel] as number;
      sums.now += now;
      sums.usual += usual;
      sums.squaresNow += now * now;
      sums.squaresUsual += usual * usual;
      sums.products += now * usual;
      if (Math.max(now, usual) >= BLOWN_LEVEL) sums.blown += 1;
    }
  }
  return sums;
}
