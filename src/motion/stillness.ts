/**
 * Whether a picture stands still that never did: the camera repeats one frame for ever. Many a
 * picture stands still for good reason (a test card, a drawn scene, a camera whose noise reduction
 * or encoder leaves nothing to change at night), so stillness tells only where the noise of the
 * sensor was there all the time before:
 *
 *   trusted    the noise was there, and steady, for 10 s and ten times as long as the picture ever
 *              stood still before
 *   still      from then on less than a fifth of the usual noise; half of it ends the stillness
 *
 * An upheaval (another picture, another light) takes the trust away: night has noise of its own.
 */

export interface Stillness {
  /** How long the picture has stood still that never does; 0 when it does not. */
  observe(look: { atMs: number; change: number; isUpheaval: boolean }): number;
  /** What the noise was like is no longer known, such as after a reconnect. */
  reset(): void;
}

const TRUST_MS = 10_000;
const TRUST_TIMES = 10;
const STILL_SHARE = 0.2;
const ALIVE_SHARE = 0.5;
/** Noise that is less than this, in grey levels, cannot be told from what an encoder makes of none. */
const NOISE_MIN = 0.2;
/** Noise keeps within this many times, up and down, of what it usually is. */
const STEADY_TIMES = 3;
const [PACE_DOWN, PACE_UP] = [0.5, 0.1];
/** A noise that fades away does so by itself: it has to be what it long was when it stops. */
const LONG_PACE = 0.05;
const FADED_SHARE = 0.6;

export function createStillness(): Stillness {
  let usual: number | null = null;
  let longUsual = 0;
  let trustedMs = 0;
  let lastMs: number | null = null;
  let stillSinceMs: number | null = null;
  /** The longest that the picture ever stood still and then went on. */
  let longestMs = 0;

  const reset = (): void => {
    [usual, trustedMs, lastMs, stillSinceMs] = [null, 0, null, null];
  };
  const learn = (change: number, gapMs: number): void => {
    const noise = usual ?? change;
    longUsual = usual === null ? change : longUsual + (noise - longUsual) * LONG_PACE;
    usual = noise;
    if (change < STILL_SHARE * noise) trustedMs = 0;
    // Something moves, which says nothing of noise.
    if (change > STEADY_TIMES * noise) return;
    if (change * STEADY_TIMES >= noise && noise >= NOISE_MIN) trustedMs += gapMs;
    usual = noise + (change - noise) * (change < noise ? PACE_DOWN : PACE_UP);
  };

  const isStillStill = (change: number): boolean =>
    stillSinceMs !== null && change < ALIVE_SHARE * (usual ?? change);
  const isStillNow = (change: number): boolean => change < STILL_SHARE * (usual ?? change);
  const isTrusted = (): boolean => {
    const noise = usual ?? 0;
    const hasFaded = noise < NOISE_MIN || noise < FADED_SHARE * longUsual;
    return !hasFaded && trustedMs >= Math.max(TRUST_MS, TRUST_TIMES * longestMs);
  };
  const wake = (atMs: number): void => {
    if (stillSinceMs === null) return;
    longestMs = Math.max(longestMs, atMs - stillSinceMs);
    [trustedMs, stillSinceMs] = [0, null];
  };

  return {
    reset,
    observe({ atMs, change, isUpheaval }) {
      if (isUpheaval) reset();
      const gapMs = lastMs === null ? 0 : atMs - lastMs;
      lastMs = atMs;
      if (!isStillStill(change)) {
        wake(atMs);
        if (isTrusted() && isStillNow(change)) stillSinceMs = atMs - gapMs;
        else learn(change, gapMs);
      }
      return stillSinceMs === null ? 0 : atMs - stillSinceMs;
    },
  };
}
