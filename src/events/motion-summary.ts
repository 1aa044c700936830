/**
 * One factual sentence from the motion's geometry. It never needs the model, and says nothing that
 * was not measured: "Motion for 9 s: entered from the left, left on the right, at its largest 4 %
 * of the picture (small)."
 */
import type { Box } from "../camera/frame.ts";
import type { PathPoint } from "../motion/motion.ts";

export function toMotionSummary(input: {
  startedAt: number;
  /** Null while it lasts. */
  endedAt: number | null;
  path: readonly PathPoint[];
  /** The largest box of the chosen frame. */
  peakBox: Box | null;
  /** Names of the zones it was in. */
  zones: readonly string[];
}): string {
  const { startedAt, endedAt, path, peakBox, zones } = input;
  const isOver = endedAt !== null;
  const lastAt = endedAt ?? path.at(-1)?.at ?? startedAt;
  const duration = toDuration(Math.max(0, lastAt - startedAt));
  const facts = [
    describeEntry(path),
    describeZones(zones),
    isOver ? describeExit(path) : null,
    describeSize(peakBox),
  ];
  const told = facts.filter((fact) => fact !== null);

  const opening = isOver ? `Motion for ${duration}` : `Motion for ${duration} so far`;
  return told.length > 0 ? `${opening}: ${told.join(", ")}.` : `${opening}.`;
}

type Edge = "left" | "right" | "top" | "bottom";

/** A box this close to an edge touches it; analysis boxes end on blocks of about 5 %. */
const EDGE_WIDTH = 0.04;

function describeEntry(path: readonly PathPoint[]): string | null {
  const [first] = path;
  if (!first) return null;
  const edge = findEdge(first.box);
  return edge ? `entered from the ${edge}` : "appeared in the middle";
}

function describeZones(zones: readonly string[]): string | null {
  if (zones.length === 0) return null;
  const others = zones.slice(0, -1).join(", ");
  return `was in ${others === "" ? "" : `${others} and `}${zones.at(-1)}`;
}

function describeExit(path: readonly PathPoint[]): string | null {
  const last = path.at(-1);
  if (!last) return null;
  const edge = findEdge(last.box);
  if (edge === "left" || edge === "right") return `left on the ${edge}`;
  if (edge) return `left at the ${edge}`;
  return "came to rest or vanished in the middle";
}

/**
 * The edge that the box is nearest to, or null when it touches none. A box that touches two
 * opposite edges says nothing about the way it took.
 */
function findEdge([x, y, width, height]: Box): Edge | null {
  const [left, right, top, bottom] = [x, 1 - x - width, y, 1 - y - height];
  const gaps: [edge: Edge, gap: number, opposite: number][] = [
    ["left", left, right],
    ["right", right, left],
    ["top", top, bottom],
    ["bottom", bottom, top],
  ];
  const touched = gaps.filter(([, gap, opposite]) => gap <= EDGE_WIDTH && opposite > EDGE_WIDTH);
  return touched.sort((a, b) => a[1] - b[1])[0]?.[0] ?? null;
}

function describeSize(box: Box | null): string | null {
  if (!box) return null;
  const share = box[2] * box[3];
  const percent = share < 0.01 ? "less than 1 %" : `${Math.round(share * 100)} %`;
  return `at its largest ${percent} of the picture (${toSizeWord(share)})`;
}

function toSizeWord(share: number): string {
  if (share < 0.01) return "tiny";
  if (share < 0.05) return "small";
  if (share < 0.2) return "medium";
  return share < 0.5 ? "large" : "most of the view";
}

function toDuration(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 1) return "less than 1 s";
  if (seconds < 60) return `${seconds} s`;
  const [minutes, rest] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes < 60) return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`;
  const restMinutes = minutes % 60;
  const hours = Math.floor(minutes / 60);
  return restMinutes > 0 ? `${hours} h ${restMinutes} min` : `${hours} h`;
}
