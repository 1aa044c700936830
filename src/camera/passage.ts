/**
 * The way of decoded pictures of one session, whichever decoder gave them: in order, each once, told
 * whether they still settle, and glanced at where the gate needs it. Pure.
 */
import type { Gate, Impression } from "./gate.ts";
import type { AccessUnit } from "./ring.ts";

/** A picture, as far as its way is concerned. */
export interface OfUnit {
  unit: Pick<AccessUnit, "number" | "key" | "timestampMs">;
}

export interface Passage<P extends OfUnit> {
  /** A key unit came, whether it will be decoded or not. */
  beginGroup(number: number): void;
  /** The pictures after this are those of another scene, or of another decoder. */
  settleAnew(): void;
  /** A picture of a stream that is watched. */
  watched(picture: P): void;
  /**
   * A picture of a quiet stream. A suspicious one stays, and those behind it: what came before has
   * to be first. So does a peek: it shows no moment, only whether something moves.
   */
  glanced(picture: P): void;
  /** The number of the unit whose picture was passed on last. */
  readonly passedOn: number;
}

export interface PassagePorts<P extends OfUnit> {
  onPicture(picture: P, settling: boolean): void;
  /** Asked of one picture in each group, and of every one until it is ready to tell; of peeks, too. */
  glance(picture: P, sight: Sight): Impression;
}

/** A picture as the others are, one that settles, or what is patched onto the key picture before. */
export type Sight = "whole" | "settling" | "patched";

/** Exposure and bit rate find their level in the first moments; both limits must be passed. */
const SETTLING_MS = 2_000;
const SETTLING_PICTURES = 5;

export function createPassage<P extends OfUnit>(gate: Gate, ports: PassagePorts<P>): Passage<P> {
  let isSettling = createSettling();
  let passedOn = 0;
  let groupBegan = 0;
  let glancedAt = -1;
  let isSuspected = false;

  const glance = (picture: P, sight: Sight): Impression => {
    const impression = ports.glance(picture, sight);
    if (impression !== "unready") glancedAt = picture.unit.number;
    gate.noteImpression(impression, picture.unit);
    return impression;
  };
  const passOn = (picture: P, settling: boolean): void => {
    passedOn = picture.unit.number;
    gate.notePassedOn(picture.unit.timestampMs);
    ports.onPicture(picture, settling);
  };
  return {
    beginGroup(number) {
      groupBegan = number;
    },
    settleAnew() {
      isSettling = createSettling();
    },
    watched(picture) {
      const { number, timestampMs } = picture.unit;
      isSuspected = false;
      // After a catch-up the decoder gives again what was passed on before.
      if (number <= passedOn) return;
      const settling = isSettling(timestampMs);
      // Whoever glances must know the scene as it is, also while everything is watched.
      const isNewGroup = glancedAt < groupBegan && groupBegan <= number;
      if (isNewGroup && gate.state.mode === "adaptive") {
        glance(picture, settling ? "settling" : "whole");
      }
      passOn(picture, settling);
    },
    glanced(picture) {
      const { key, number } = picture.unit;
      if (isSuspected || gate.state.now === "watching" || number <= glancedAt) return;
      isSuspected = glance(picture, key ? "whole" : "patched") !== "calm";
      if (key && !isSuspected) passOn(picture, false);
    },
    get passedOn() {
      return passedOn;
    },
  };
}

/** Told of each picture: whether it still settles. */
export function createSettling(): (timestampMs: number) => boolean {
  let firstAtMs: number | null = null;
  let count = 0;
  return (timestampMs) => {
    firstAtMs ??= timestampMs;
    count += 1;
    return count <= SETTLING_PICTURES || timestampMs - firstAtMs < SETTLING_MS;
  };
}
