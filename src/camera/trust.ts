/**
 * Which pictures of a decoder are to be believed. Pure.
 *
 * A decoder that misses bytes makes up what was in them: grey blocks, smears that are dragged along
 * until a key unit paints the whole picture anew. To motion they look like somebody who walks
 * through. So from a damaged unit up to the next key unit no picture is believed; a real mover is
 * there before and after, and an event outlasts the seconds between.
 *
 * A stream that is damaged all the time, or that never sends a key unit again, is believed after a
 * while all the same: a false event is better than a camera that sees nothing.
 */
export interface Trust {
  /** Told of each unit, in the order in which they are decoded. */
  give(unit: { number: number; key: boolean }): void;
  /**
   * One of the units given so far, or up to that number, is damaged. Which one cannot be told, since
   * several may be on their way, so a key unit among them heals nothing.
   */
  noteDamage(upTo?: number): void;
  believes(picture: { number: number; timestampMs: number }): boolean;
}

const PATIENCE_MS = 10_000;

export function createTrust(): Trust {
  /** Null while no key unit was given since the damage. */
  let soundFrom: number | null = 0;
  let damagedUpTo = Number.NEGATIVE_INFINITY;
  let doubtedSinceMs: number | null = null;
  return {
    give({ number, key }) {
      if (key && number > damagedUpTo) soundFrom ??= number;
    },
    noteDamage(upTo = Number.NEGATIVE_INFINITY) {
      soundFrom = null;
      damagedUpTo = upTo;
    },
    believes({ number, timestampMs }) {
      const isSound = soundFrom !== null && number >= soundFrom;
      doubtedSinceMs = isSound ? null : (doubtedSinceMs ?? timestampMs);
      return doubtedSinceMs === null || timestampMs - doubtedSinceMs > PATIENCE_MS;
    },
  };
}

/**
 * ffmpeg's own verdicts: a picture that was patched up, a unit that gave none, a unit that never
 * came although others build on it. Each is said once a unit, before the next picture is passed on.
 */
const DAMAGE =
  /corrupt decoded frame|Error while decoding stream|Error submitting .*packet to .*decoder|Could not find ref with POC/;

export function tellsOfDamage(line: string): boolean {
  return DAMAGE.test(line);
}
