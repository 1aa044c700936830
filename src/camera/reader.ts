/**
 * One session with one stream: ffmpeg copies what the camera sends, without decoding it, and its
 * bytes are cut into access units here. Ends when the camera hangs up, falls silent, or on abort.
 */
import { watchAborted } from "../base/aborted.ts";
import type { Clock } from "../base/clock.ts";
import type { CameraUrl } from "../config/camera-url.ts";
import { type CutUnit, createUnitCutter } from "./access-units.ts";
import {
  type Complaint,
  lacksSize,
  parseStreamLine,
  SILENT,
  type StreamLine,
  toComplaint,
  UNDECODABLE,
  unsupported,
} from "./complaint.ts";
import type { Ffmpeg, FfmpegEnd, FfmpegJob, FfmpegRun } from "./ffmpeg.ts";
import type { FfmpegAbilities } from "./ffmpeg-abilities.ts";
import { tellsOfDamage } from "./trust.ts";
import { createWholeIntake, type Onlooker, toWholeOutput, WHOLE_INPUT } from "./whole.ts";

export type CameraPlace = Extract<CameraUrl, { ok: true }>;

/**
 * How long ffmpeg looks at the stream before it passes it on. Nearly all cameras tell size and
 * codec in the session's description, so quick is the rule and gives the first picture at once.
 */
export type Probing = "quick" | "patient";

export type ReaderEnd =
  | { type: "stopped" }
  /** Nothing is wrong, but it has to be begun anew. */
  | { type: "renewed" }
  | {
      type: "failed";
      complaint: Complaint;
      /** The stream was there, but ffmpeg was not given the time to see its size. */
      tryPatiently: boolean;
      /** What ffmpeg said last, logins scrubbed. */
      lines: readonly string[];
    };

export interface ReaderOptions {
  place: CameraPlace;
  ffmpeg: Ffmpeg;
  clock: Clock;
  probing: Probing;
  /** Asked as the session begins: who gets its pictures; null where it is only copied. */
  onlooker?(): Onlooker | null;
  /** Where there are pictures, the unit has the number of its own. */
  onUnit(unit: CutUnit, number?: number): void;
  /** Tells whether it is to be begun anew, since it has to be read in another way. */
  onStream?(stream: StreamLine): "renew" | null;
  /** The camera fell silent. The session's end follows, once ffmpeg has been made to let go. */
  onSilent?(complaint: Complaint): void;
  signal: AbortSignal;
}

/** No byte for this long is a stall: cameras send several pictures a second, and reports between. */
const SILENCE_MS = 8_000;
/** ffmpeg's own limit on a silent socket; behind our watch, for the day that nobody watches. */
const SOCKET_LIMIT_MICROSECONDS = 10_000_000;

/** Throws `unavailable` when ffmpeg cannot be started. */
export async function runReader(options: ReaderOptions): Promise<ReaderEnd> {
  const { clock, signal } = options;
  const session = new AbortController();
  const stop = AbortSignal.any([signal, session.signal]);
  const able = await options.ffmpeg.abilities();
  const onlooker = options.onlooker?.() ?? null;
  let stream: StreamLine | null = null;
  let isRenewed = false;
  // Without a picture ffmpeg never begins to write, and looks as silent as a camera may be.
  let isUndecodable = false;
  const renew = (): void => {
    isRenewed = true;
    session.abort();
  };
  const onUnit = (unit: CutUnit, number: number): void => {
    isUndecodable = false;
    options.onUnit(unit, number);
  };
  const intake = onlooker
    ? createWholeIntake({ ...options, onUnit, onClockSetBack: renew }, onlooker, stop)
    : createIntake(options, stop);

  const run: FfmpegRun = await options.ffmpeg.start({
    ...toJob(options, able, onlooker),
    onLine: (line) => {
      if (onlooker && tellsOfDamage(line)) {
        isUndecodable = true;
        onlooker.onDamage();
      }
      if (stream) return;
      stream = parseStreamLine(line);
      if (stream && isForeign(stream)) session.abort();
      else if (stream && options.onStream?.(stream) === "renew") renew();
    },
    onBytes: (bytes) => {
      if (!intake.push(bytes)) run.stdout.destroy();
    },
    signal: stop,
  });
  run.stdin.end(able.scriptOptions ? toScript(options.place, options.probing, able) : "");
  run.stdout.on("end", intake.flush);
  const falling = watchSilence(() => intake.lastByteAtMs, { clock, signal: stop });
  const silent = await Promise.race([run.ended.then(() => false), falling]);
  session.abort();
  const silence = isUndecodable ? UNDECODABLE : SILENT;
  if (silent && !signal.aborted && !isRenewed) options.onSilent?.(silence);
  const end = await run.ended;
  if (signal.aborted) return { type: "stopped" };
  if (isRenewed) return { type: "renewed" };
  if (silent) return { type: "failed", tryPatiently: false, complaint: silence, lines: [] };
  return toReaderEnd(end, stream);
}

function toReaderEnd(end: FfmpegEnd, stream: StreamLine | null): ReaderEnd {
  const failed = { type: "failed" as const, tryPatiently: false };
  const { lines } = end;
  if (stream && isForeign(stream)) {
    return { ...failed, complaint: unsupported(stream.codec), lines };
  }
  const complaint = toComplaint({ ...end, sawStream: stream !== null });
  return { ...failed, complaint, tryPatiently: lacksSize(lines), lines };
}

function isForeign({ codec }: StreamLine): boolean {
  return codec !== "h264" && codec !== "h265";
}

/**
 * Cuts what comes, until the session is over: what it says after that would make a lost camera look
 * alive.
 */
function createIntake({ clock, onUnit }: ReaderOptions, stop: AbortSignal) {
  const cutter = createUnitCutter();
  let lastByteAtMs = clock.monotonic();
  const isOver = watchAborted(stop);

  return {
    /** False when this is no video that can be cut. */
    push(bytes: Buffer): boolean {
      if (isOver()) return true;
      lastByteAtMs = clock.monotonic();
      const arrival = { capturedAt: clock.now(), timestampMs: lastByteAtMs };
      for (const unit of cutter.push(bytes, arrival)) onUnit(unit);
      return cutter.codec !== null || cutter.bytesSkipped <= UNKNOWN_BYTES_MAX;
    },
    flush(): void {
      if (isOver()) return;
      for (const unit of cutter.flush()) onUnit(unit);
    },
    get lastByteAtMs() {
      return lastByteAtMs;
    },
  };
}

/** So much without a parameter set is no video that can be cut. */
const UNKNOWN_BYTES_MAX = 4 * 1024 * 1024;

/** True once the camera was silent for too long, false when the session ended before. */
async function watchSilence(
  lastByteAtMs: () => number,
  options: { clock: Clock; signal: AbortSignal },
): Promise<boolean> {
  const { clock, signal } = options;
  while (!signal.aborted) {
    const dueInMs = lastByteAtMs() + SILENCE_MS - clock.monotonic();
    if (dueInMs <= 0) return true;
    // No byte can make it due any earlier. Rejects on abort alone, which the loop looks at next.
    await clock.sleep(Math.ceil(dueInMs), { signal }).catch(() => {});
  }
  return false;
}

/**
 * With a script on stdin the address, and the login in it, never shows among the arguments, which
 * every user of the box can read. ffmpeg 4.4 cannot; there the address is an argument.
 */
function toJob(
  { place, probing }: Pick<ReaderOptions, "place" | "probing">,
  able: FfmpegAbilities,
  onlooker: Onlooker | null,
): Pick<FfmpegJob, "input" | "outputOptions"> {
  const allowed = place.scheme === "rtsps" ? "tcp,udp,rtp,tls" : "tcp,udp,rtp";
  const looking = toPairs(probingOptions(probing)).flatMap(([name, value]) => [`-${name}`, value]);
  const script = ["-f", "concat", "-safe", "0", "-protocol_whitelist", `pipe,${allowed}`];
  const direct = ["-f", "rtsp", "-protocol_whitelist", allowed, "-nostdin"];
  const input = able.scriptOptions
    ? {
        source: "pipe:0",
        options: [...script, "-format_whitelist", "concat,rtsp", ...looking],
      }
    : {
        source: place.href,
        options: [
          ...direct,
          ...toPairs({ ...rtspOptions(able), ...probingOptions(probing) }).flatMap(
            ([name, value]) => [`-${name}`, value],
          ),
        ],
      };
  // Raw video passes the Annex B of both codecs as it is; the parameter sets in front of every key
  // frame make each group of pictures decodable by itself.
  const copying = ["-map", "0:v:0", "-c:v", "copy", "-bsf:v", "dump_extra=freq=keyframe"];
  const decoding = onlooker ? WHOLE_INPUT : [];
  return {
    input: { ...input, options: ["-loglevel", "repeat+info", ...decoding, ...input.options] },
    outputOptions: onlooker
      ? toWholeOutput(onlooker.luma, able)
      : [...copying, "-flush_packets", "1", "-f", "rawvideo"],
  };
}

/** The address policy refuses quotes and line ends, so the address cannot leave its quotes. */
function toScript(place: CameraPlace, probing: Probing, able: FfmpegAbilities): string {
  const options = toPairs({ ...rtspOptions(able), ...probingOptions(probing) });
  const lines = options.map(([name, value]) => `option ${name} ${value}`);
  return ["ffconcat version 1.0", `file '${place.href}'`, ...lines, ""].join("\n");
}

function rtspOptions(able: FfmpegAbilities): Record<string, string> {
  return {
    rtsp_transport: "tcp",
    allowed_media_types: "video",
    ...(able.socketTimeout && { [able.socketTimeout]: String(SOCKET_LIMIT_MICROSECONDS) }),
  };
}

function probingOptions(probing: Probing): Record<string, string> {
  return probing === "quick"
    ? { analyzeduration: "0", probesize: "32", fpsprobesize: "0" }
    : { analyzeduration: "15000000", probesize: "8000000", fpsprobesize: "0" };
}

function toPairs(options: Record<string, string>): [name: string, value: string][] {
  return Object.entries(options);
}
