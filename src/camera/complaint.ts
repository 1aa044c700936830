/**
 * What ffmpeg's words mean for a camera. Pure. The words are scrubbed before they come here, and no
 * sentence made here repeats them: what an operator reads says what to do.
 */
import type { CameraState } from "./frame.ts";

export interface Complaint {
  state: Extract<
    CameraState,
    "offline" | "auth_failed" | "config_error" | "ffmpeg_crashed" | "stalled" | "ffmpeg_missing"
  >;
  /** One plain sentence. */
  reason: string;
}

export interface StreamLine {
  codec: string;
  width: number | null;
  height: number | null;
}

/** Reads `Stream #0:0: Video: h264 (High), yuv420p(progressive), 640x360 [SAR 1:1 ...`. */
export function parseStreamLine(line: string): StreamLine | null {
  const found = /Stream #\d+:\d+.*?: Video: ([a-z0-9_]+)(.*)/.exec(line);
  if (!found) return null;
  const size = /, (\d{1,5})x(\d{1,5})(?:[ ,]|$)/.exec(found[2] ?? "");
  return {
    codec: found[1] === "hevc" ? "h265" : String(found[1]),
    width: size ? Number(size[1]) : null,
    height: size ? Number(size[2]) : null,
  };
}

/** The stream's size is only told inside it; ffmpeg must be given time to look. */
export function lacksSize(lines: readonly string[]): boolean {
  return lines.some((line) => /dimensions not set|unspecified size/i.test(line));
}

const rules: readonly [words: RegExp, complaint: Complaint][] = [
  [
    /\b(?:401 Unauthorized|403 Forbidden|authorization failed|access denied)/i,
    {
      state: "auth_failed",
      reason: "The camera refused the login; correct the user and the password in its address.",
    },
  ],
  [
    /\b(?:404 Not Found|451 |454 |400 Bad Request|405 )/i,
    {
      state: "config_error",
      reason: "The camera knows no such stream; correct the path in its address.",
    },
  ],
  [
    /\b461 |Nonmatching transport/i,
    {
      state: "config_error",
      reason: "The camera does not send over TCP; switch RTSP over TCP on in the camera.",
    },
  ],
  [
    /matches no streams|does not contain any stream|Unable to find a suitable|no video/i,
    {
      state: "config_error",
      reason: "The address leads to a stream without video; choose another stream of the camera.",
    },
  ],
  [
    /Connection refused|No route to host|Network is unreachable|Host is down/i,
    {
      state: "offline",
      reason: "The camera cannot be reached; check its power, its cable and its address.",
    },
  ],
  [
    /Failed to resolve hostname|Name or service not known/i,
    {
      state: "offline",
      reason: "The camera's name is unknown to the network; check the name or use its address.",
    },
  ],
  [
    /timed out|5\d\d (?:Internal|Service|Server)|Server returned 5|reset by peer|Broken pipe/i,
    { state: "offline", reason: "The camera broke the connection off; check its power and load." },
  ],
  [
    /Protocol .* not on whitelist|not on whitelist/i,
    {
      state: "config_error",
      reason: "The address leads away from RTSP, which is not allowed; correct the address.",
    },
  ],
  [
    /Invalid data found when processing input|Protocol not found|certificate|TLS/i,
    {
      state: "config_error",
      reason: "What answers there does not speak RTSP; correct the host and the port.",
    },
  ],
];

const HUNG_UP: Complaint = {
  state: "offline",
  reason: "The camera closed the connection; it is tried again until it is back.",
};

const CRASHED: Complaint = {
  state: "ffmpeg_crashed",
  reason: "ffmpeg ended by itself; check the installed ffmpeg package and the free memory.",
};

/** Why a session ended that nobody stopped. `sawStream`: it had got as far as the stream. */
export function toComplaint(end: {
  code: number | null;
  endedBy: string | null;
  lines: readonly string[];
  sawStream: boolean;
}): Complaint {
  if (end.endedBy !== null) return CRASHED;
  if (end.sawStream) return HUNG_UP;
  const text = end.lines.join("\n");
  const rule = rules.find(([words]) => words.test(text));
  if (rule) return rule[1];
  // ffmpeg that really tried says something; one that ends without a word is not ffmpeg.
  return end.lines.length > 0 ? HUNG_UP : CRASHED;
}

export function unsupported(codec: string): Complaint {
  return {
    state: "config_error",
    reason: `The camera sends ${codec}; set the stream to H.264 or H.265 in the camera.`,
  };
}

export const SILENT: Complaint = {
  state: "stalled",
  reason: "The camera is connected but sends nothing; restart it if this lasts.",
};

/** Of a camera that is online all the same. */
export const DAMAGED =
  "The camera's video arrives damaged; check its network and its load, or lower its bit rate.";

export const UNDECODABLE: Complaint = {
  state: "config_error",
  reason: "The camera sends video that cannot be decoded; choose plain H.264 or H.265 in it.",
};
