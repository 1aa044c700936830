/**
 * What the service manager is told: that the box is ready, how it is in a sentence, and, as long as it
 * really works, that it need not be restarted. A loop that hangs tells nothing, and neither does one
 * that waits for the disk for ever: each write of the store is waited for on the spot. What no restart
 * could mend (a camera that is off, a model that is away, a full disk) is no reason for one.
 */
import type { Clock } from "../base/clock.ts";
import { isAbort } from "../base/errors.ts";
import type { Service } from "../base/lifecycle.ts";
import type { NotifySocket } from "../base/notify-socket.ts";
import type { CameraStatus } from "../camera/frame.ts";

export interface SupervisionPorts {
  clock: Clock;
  socket: NotifySocket;
  /** WATCHDOG_USEC; null where nobody watches. */
  watchdogMs: number | null;
  cameras(): readonly Pick<CameraStatus, "cameraId" | "state" | "framesSeen">[];
  /** Jobs that wait for the model. */
  waiting(): number;
}

/** A camera that is said to be online is given up by its own watch long before. */
const FRAMES_MISSED_MS_MAX = 120_000;
const BEAT_MS_MAX = 10_000;

export function createSupervision(ports: SupervisionPorts): Service {
  const { clock, socket, watchdogMs } = ports;
  const beatMs = Math.min(BEAT_MS_MAX, (watchdogMs ?? BEAT_MS_MAX) / 3);

  return {
    name: "supervision",
    async run(signal) {
      const findStill = createStillnessWatch(ports);
      socket.tell({ READY: "1", STATUS: toStatus(ports) });
      try {
        for (;;) {
          await clock.sleep(beatMs, { signal });
          const still = findStill();
          if (still === null) socket.tell({ WATCHDOG: "1", STATUS: toStatus(ports) });
          else socket.tell({ STATUS: `${still} is said to be online, and gives no frame.` });
        }
      } catch (error) {
        if (!isAbort(error)) throw error;
      } finally {
        socket.tell({ STOPPING: "1", STATUS: "Stopping." });
      }
    },
  };
}

/** Answers a camera of which no frame has come for too long although it is online; null: none. */
function createStillnessWatch({ clock, cameras }: SupervisionPorts): () => string | null {
  let last = new Map<string, { frames: number; atMs: number }>();

  return () => {
    const nowMs = clock.monotonic();
    const online = cameras().filter(({ state }) => state === "online");
    last = new Map(
      online.map(({ cameraId, framesSeen: frames }) => {
        const before = last.get(cameraId);
        return [cameraId, before?.frames === frames ? before : { frames, atMs: nowMs }];
      }),
    );
    for (const [cameraId, { atMs }] of last) {
      if (nowMs - atMs > FRAMES_MISSED_MS_MAX) return cameraId;
    }
    return null;
  };
}

function toStatus({ cameras, waiting }: SupervisionPorts): string {
  const wanted = cameras().filter(({ state }) => state !== "disabled");
  const online = wanted.filter(({ state }) => state === "online");
  return `${online.length} of ${wanted.length} cameras online, ${waiting()} events wait for the model.`;
}
