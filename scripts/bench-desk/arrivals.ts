/**
 * A windy day, seeded: eight cameras before a model that can describe a fifth of what they see.
 *
 * One camera looks at a tree: nine of ten events are its, in gusts; six of ten show it as it was a
 * moment ago, the others as it never was, so that it alone would keep the model busy. The seven
 * others see visits, Poisson; a visit is a scene of its own and may trigger a few times. One visit
 * in so many is urgent, together a tenth of what the model can describe.
 */
import { createRandom } from "../../test/support/random.ts";

export interface Arrival {
  /** Seconds since the start, in order; whole milliseconds. */
  atS: number;
  cameraId: string;
  /** Who or what is seen; the same on another day is another scene. */
  scene: string;
  /** 0..1. */
  significance: number;
  isUrgent: boolean;
}

export interface Day {
  seed: number;
  durationS: number;
  /** Of one description. */
  serviceS: number;
  /** Whether a visit may trigger more than once; without, the visits are plainly Poisson. */
  hasRepeats: boolean;
}

export const TREE = "tree";
const OTHERS = ["dock", "gate", "yard", "lobby", "ramp", "shop", "lane"];
/** Events for each that the model could describe. */
const LOAD = 5;
const TREE_SHARE = 0.9;
const URGENT_LOAD = 0.1;
const URGENT_SHARE = URGENT_LOAD / (LOAD * (1 - TREE_SHARE));
/** A gust is this much of the time, and three times as busy as the day. */
const GUST_SHARE = 0.2;
const GUST_FACTOR = 3;
const GUST_S = 60;
const TREE_NEW_SHARE = 0.4;
/** Of the visits, this share triggers once more, and of those again. */
const AGAIN_SHARE = 0.25;
const AGAIN_WITHIN_S = 30;

export function createArrivals({ seed, durationS, serviceS, hasRepeats }: Day): Arrival[] {
  const random = createRandom(seed);
  const perS = LOAD / serviceS;
  const tree = createTree(random, durationS, perS * TREE_SHARE);
  const againShare = hasRepeats ? AGAIN_SHARE : 0;
  const visitsPerS = perS * (1 - TREE_SHARE) * (1 - againShare);
  const visits = createVisits(random, durationS, { perS: visitsPerS, againShare });
  return [...tree, ...visits]
    .map((arrival) => ({ ...arrival, atS: Math.round(arrival.atS * 1000) / 1000 }))
    .toSorted((a, b) => a.atS - b.atS);
}

function createTree(random: () => number, durationS: number, perS: number): Arrival[] {
  const calmFactor = (1 - GUST_SHARE * GUST_FACTOR) / (1 - GUST_SHARE);
  const isGust = Array.from({ length: Math.ceil(durationS / GUST_S) }, () => random() < GUST_SHARE);
  const arrivals: Arrival[] = [];
  let scene = TREE;
  // The busiest rate, thinned where it is calm.
  for (let atS = 0; ; ) {
    atS += toGapS(random, perS * GUST_FACTOR);
    if (atS >= durationS) return arrivals;
    const factor = isGust[Math.floor(atS / GUST_S)] ? GUST_FACTOR : calmFactor;
    if (random() * GUST_FACTOR > factor) continue;
    if (random() < TREE_NEW_SHARE) scene = `${TREE} ${atS}`;
    const significance = 0.35 + 0.3 * random();
    arrivals.push({ atS, cameraId: TREE, scene, significance, isUrgent: false });
  }
}

function createVisits(
  random: () => number,
  durationS: number,
  { perS, againShare }: { perS: number; againShare: number },
): Arrival[] {
  const arrivals: Arrival[] = [];
  for (let startS = toGapS(random, perS); startS < durationS; startS += toGapS(random, perS)) {
    const cameraId = OTHERS[Math.floor(random() * OTHERS.length)] ?? "dock";
    const scene = `${cameraId} ${startS}`;
    const isUrgent = random() < URGENT_SHARE;
    for (let atS = startS; atS < durationS; atS += random() * AGAIN_WITHIN_S) {
      const significance = isUrgent ? 0.85 + 0.15 * random() : 0.35 + 0.4 * random();
      arrivals.push({ atS, cameraId, scene, significance, isUrgent });
      if (random() >= againShare) break;
    }
  }
  return arrivals;
}

/** To the next of a Poisson stream. */
function toGapS(random: () => number, perS: number): number {
  return -Math.log(1 - random()) / perS;
}
