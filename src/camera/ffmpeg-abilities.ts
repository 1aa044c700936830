/**
 * What the ffmpeg of this box can do. Options were renamed between 4.4 and 7, and a version number
 * says little about a patched build, so it is asked; nothing is guessed from the version.
 */
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";

import { ApplianceError } from "../base/errors.ts";

export interface FfmpegAbilities {
  /** Absolute. */
  path: string;
  version: string;
  /** The RTSP option that limits a silent socket, in microseconds; null when there is none. */
  socketTimeout: "timeout" | "stimeout" | null;
  /** Whether a concat script may carry options, which keeps a camera's login out of argv. */
  scriptOptions: boolean;
  /** How output frames are kept as they come: named anew in 5.1, the old name gone later. */
  frameMode: "-fps_mode" | "-vsync";
  /**
   * `setpriv`, which makes the kernel end a child with its parent; null where it is missing. A
   * child then still ends at its next write, or at its socket's limit.
   */
  leash: string | null;
}

/** Children get this and nothing else: no secret of the daemon reaches them. */
export const CHILD_ENVIRONMENT = { PATH: "/usr/local/bin:/usr/bin:/bin" };

const USUAL_FOLDERS = ["/usr/local/bin", "/usr/bin", "/bin", "/opt/ffmpeg/bin"];

/** Throws `unavailable` with what to do when there is no ffmpeg or it does not run. */
export async function askFfmpeg(wanted: string | null): Promise<FfmpegAbilities> {
  const path = await findProgram(wanted, "ffmpeg");
  if (path === null) throw missing(wanted);

  const banner = await askProgram(path, ["-hide_banner", "-version"]);
  const version = /^ffmpeg version (\S+)/m.exec(banner)?.[1];
  if (version === undefined) {
    throw new ApplianceError(
      "unavailable",
      `${path} does not run as ffmpeg. Install it again: apt-get install --reinstall ffmpeg.`,
    );
  }
  const [rtsp, script, general, leash] = await Promise.all([
    askProgram(path, ["-hide_banner", "-h", "demuxer=rtsp"]),
    askProgram(path, SCRIPT_QUESTION, SCRIPT),
    askProgram(path, ["-hide_banner", "-h", "long"]),
    findLeash(),
  ]);
  return {
    path,
    version,
    socketTimeout: parseSocketTimeout(rtsp),
    scriptOptions: !/unknown keyword/i.test(script),
    frameMode: /^-fps_mode\b/m.test(general) ? "-fps_mode" : "-vsync",
    leash,
  };
}

/** In 4.4 `-timeout` meant "wait for a caller", and `-stimeout` was what `-timeout` is since 5.0. */
export function parseSocketTimeout(help: string): "timeout" | "stimeout" | null {
  if (/^\s*-stimeout\b/m.test(help)) return "stimeout";
  return /^\s*-timeout\b.*microseconds/m.test(help) ? "timeout" : null;
}

export function missing(path: string | null): ApplianceError {
  return new ApplianceError(
    "unavailable",
    path === null
      ? "ffmpeg is not installed. Install it: apt-get install ffmpeg."
      : `There is no ffmpeg that can be run at ${path}. Install it: apt-get install ffmpeg.`,
  );
}

// Only pipe: is allowed here, so the script is parsed and then opens nothing.
const SCRIPT = "ffconcat version 1.0\nfile 'rtsp://127.0.0.1/'\noption rtsp_transport tcp\n";
const SCRIPT_QUESTION = ["-hide_banner", "-loglevel", "error"].concat(
  ["-f", "concat", "-safe", "0", "-protocol_whitelist", "pipe", "-i", "pipe:0"],
  ["-f", "null", "-"],
);

async function findLeash(): Promise<string | null> {
  const path = await findProgram(null, "setpriv");
  if (path === null) return null;
  const answer = await askProgram(path, ["--pdeathsig", "KILL", "--", "/bin/echo", "leashed"]);
  return answer.includes("leashed") ? path : null;
}

/** An own search, because the library remembers a miss for ever. */
async function findProgram(wanted: string | null, name: string): Promise<string | null> {
  const candidates =
    wanted === null ? USUAL_FOLDERS.map((folder) => `${folder}/${name}`) : [wanted];
  for (const candidate of candidates) {
    if (await isProgram(candidate)) return candidate;
  }
  return null;
}

export async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Everything the program says, whatever it exits with; an answer that does not come is empty. */
export function askProgram(path: string, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve) => {
    const options = { env: CHILD_ENVIRONMENT, timeout: 10_000, maxBuffer: 4 * 1024 * 1024 };
    const child = execFile(path, args, options, (_error, stdout, stderr) => {
      resolve(`${stdout}\n${stderr}`);
    });
    child.stdin?.on("error", () => {
      // A program that does not read its question has answered by ending.
    });
    child.stdin?.end(input);
  });
}
