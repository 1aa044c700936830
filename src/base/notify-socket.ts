/**
 * A word to the service manager (sd_notify(3)). The only door to koffi: Node has no datagram socket of
 * this family, and systemd believes nobody but the main process, so no helper program can say it.
 */
import { ApplianceError } from "./errors.ts";

export interface NotifySocket extends Disposable {
  /** Assignments, such as READY=1. Whoever does not listen any more is no failure. */
  tell(assignments: Readonly<Record<string, string>>): void;
}

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const PATH_BYTES_MAX = 107;

/** `path` is NOTIFY_SOCKET; one that begins with @ has no file. */
export async function openNotifySocket(path: string): Promise<NotifySocket> {
  const address = toAddress(path);
  const { default: koffi } = await import("koffi");
  const libc = koffi.load(null);
  const openSocket = libc.func("int socket(int, int, int)");
  const sendTo = libc.func(
    "long sendto(int, const void *, size_t, int, const void *, unsigned int)",
  );
  const closeSocket = libc.func("int close(int)");

  const socket = openSocket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) as number;
  if (socket < 0) throw new ApplianceError("internal", "No socket to the service manager.");
  return {
    tell(assignments) {
      const lines = Object.entries(assignments).map(([name, value]) => `${name}=${toLine(value)}`);
      const bytes = Buffer.from(lines.join("\n"));
      sendTo(socket, bytes, bytes.length, MSG_NOSIGNAL | MSG_DONTWAIT, address, address.length);
    },
    [Symbol.dispose]: () => void closeSocket(socket),
  };
}

/** struct sockaddr_un: the family, then the path. */
function toAddress(path: string): Buffer {
  const bytes = Buffer.from(path);
  if (!/^[/@]./.test(path) || bytes.length > PATH_BYTES_MAX) {
    throw new ApplianceError("invalid", "NOTIFY_SOCKET must be the path of a socket.");
  }
  if (path.startsWith("@")) bytes[0] = 0;
  const family = Buffer.alloc(2);
  family.writeUInt16LE(AF_UNIX);
  return path.startsWith("@")
    ? Buffer.concat([family, bytes])
    : Buffer.concat([family, bytes, Buffer.of(0)]);
}

/** A line's end would begin another assignment. */
function toLine(value: string): string {
  return value.replaceAll(/[\r\n]+/g, " ");
}
