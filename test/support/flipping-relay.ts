import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A copy with so large a share of its bytes changed, each in one bit. */
export function flipBits(whole: Buffer, share: number, random: () => number): Buffer {
  const bytes = Buffer.from(whole);
  for (const [at, byte] of bytes.entries()) {
    if (random() < share) bytes[at] = byte ^ (1 << Math.floor(random() * 8));
  }
  return bytes;
}

export interface FlippingRelay extends AsyncDisposable {
  readonly port: number;
  /** From now on; 0 is a good line. */
  flip(share: number): void;
}

const FRAME_HEAD_BYTES = 4;
const FRAME_MARK = 0x24;
const RTP_HEAD_BYTES = 12;

/**
 * A line to an RTSP server that flips bits of the video, also of its RTP heads, and leaves the RTSP
 * texts and the framing between them alone, as a camera with bad memory would.
 */
export async function openFlippingRelay(options: {
  target: number;
  random: () => number;
}): Promise<FlippingRelay> {
  let share = 0;
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    const far = connect(options.target, "127.0.0.1");
    for (const socket of [near, far]) keep(socket);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
    near.pipe(far);
    let rest: Buffer = Buffer.alloc(0);
    far.on("data", (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      for (;;) {
        const length = firstLength(rest);
        if (length === 0 || length > rest.length) break;
        const piece = rest.subarray(0, length);
        rest = rest.subarray(length);
        near.write(piece[0] === FRAME_MARK ? spoil(piece, share, options.random) : piece);
      }
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");

  return {
    port: (server.address() as AddressInfo).port,
    flip(wanted) {
      share = wanted;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Of the frame or text at the beginning; 0 while that cannot be told. */
function firstLength(bytes: Buffer): number {
  if (bytes[0] === FRAME_MARK) {
    return bytes.length < FRAME_HEAD_BYTES ? 0 : FRAME_HEAD_BYTES + bytes.readUInt16BE(2);
  }
  const mark = bytes.indexOf(FRAME_MARK);
  return mark === -1 ? bytes.length : mark;
}

function spoil(frame: Buffer, share: number, random: () => number): Buffer {
  // One in four frames may have its RTP head spoiled, too.
  const kept = FRAME_HEAD_BYTES + (random() < 0.25 ? 0 : RTP_HEAD_BYTES);
  return Buffer.concat([frame.subarray(0, kept), flipBits(frame.subarray(kept), share, random)]);
}
