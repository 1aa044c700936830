/**
 * Full pictures of one camera, one at a time: which units to decode is settled at once, while the
 * ring still holds them, and the decoding waits its turn.
 */
import { once } from "node:events";

import type { Ffmpeg } from "./ffmpeg.ts";
import type { Frame, StillPicture } from "./frame.ts";
import type { AccessUnit, Ring } from "./ring.ts";
import { decodeStill } from "./still.ts";

export interface Stills {
  of(frame: Frame, options: { signal: AbortSignal }): Promise<StillPicture | null>;
  newest(options: { signal: AbortSignal }): Promise<StillPicture | null>;
}

const COMES_WITHIN_MS = 2_000;
/** Two streams of a camera are not cut at the same instants; further apart is another scene. */
const DETAIL_APART_MS = 1_000;

export function createStills(options: { main: Ring; detail: Ring; ffmpeg: Ffmpeg }): Stills {
  const { main, detail, ffmpeg } = options;
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    // The caller gets the failure; the next in the row only needs to know that it is over.
    last = turn.catch(() => {});
    return turn;
  };
  const decodeFirst = (
    choices: readonly (readonly AccessUnit[])[],
    { signal }: { signal: AbortSignal },
  ): Promise<StillPicture | null> =>
    inTurn(async () => {
      for (const units of choices) {
        const picture = await decodeStill(units, { ffmpeg, signal });
        if (picture) return picture;
      }
      return null;
    });

  return {
    async of(frame, { signal }) {
      if (frame.unit > (main.newest()?.number ?? 0)) await untilCome(main, frame.unit, signal);
      const own = main.upTo(Math.min(frame.unit, main.newest()?.number ?? 0));
      const larger = findDetail(detail, frame.timestampMs);
      return decodeFirst([larger, own].filter(isHeld), { signal });
    },
    newest({ signal }) {
      const unit = main.newest();
      if (!unit) return Promise.resolve(null);
      const choices = [findDetail(detail, unit.timestampMs), main.upTo(unit.number)];
      return decodeFirst(choices.filter(isHeld), { signal });
    },
  };
}

/** Where ffmpeg decodes all that it copies, a unit comes behind its picture, with the next one. */
async function untilCome(ring: Ring, number: number, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(COMES_WITHIN_MS)]);
  // Of a stream that broke off in between, the unit before has the nearest picture.
  await Promise.race([ring.reach(number), once(limit, "abort")]);
}

function findDetail(detail: Ring, timestampMs: number): readonly AccessUnit[] | null {
  const nearest = detail.nearest(timestampMs);
  if (!nearest || Math.abs(nearest.timestampMs - timestampMs) > DETAIL_APART_MS) return null;
  return detail.upTo(nearest.number);
}

function isHeld(units: readonly AccessUnit[] | null): units is readonly AccessUnit[] {
  return units !== null;
}
