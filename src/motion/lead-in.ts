/**
 * A past for footage that has none. The detector learns for two seconds before it scores, so a
 * camera that was just connected shows nothing in them. Footage that is judged later need not lose
 * its first two seconds: they are shown once before, backwards, to teach. Played to and fro, the
 * last taught picture is the first scored one, so there is no jump, and the noise is the scene's own.
 *
 * What moves in those seconds is scored when they come again; only what stands somewhere else two
 * seconds in is learned there, and forgotten as a ghost is.
 */
import type { Frame } from "../camera/frame.ts";

const LEAD_IN_MS = 2_000;

/** The frames as they come, with those that teach before them: `settling`, at times before the first. */
export async function* withLeadIn(
  frames: AsyncIterable<Frame>,
  { framesPerSecond }: { framesPerSecond: number },
): AsyncGenerator<Frame> {
  // Counted, not timed: footage with fewer frames a second needs more of its time to teach.
  const taught = Math.ceil((LEAD_IN_MS / 1_000) * framesPerSecond);
  let opening: Frame[] | null = [];
  for await (const frame of frames) {
    if (!opening) {
      yield frame;
      continue;
    }
    opening.push(frame);
    if (opening.length <= taught) continue;
    yield* toAndFro(opening);
    opening = null;
  }
  if (opening) yield* toAndFro(opening);
}

function toAndFro(opening: readonly Frame[]): Frame[] {
  const [first, ...rest] = opening;
  if (!first) return [];
  const mirrored = rest.toReversed().map((frame) => {
    const timestampMs = 2 * first.timestampMs - frame.timestampMs;
    return { ...frame, timestampMs, capturedAt: timestampMs, settling: true };
  });
  return [...mirrored, ...opening];
}
