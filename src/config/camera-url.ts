/**
 * Which addresses a camera may have. ffmpeg opens files, pipes and whole option lists when an
 * "address" asks for it, so nothing but a plain rtsp:// or rtsps:// address gets past here.
 */
import { isIPv4, isIPv6 } from "node:net";

export type CameraUrl =
  | {
      ok: true;
      scheme: "rtsp" | "rtsps";
      /** A name or an address, without the brackets of IPv6. */
      host: string;
      port: number;
      hasLogin: boolean;
      /** The address as ffmpeg gets it, login included: never for a log, a message or an answer. */
      href: string;
    }
  | { ok: false; reason: string };

const LONGEST = 2048;

/** Pure and total: every text gets either a usable address or a sentence that says what to do. */
export function parseCameraUrl(text: string): CameraUrl {
  const characters = refuseCharacters(text);
  if (characters !== null) return { ok: false, reason: characters };

  const scheme = /^(rtsps?):\/\//i.exec(text)?.[1]?.toLowerCase() as "rtsp" | "rtsps" | undefined;
  if (scheme === undefined) {
    return refuse("must begin with rtsp:// or rtsps://; look for the RTSP address in the camera");
  }

  const rest = text.slice(scheme.length + "://".length);
  const authority = /^[^/?#]*/.exec(rest)?.[0] ?? "";
  const path = rest.slice(authority.length);
  const at = authority.lastIndexOf("@");
  const place = parsePlace(authority.slice(at + 1), scheme);
  if (typeof place === "string") return refuse(place);
  const option = refusePath(path);
  if (option !== null) return refuse(option);

  return { ok: true, scheme, ...place, hasLogin: at > 0, href: `${scheme}://${rest}` };
}

function refuse(reason: string): CameraUrl {
  return { ok: false, reason };
}

/**
 * Quotes, blanks and line ends could leave the line of the script that hands ffmpeg the address;
 * an encoded line end could leave the line of the RTSP request.
 */
function refuseCharacters(text: string): string | null {
  if (text.length > LONGEST) return `must not be longer than ${LONGEST} characters`;
  if (!/^[\x21-\x7e]*$/.test(text)) {
    return "must not contain blanks, line ends or letters beyond ASCII; percent-encode them";
  }
  if (/['"`\\<>^{|}]/.test(text)) {
    return "must not contain quotes, backslashes or any of < > ^ { | }; percent-encode them";
  }
  if (/%(?:[01][0-9a-f]|7f)/i.test(text)) return "must not contain encoded control characters";
  if (/%(?![0-9a-f]{2})/i.test(text)) return "has a % that is no encoding; write it as %25";
  return null;
}

function parsePlace(
  place: string,
  scheme: "rtsp" | "rtsps",
): { host: string; port: number } | string {
  const parts = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(place);
  const [, bracketed, plain, portText] = parts ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) {
    return "has a host that cannot be read; write IPv6 in [brackets]";
  }
  if (host === "") return "names no host";
  if (host.includes("%")) return "has a host with a zone or an encoding; write the plain address";
  if (!isHost(host, bracketed !== undefined)) {
    return "has a host that is neither a name nor an address";
  }

  const port = portText === undefined ? usualPort(scheme) : parsePort(portText);
  if (port === null) {
    return "has a port that is not a number from 1 to 65535; percent-encode / ? # in a password";
  }
  return { host, port };
}

function isHost(host: string, bracketed: boolean): boolean {
  if (bracketed) return isIPv6(host) && host !== "::";
  // A name of digits and dots alone is an address, and then a valid one.
  if (/^[\d.]+$/.test(host)) return isIPv4(host) && host !== "0.0.0.0";
  return host.length <= 253 && /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?$/i.test(host);
}

function usualPort(scheme: "rtsp" | "rtsps"): number {
  return scheme === "rtsp" ? 554 : 322;
}

function parsePort(text: string): number | null {
  if (!/^\d{1,5}$/.test(text)) return null;
  const port = Number(text);
  return port >= 1 && port <= 65535 ? port : null;
}

/** ffmpeg takes these words out of the query and changes its transport; the daemon decides that. */
const FFMPEG_WORDS = new Set(["udp", "multicast", "tcp", "http", "https", "filter_src", "listen"]);

function refusePath(path: string): string | null {
  const query = path.slice(path.lastIndexOf("?") + 1);
  if (!path.includes("?")) return null;
  const word = query.split("&").find((part) => FFMPEG_WORDS.has(part.toLowerCase()));
  return word === undefined ? null : `must not carry ffmpeg's option "${word}"; remove it`;
}

/** What a login is shown as. */
const HIDDEN = "***";

/**
 * The address with the login of the one before, where it has none of its own and leads to the same
 * door: to any other a login is never sent unasked.
 */
export function keepLogin(text: string, before: string): string {
  const shown = text.replace(`://${HIDDEN}@`, "://");
  const [next, last] = [parseCameraUrl(shown), parseCameraUrl(before)];
  if (!next.ok || !last.ok || next.hasLogin || !last.hasLogin) return shown;
  const isSameDoor =
    next.scheme === last.scheme && next.host === last.host && next.port === last.port;
  if (!isSameDoor) return shown;
  const authority = /^rtsps?:\/\/([^/?#]*)@/i.exec(last.href)?.[1] ?? "";
  return shown.replace("://", () => `://${authority}@`);
}
