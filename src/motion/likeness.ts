/**
 * How what a camera shows differs from what it showed all along, in a few figures. A tile is
 * recognised by its edges: where they are, whichever side of them is the brighter one, so that the
 * infra-red switch, which turns leaves white and the sky black, changes no more than it must.
 */
import { type Sketch, TILE_EDGES } from "./sketch.ts";

/** Shares are of the tiles that have edges to be recognised by. */
export interface Likeness {
  /** Whether there are enough of those tiles to judge by: not in the dark, nor at a bare wall. */
  isRecognisable: boolean;
  /** How well all of them are recognised: 1 in full, by chance 0.1. */
  alike: number;
  /** Tiles that are not recognised, and those that are just as they were, such as a burned-in clock. */
  lost: number;
  firm: number;
  /** How much is left of the edges of all that are not firm: 0 nothing, 1 as strong as ever. */
  residue: number;
  /** How strong the edges are that lost tiles have instead, against those that they had. */
  replaced: number;
  /** Lost tiles without any detail, and how much is left in them of the edges they had. */
  blank: number;
  blankResidue: number;
  /** Of all tiles, those with edges to be recognised by from now on. */
  edged: number;
  /** Of all tiles, those with sharp detail where there was none: the outline of a thing. */
  outlined: number;
  /** How much is left of the edges in most tiles at most: 1 as strong as ever. */
  strength: number;
  /** How much of the fine detail is left in most tiles at most: 0 none, 1 as much as ever. */
  detail: number;
  /** By how many grey levels the brightness changed in most tiles at most. */
  shift: number;
  /** How many grey levels a pixel of a calm tile differs from the frame before. */
  change: number;
}

/** Below these an edge (as mean square) or a detail may be anything. In grey levels. */
const EDGE_FLOOR = 6;
const DETAIL_FLOOR = 1.4;
const RECOGNISABLE_SHARE = 0.15;
const LOST_BELOW = 0.5;
const FIRM_FROM = 0.8;
const FIRM_STRENGTH = 0.5;
const BLANK_BELOW = 0.3;
const OUTLINE_TIMES = 1.4;
const OUTLINE_FLOOR = 4;

/**
 * `before` is the sketch of the frame before, because noise and movers are in no two frames alike.
 * `leastDetail` is the least that each tile usually had over a long time: where bare ground came to
 * light when a lorry drove away, nothing is missing.
 */
export function compare(
  now: Sketch,
  before: Sketch,
  learned: Sketch,
  leastDetail: Float32Array,
): Likeness {
  const tiles = now.means.length;
  const known: TileLikeness[] = [];
  let [edged, outlined] = [0, 0];
  const details: number[] = [];
  const shifts: number[] = [];
  for (let tile = 0; tile < tiles; tile += 1) {
    const likeness = compareTile(tile, now, before, learned);
    const { detail, usualDetail, own, power } = likeness;
    if (power >= EDGE_FLOOR * TILE_EDGES) known.push(likeness);
    if (own >= EDGE_FLOOR * TILE_EDGES) edged += 1;
    if (detail > Math.hypot(OUTLINE_TIMES * usualDetail, OUTLINE_FLOOR)) outlined += 1;
    if (usualDetail >= DETAIL_FLOOR) details.push(detail / usualDetail);
    shifts.push(likeness.shift);
  }
  const lost = known.filter(({ alike }) => alike < LOST_BELOW);
  const loose = known.filter(
    ({ alike, left, power }) => alike < FIRM_FROM || left < FIRM_STRENGTH * power,
  );
  const blank = lost.filter(({ tile, detail }) => {
    const least = leastDetail[tile] as number;
    return least >= DETAIL_FLOOR && detail <= BLANK_BELOW * least;
  });
  const enough = RECOGNISABLE_SHARE * tiles;
  return {
    isRecognisable: known.length >= enough,
    alike: known.reduce((sum, { alike }) => sum + alike, 0) / Math.max(1, known.length),
    lost: lost.length / Math.max(1, known.length),
    firm: 1 - loose.length / Math.max(1, known.length),
    residue: toShareOfPower(loose, "left"),
    replaced: toShareOfPower(lost, "own"),
    blank: blank.length / Math.max(1, known.length),
    blankResidue: toShareOfPower(blank, "left"),
    edged: edged / tiles,
    outlined: outlined / tiles,
    strength: quantile(
      known.map(({ left, power }) => left / power),
      0.75,
    ),
    detail: details.length < enough ? 1 : quantile(details, 0.75),
    shift: quantile(shifts, 0.75),
    change: quantile(now.change, 0.25),
  };
}

interface TileLikeness {
  tile: number;
  detail: number;
  usualDetail: number;
  shift: number;
  /** -1..1: how well the edges match, or just the places where they are; whichever is better. */
  alike: number;
  /** Sums over the tile of the learned edges squared, */
  power: number;
  /** of the edges that are there now and were in the frame before, */
  own: number;
  /** and of what is left of the learned ones. */
  left: number;
}

function compareTile(tile: number, now: Sketch, before: Sketch, learned: Sketch): TileLikeness {
  let power = 0;
  let own = 0;
  let left = 0;
  let seen = 0;
  let places = 0;
  let usualPlaces = 0;
  let both = 0;
  const end = (tile + 1) * TILE_EDGES;
  for (let edge = tile * TILE_EDGES; edge < end; edge += 1) {
    const usual = learned.edges[edge] as number;
    const one = now.edges[edge] as number;
    const other = before.edges[edge] as number;
    const mean = (one + other) / 2;
    power += usual * usual;
    own += one * other;
    left += mean * usual;
    seen += mean * mean;
    places += Math.abs(mean);
    usualPlaces += Math.abs(usual);
    both += Math.abs(mean * usual);
  }
  const signed = left / Math.sqrt(seen * power || 1);
  const covariance = TILE_EDGES * both - places * usualPlaces;
  const spread = (TILE_EDGES * seen - places ** 2) * (TILE_EDGES * power - usualPlaces ** 2);
  const unsigned = covariance / Math.sqrt(Math.max(1, spread));
  return {
    tile,
    alike: Math.max(signed, unsigned),
    ...{ power, own, left },
    detail: now.detail[tile] as number,
    usualDetail: learned.detail[tile] as number,
    shift: Math.abs((now.means[tile] as number) - (learned.means[tile] as number)),
  };
}

/** What they share, of the learned edges' power; 1, as if nothing had happened, where there are none. */
function toShareOfPower(tiles: readonly TileLikeness[], part: "own" | "left"): number {
  let [sum, power] = [0, 0];
  for (const tile of tiles) {
    sum += tile[part];
    power += tile.power;
  }
  return power === 0 ? 1 : sum / power;
}

function quantile(values: Iterable<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(sorted.length * share)] ?? 0;
}
