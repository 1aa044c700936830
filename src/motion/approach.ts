/**
 * Where a motion came from, and where it goes on: what counts belongs to it, and so does a mover
 * that does not count (outside of every zone, or small) while it is near where the motion was last
 * seen. When everything counts, everything belongs.
 */
import type { Box, Frame } from "../camera/frame.ts";
import { sumUp } from "./attention.ts";
import type { MotionScore } from "./detector.ts";
import type { PathPoint, Sighting } from "./motion.ts";

/** A frame of the last seconds in which something moved, before there was a motion. */
export type Lead = Sighting;

/** A motion starts at its first faint frame, but no longer before than this. */
export const LEAD_MS = 2_000;
/** For so long a mover is followed in places where it does not count. */
export const FOLLOWED_MS = 10_000;
/** Who is not seen for longer is not the same one. */
const LOST_MS = 1_000;
/** Between two frames a runner leaves no wider gap, as a share of the picture. */
const NEAR = 0.15;

/** The score of what belongs to a motion that was last seen in these boxes. */
export function ofMotion(score: MotionScore, lastBoxes: readonly Box[]): MotionScore {
  const isNear = (box: Box) => lastBoxes.some((last) => isBeside(box, last));
  const movers = score.movers.filter(({ counts, box }) => counts || isNear(box));
  const followsMore = movers.some(({ counts }) => !counts);
  return followsMore ? { ...score, ...sumUp(movers), movers } : score;
}

export function rememberLead(leads: readonly Lead[], frame: Frame, score: MotionScore): Lead[] {
  const recent = leads.filter((lead) => lead.frame.timestampMs >= frame.timestampMs - FOLLOWED_MS);
  if (score.boxes.length + score.movers.length > 0) recent.push({ frame, score });
  return recent;
}

/**
 * The leads that belong to the motion which the newest of them begins, oldest first. Further back
 * than LEAD_MS only the way of a clear mover to where it counts is followed.
 */
export function traceBack(leads: readonly Lead[], clearSignificance: number): Lead[] {
  const newest = leads.at(-1);
  if (!newest) return [];
  const traced = [newest];
  for (const lead of leads.slice(0, -1).toReversed()) {
    const last = traced[0] ?? newest;
    const score = ofMotion(lead.score, last.score.boxes);
    if (score.boxes.length === 0) continue;
    if (newest.frame.timestampMs - lead.frame.timestampMs > LEAD_MS) {
      const isOnItsWay = lead.score.boxes.length === 0 && score.significance > clearSignificance;
      const isLost = last.frame.timestampMs - lead.frame.timestampMs > LOST_MS;
      if (!isOnItsWay || isLost) break;
    }
    traced.unshift({ ...lead, score });
  }
  return traced;
}

export function toPoints({ frame, score }: Sighting): PathPoint[] {
  const [box] = score.boxes;
  return box ? [{ at: frame.capturedAt, box }] : [];
}

function isBeside([x, y, width, height]: Box, [x2, y2, width2, height2]: Box): boolean {
  const across = Math.max(x, x2) - Math.min(x + width, x2 + width2);
  const down = Math.max(y, y2) - Math.min(y + height, y2 + height2);
  return Math.max(across, down) <= NEAR;
}
