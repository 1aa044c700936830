/** One seeded day, served by every policy. */
import { type Arrival, createArrivals, TREE } from "./arrivals.ts";
import type { ServedDay } from "./figures.ts";
import { type Served, serveByDesk } from "./ours.ts";
import { serveFirstCome } from "./rivals.ts";

export interface ComparedDay {
  seed: number;
  /** Ours, with likenesses recognised. */
  ours: ServedDay;
  oursCalm: ServedDay;
  /** Ours, when every event is a scene of its own and takes the model its time. */
  plain: ServedDay;
  plainCalm: ServedDay;
  fifo: ServedDay;
  dropping: ServedDay;
  isBalanced: boolean;
}

export const RIVAL_BUFFER = 50;

export async function compareDay(
  seed: number,
  { durationS, serviceS }: { durationS: number; serviceS: number },
): Promise<ComparedDay> {
  const untilS = toUntilS(durationS, serviceS);
  const arrivals = createArrivals({ seed, durationS, serviceS, hasRepeats: true });
  const single = createArrivals({ seed, durationS, serviceS, hasRepeats: false });
  const serve = async (
    of: readonly Arrival[],
    hasLikeness: boolean,
  ): Promise<ServedDay & Served> => ({
    arrivals: of,
    ...(await serveByDesk(of, { serviceS, untilS, hasLikeness })),
  });
  const rival = (waitingMax: number): ServedDay => ({
    arrivals,
    described: serveFirstCome(arrivals, { serviceS, untilS, waitingMax }),
  });

  const ours = await serve(arrivals, true);
  const oursCalm = await serve(withoutTree(arrivals), true);
  const plain = await serve(single, false);
  const plainCalm = await serve(withoutTree(single), false);
  return {
    ...{ seed, ours, oursCalm, plain, plainCalm },
    fifo: rival(Infinity),
    dropping: rival(RIVAL_BUFFER),
    isBalanced: [ours, oursCalm, plain, plainCalm].every(({ isBalanced }) => isBalanced),
  };
}

function withoutTree(arrivals: readonly Arrival[]): Arrival[] {
  return arrivals.filter(({ cameraId }) => cameraId !== TREE);
}

/** With time to serve what came last. */
export function toUntilS(durationS: number, serviceS: number): number {
  return durationS + 30 * serviceS;
}
