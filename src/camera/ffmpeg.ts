/**
 * The only door to fluent-ffmpeg. The library builds the arguments and minds the process; what it
 * does badly (it remembers answers for ever, throws when the program is missing, tells logins in
 * its errors) is replaced command by command in `guard`.
 */
import type { ChildProcess, SpawnOptions, StdioOptions } from "node:child_process";
import type { Readable, Writable } from "node:stream";

import createCommand from "fluent-ffmpeg";

import { type Clock, systemClock } from "../base/clock.ts";
import { ApplianceError, toSentence } from "../base/errors.ts";
import { redactUrls } from "../base/log.ts";
import {
  askFfmpeg,
  CHILD_ENVIRONMENT,
  type FfmpegAbilities,
  isProgram,
  missing,
} from "./ffmpeg-abilities.ts";
import { type Outlet, openOutlet } from "./outlet.ts";

export interface Ffmpeg {
  /**
   * What the program can do. Asked once and kept; after a miss it is asked again each time, so an
   * ffmpeg that is installed later is found. Throws `unavailable` with what to do.
   */
  abilities(): Promise<FfmpegAbilities>;
  /** Throws `unavailable` when the program cannot be started; how it ends is in `ended`. */
  start(job: FfmpegJob): Promise<FfmpegRun>;
}

export interface FfmpegJob {
  input: { source: string; options: readonly string[] };
  /** Goes to stdout, or to a descriptor of its own where `onBytes` gets it. */
  outputOptions: readonly string[];
  /** Each line of stderr, logins scrubbed. */
  onLine?: (line: string) => void;
  /**
   * Gets the whole output, at the least cost: for what runs all day. The bytes are only lent; when
   * this returns, others are written in their place. What a maker's decoder prints on stdout is
   * not among them.
   */
  onBytes?: (bytes: Buffer) => void;
  /** Ends the process: asked first, killed two seconds later. */
  signal: AbortSignal;
}

export interface FfmpegRun {
  readonly pid: number;
  readonly stdin: Writable;
  /** Only tells its end where `onBytes` gets the bytes. */
  readonly stdout: Readable;
  /** When the process is gone and its output is read to the end. Never rejects. */
  readonly ended: Promise<FfmpegEnd>;
}

export interface FfmpegEnd {
  /** Null when a signal ended it. 0 is no success: a camera that hangs up gives 0 as well. */
  code: number | null;
  endedBy: NodeJS.Signals | null;
  /** The last lines of stderr, logins scrubbed. */
  lines: readonly string[];
}

const KILL_AFTER_MS = 2_000;
const LINES_KEPT = 40;
const LINE_LENGTH_MAX = 400;
/** More than a small picture and most units, so that each comes in one piece. */
const LENT_BYTES = 64 * 1024;

/** Does no IO: an ffmpeg that is missing shows when it is needed, and nothing else suffers. */
export function createFfmpeg(options: { path: string | null; clock?: Clock }): Ffmpeg {
  const clock = options.clock ?? systemClock;
  const lent = Buffer.allocUnsafeSlow(LENT_BYTES);
  let known: Promise<FfmpegAbilities> | null = null;

  const abilities = async (): Promise<FfmpegAbilities> => {
    known ??= askFfmpeg(options.path);
    try {
      return await known;
    } catch (error) {
      known = null;
      throw error;
    }
  };
  return {
    abilities,
    async start(job) {
      const able = await abilities();
      if (!(await isProgram(able.path))) {
        known = null;
        throw missing(able.path);
      }
      const { onBytes } = job;
      const outlet = onBytes
        ? await openOutlet({ buffer: lent, onBytes }).catch((error: unknown) => {
            throw unstartable(error);
          })
        : null;
      return startCommand(job, { able, clock, outlet });
    },
  };
}

/** The same, asked at once. Throws `unavailable` with what to do. */
export async function probeFfmpeg(options: { path: string | null }): Promise<Ffmpeg> {
  const ffmpeg = createFfmpeg(options);
  await ffmpeg.abilities();
  return ffmpeg;
}

interface Surroundings {
  able: FfmpegAbilities;
  clock: Clock;
  outlet: Outlet | null;
}

function startCommand(job: FfmpegJob, { able, clock, outlet }: Surroundings): Promise<FfmpegRun> {
  const started = Promise.withResolvers<FfmpegRun>();
  const lines: string[] = [];

  // Never a listener for "progress": it makes the library open the camera a second time.
  const command = createCommand({ stdoutLines: LINES_KEPT })
    .input(job.input.source)
    .inputOptions(["-hide_banner", "-nostats", ...job.input.options])
    .outputOptions([...job.outputOptions])
    .output(outlet ? "pipe:3" : "pipe:1")
    .on("stderr", (text: string) => {
      if (text.trim() === "") return;
      const line = redactUrls(text).slice(0, LINE_LENGTH_MAX);
      lines.push(line);
      if (lines.length > LINES_KEPT) lines.shift();
      job.onLine?.(line);
    })
    .on("end", () => finish(null))
    .on("error", (error: unknown) => finish(error));

  const finish = (error: unknown): void => {
    outlet?.theirs.destroy();
    // Too late to matter once the process runs; before, it says why there is none.
    started.reject(unstartable(error));
  };
  guard(command, { able, outlet }, (spawned) => {
    outlet?.theirs.destroy();
    const { pid, stdin } = spawned;
    const stdout = outlet?.ours ?? spawned.stdout;
    if (pid === undefined || !stdin || !stdout) return;
    const ended = untilEnded(spawned, stdout, lines);
    // A pipe whose other end died says so in `ended`.
    for (const pipe of [stdin, stdout]) pipe.on("error", () => {});
    started.resolve({ pid, stdin, stdout, ended });
    endWithSignal(spawned, { signal: job.signal, ended, clock });
  });
  try {
    command.run();
  } catch (error) {
    // Without a file left to open there are no pipes, which the library takes for granted. It tells of the
    // failure as well, later, when nobody would wait for it any more.
    finish(error);
  }
  return started.promise;
}

function unstartable(error: unknown): ApplianceError {
  return new ApplianceError("unavailable", "ffmpeg cannot be started. Is there memory left?", {
    details: { why: redactUrls(toSentence(error)) },
  });
}

/** The library tells the end at exit; the last of stdout may come later. */
async function untilEnded(
  child: ChildProcess,
  stdout: Readable,
  lines: readonly string[],
): Promise<FfmpegEnd> {
  const isRead = new Promise<void>((resolve) => stdout.once("close", resolve));
  const end = await new Promise<FfmpegEnd>((resolve) => {
    child.once("close", (code, endedBy) => resolve({ code, endedBy, lines }));
  });
  await isRead;
  return end;
}

/** The private parts of a command that the guard replaces (fluent-ffmpeg 2.1.3, processor.js). */
interface Innards {
  _getFfmpegPath(done: (error: unknown, path: string) => void): void;
  _checkCapabilities(done: (error?: unknown) => void): void;
  availableEncoders(done: (error: unknown, encoders: object) => void): void;
  _spawnFfmpeg(args: string[], options: SpawnOptions, onChild: OnChild, onEnd: OnEnd): void;
}

type LinesRing = { get(): string; callback(line: (text: string) => void): void };
type OnChild = (child: ChildProcess, out: LinesRing, lines: LinesRing) => void;
type OnEnd = (error: unknown, out: LinesRing, lines: LinesRing) => void;

const noLines: LinesRing = { get: () => "", callback: () => {} };

function guard(
  command: unknown,
  { able, outlet }: Pick<Surroundings, "able" | "outlet">,
  onSpawned: (child: ChildProcess) => void,
): void {
  const innards = command as Innards;
  const spawn = innards._spawnFfmpeg.bind(command);
  const [program, ...before] =
    able.leash === null ? [able.path] : [able.leash, "--pdeathsig", "KILL", "--", able.path];

  // The library looks these up once per process and keeps even a wrong answer; ours is known.
  innards._getFfmpegPath = (done) => done(null, program ?? able.path);
  innards._checkCapabilities = (done) => done();
  innards.availableEncoders = (done) => done(null, {});
  // It would give the child the daemon's environment, keep its output in memory, and call back
  // without line rings when the child cannot be started, which then ends the whole daemon.
  const stdio: StdioOptions = outlet
    ? ["pipe", "ignore", "pipe", outlet.theirs]
    : ["pipe", "pipe", "pipe"];
  innards._spawnFfmpeg = (args, options, onChild, onEnd) =>
    spawn(
      [...before, ...args],
      { ...options, captureStdout: false, env: CHILD_ENVIRONMENT, stdio } as SpawnOptions,
      (child, out, lines) => {
        onChild(child, out, lines);
        onSpawned(child);
      },
      (error, out, lines) => onEnd(error, out ?? noLines, lines ?? noLines),
    );
}

function endWithSignal(
  child: ChildProcess,
  until: { signal: AbortSignal; ended: Promise<unknown>; clock: Clock },
): void {
  const gone = new AbortController();
  const stop = (): void => {
    child.kill("SIGTERM");
    // Owned by the process: it rejects when that has ended, and then there is nothing to kill.
    void until.clock.sleep(KILL_AFTER_MS, { signal: gone.signal }).then(
      () => child.kill("SIGKILL"),
      () => {},
    );
  };
  if (until.signal.aborted) stop();
  else until.signal.addEventListener("abort", stop, { once: true, signal: gone.signal });
  // Owned by the process as well: `ended` never rejects.
  void until.ended.then(() => gone.abort());
}
