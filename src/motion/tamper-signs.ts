/**
 * What the figures of one look say of a camera:
 *
 *   covered        hardly a tile is recognised, and nothing is left of the edges it had
 *   moved          hardly a tile is recognised, but they are as full of edges as ever
 *   out_of_focus   the fine detail is gone everywhere, and the brightness stayed where it was
 *   sprayed        a good part is blank, and nothing sharp stands there: what is on the glass of a
 *                  camera is too near to be sharp, while the outline of a lorry is
 *   frozen         the picture stands still that never did (stillness.ts)
 *
 * Light is none of them. A room in the dusk has the same edges, however faint, as long as there is
 * any light at all; the infra-red switch leaves them where they were.
 */
import type { Likeness } from "./likeness.ts";

export type TamperKind = "covered" | "sprayed" | "moved" | "frozen" | "out_of_focus";

/** Of what is not burned in; how much of the picture that may be. */
const COVERED_LOST = 0.9;
const BURNED_IN_MAX = 0.2;
const MOVED_ALIKE = 0.36;
/** Where more than this is as it was, something stands before the rest. */
const MOVED_FIRM = 0.2;
/** From here on there are edges of another picture; below it the lost tiles are empty. */
const REPLACED = 0.2;
const EDGED = 0.3;
/** More than this is left of the edges when it only got dark. */
const RESIDUE_MAX = 0.02;
const BLANK_RESIDUE_MAX = 0.04;
const BLURRED_DETAIL = 0.7;
/** Fog and dusk take as much of the coarse edges. */
const BLURRED_MORE = 0.85;
const BLURRED_SHIFT = 8;
const SPRAYED_BLANK = 0.2;
/** This much of the picture no lorry hides, whether its outline is in the picture or not. */
const SPRAYED_BLANK_ANYHOW = 0.6;
const OUTLINED = 0.08;
/** Of what is not lost, how much is just as it was: the rest of the glass is clean. */
const SPRAYED_FIRM = 0.4;
const FROZEN_MS = 40_000;

/** Null when all is well, or nothing can be said. */
export function readSign(likeness: Likeness, past: Past): TamperKind | null {
  const sign = likeness.isRecognisable ? readPicture(likeness) : null;
  if (sign !== null && !(sign === "sprayed" && past.isExplained)) return sign;
  return past.stillMs >= FROZEN_MS ? "frozen" : null;
}

/** What the looks before it add to a look. */
export interface Past {
  /** How long the picture has stood still that never does. */
  stillMs: number;
  /** Whether the blank part of the picture was, at first, something else than paint. */
  isExplained: boolean;
}

function readPicture(likeness: Likeness): TamperKind | null {
  if (isCovered(likeness)) return "covered";
  if (isMoved(likeness)) return "moved";
  if (isBlurred(likeness)) return "out_of_focus";
  return isSprayed(likeness) ? "sprayed" : null;
}

function isCovered(likeness: Likeness): boolean {
  const { lost, firm, residue } = likeness;
  const isLost = lost >= COVERED_LOST * (1 - Math.min(firm, BURNED_IN_MAX));
  return isLost && Math.abs(residue) <= RESIDUE_MAX && !hasOtherEdges(likeness);
}

function isMoved(likeness: Likeness): boolean {
  const isLost = likeness.alike <= MOVED_ALIKE && likeness.firm <= MOVED_FIRM;
  return isLost && hasOtherEdges(likeness);
}

function hasOtherEdges({ replaced, edged }: Likeness): boolean {
  return replaced >= REPLACED || edged >= EDGED;
}

function isBlurred({ detail, strength, shift }: Likeness): boolean {
  return detail <= BLURRED_DETAIL && detail <= BLURRED_MORE * strength && shift <= BLURRED_SHIFT;
}

export function isSprayed(likeness: Likeness): boolean {
  const { lost, firm, blank, blankResidue, outlined } = likeness;
  if (Math.abs(blankResidue) > BLANK_RESIDUE_MAX || firm < SPRAYED_FIRM * (1 - lost)) return false;
  return isPartBlank(likeness) && (outlined <= OUTLINED || blank >= SPRAYED_BLANK_ANYHOW);
}

export function isPartBlank({ blank }: Likeness): boolean {
  return blank >= SPRAYED_BLANK;
}

/** Well below what makes a part blank, so that nothing flutters. */
export function isHardlyBlank({ blank }: Likeness): boolean {
  return blank < SPRAYED_BLANK / 4;
}

/** Whether what was told still is so; asks less than `readSign`, so that nothing flutters. */
export function isStillSo(kind: TamperKind, likeness: Likeness, stillMs: number): boolean {
  switch (kind) {
    case "covered":
      return likeness.lost >= 0.5 && !hasOtherEdges(likeness);
    case "sprayed":
      return likeness.blank >= SPRAYED_BLANK / 2;
    case "out_of_focus":
      return likeness.detail < RECOVERED_DETAIL;
    case "moved":
      return likeness.alike <= 0.5;
    case "frozen":
      return stillMs > 0;
    default:
      return kind satisfies never;
  }
}

const RECOVERED_LOST = 0.3;
const RECOVERED_DETAIL = 0.8;

/** Whether the picture is what it was before. */
export function isBack({ lost, detail }: Likeness): boolean {
  return lost < RECOVERED_LOST && detail >= RECOVERED_DETAIL;
}
