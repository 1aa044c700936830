/**
 * A stream of which nothing is left out: one ffmpeg copies it and decodes it at once, and both come
 * through one pipe, so that hardly anything is left to do here.
 *
 *   camera ──► ffmpeg ──┬─ units as they are ─┬──► NUT ──► ring
 *                       └─ small grey pictures ┘       └──► frames
 *
 * A unit and its picture have the same time stamp: when the unit came, by the wall clock. What the
 * camera says of its times is not looked at, since many say nonsense.
 */
import { watchAborted } from "../base/aborted.ts";
import type { Clock } from "../base/clock.ts";
import { type CutUnit, findSequenceParameters } from "./access-units.ts";
import { type Luma, toLumaFilter, WITHOUT_DEBLOCKING } from "./decoder.ts";
import type { FfmpegAbilities } from "./ffmpeg-abilities.ts";
import { createNutCutter, type NutPacket } from "./nut.ts";
import { createSettling } from "./passage.ts";
import type { AccessUnit } from "./ring.ts";
import { createTrust } from "./trust.ts";

export interface SeenPicture {
  /** The time stamp of its unit, which comes behind it. */
  number: number;
  capturedAt: number;
  timestampMs: number;
  /** Belongs to the receiver. */
  luma: Uint8Array;
}

/** Who gets the pictures of a session. */
export interface Onlooker {
  luma: Luma;
  onPicture(picture: SeenPicture): void;
  /** For each unit that cannot be decoded as it was meant. */
  onDamage(): void;
}

export const WHOLE_INPUT = [
  ...["-filter_threads", "1", "-threads", "1", ...WITHOUT_DEBLOCKING, "-flags", "low_delay"],
  ...["-use_wallclock_as_timestamps", "1"],
] as const;

const STAMPS_PER_MS = 90;
/** ffmpeg holds a packet until the other stream has one that is no earlier. A picture waits for none. */
const AHEAD = 1 * STAMPS_PER_MS;
/** Units wait so long for a picture that does not come. */
const PICTURE_LATE_MICROSECONDS = 2_000_000;

export function toWholeOutput(luma: Luma, { frameMode }: Pick<FfmpegAbilities, "frameMode">) {
  const small = `${toPaceFilter(luma)},${toLumaFilter(luma)},setpts=PTS-${AHEAD}`;
  return [
    ...["-copyts", "-map", "0:v:0", "-map", "0:v:0"],
    ...["-c:v:0", "copy", "-bsf:v:0", "dump_extra=freq=keyframe"],
    ...["-c:v:1", "rawvideo", "-filter:v:1", small, "-enc_time_base", "1:90000", "-threads", "1"],
    ...[frameMode, frameMode === "-vsync" ? "0" : "passthrough"],
    ...["-max_interleave_delta", String(PICTURE_LATE_MICROSECONDS)],
    ...["-flush_packets", "1", "-f", "nut"],
  ];
}

/** As `createPace` chooses, in ffmpeg's own words: variable 0 is when the next one is due. */
function toPaceFilter({ framesPerSecond }: Luma): string {
  const intervalS = 1 / framesPerSecond;
  const due = `max(ld(0)\\,t-${3 * intervalS})+${intervalS}`;
  return `select=if(lt(t\\,ld(0)-${intervalS / 4})\\,0\\,gt(st(0\\,${due})\\,0))`;
}

export interface WholeIntakeOptions {
  clock: Clock;
  onUnit(unit: CutUnit, number: number): void;
  /** The wall clock was set back, which ffmpeg cannot follow. */
  onClockSetBack(): void;
}

/** Units without a time stamp of the present, as the first one, came now. */
const AGE_MAX_MS = 30_000;
const AHEAD_MAX_MS = 2_000;

/** What `reader.ts` asks of whoever takes a session's bytes. */
export function createWholeIntake(
  options: WholeIntakeOptions,
  onlooker: Onlooker,
  stop: AbortSignal,
) {
  const { clock } = options;
  const isOver = watchAborted(stop);
  let lastByteAtMs = clock.monotonic();

  const toArrival = (stamp: number) => {
    const now = clock.now();
    const ageMs = now - Math.round(stamp / STAMPS_PER_MS);
    if (ageMs < -AHEAD_MAX_MS) options.onClockSetBack();
    const sinceMs = ageMs > AGE_MAX_MS ? 0 : Math.max(0, ageMs);
    return { capturedAt: now - sinceMs, timestampMs: clock.monotonic() - sinceMs };
  };
  const take = ({ stream, key, stamp, bytes }: NutPacket): void => {
    if (isOver()) return;
    if (stream === 0) {
      const codec = cutter.firstCodec === "HEVC" ? "h265" : "h264";
      options.onUnit({ codec, key, bytes, ...toArrival(stamp) }, stamp);
    } else {
      const number = stamp + AHEAD;
      const luma = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
      onlooker.onPicture({ number, luma, ...toArrival(number) });
    }
  };
  const cutter = createNutCutter(take);

  return {
    push(bytes: Buffer): boolean {
      if (!isOver()) lastByteAtMs = clock.monotonic();
      return cutter.push(bytes);
    },
    flush(): void {},
    get lastByteAtMs() {
      return lastByteAtMs;
    },
  };
}

export interface WholePorts {
  clock: Clock;
  onPicture(picture: SeenPicture, settling: boolean): void;
  onDamage(): void;
  signal: AbortSignal;
}

/** The way of a session's pictures: which are believed, and which still settle. */
export function createWhole(ports: WholePorts) {
  const trust = createTrust();
  const isOver = watchAborted(ports.signal);
  let isSettling = createSettling();
  let parameters: Buffer | null = null;

  return {
    takeUnit(unit: AccessUnit): void {
      trust.give(unit);
      const found = unit.key ? findSequenceParameters(unit) : null;
      if (found && parameters && !found.equals(parameters)) isSettling = createSettling();
      parameters = found ?? parameters;
    },
    onPicture(picture: SeenPicture): void {
      // What ffmpeg said before it wrote the picture is there by now, but on a pipe that may be read
      // after this one; it is read before anything that is put off.
      setImmediate(() => {
        if (isOver() || !trust.believes(picture)) return;
        ports.onPicture(picture, isSettling(picture.timestampMs));
      });
    },
    onDamage(): void {
      // What was damaged came before this moment.
      trust.noteDamage(ports.clock.now() * STAMPS_PER_MS);
      ports.onDamage();
    },
  };
}
