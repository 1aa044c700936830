import { createLog } from "../../src/base/log.ts";
import { type CameraOptions, createCamera } from "../../src/camera/camera.ts";
import type { Camera, CameraStatus, Frame } from "../../src/camera/frame.ts";

export interface WatchedCamera {
  readonly camera: Camera;
  readonly frames: readonly Frame[];
  readonly states: readonly CameraStatus[];
  /** All that was logged, down to debug. */
  readonly logged: () => string;
  /** The first frame after now that fits. */
  untilFrame(fits?: (frame: Frame) => boolean): Promise<Frame>;
  /** Resolves when the camera is in that state. */
  untilState(state: CameraStatus["state"]): Promise<CameraStatus>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A camera whose frames are taken as they come, with everything it says kept for the test. */
export function watchCamera(
  given: Partial<CameraOptions> & Pick<CameraOptions, "url" | "ffmpeg" | "clock">,
): WatchedCamera {
  const stop = new AbortController();
  const frames: Frame[] = [];
  const states: CameraStatus[] = [];
  const waiting = new Set<() => void>();
  let text = "";
  const notice = (): void => {
    for (const look of [...waiting]) look();
  };
  const camera = createCamera({
    id: "yard",
    detailUrl: null,
    decoding: "full",
    glance: () => "calm",
    luma: { width: 160, height: 96, framesPerSecond: 10 },
    log: createLog({
      level: "debug",
      destination: {
        write: (line) => {
          text += line;
        },
      },
    }),
    onState: (status) => {
      states.push(status);
      notice();
    },
    ...given,
  });
  const until = <T>(find: () => T | undefined): Promise<T> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  const running = (async () => {
    for await (const frame of camera.frames(stop.signal)) {
      frames.push(frame);
      notice();
    }
  })();

  return {
    camera,
    frames,
    states,
    logged: () => text,
    untilFrame(fits = () => true) {
      const from = frames.length;
      return until(() => frames.slice(from).find(fits));
    },
    untilState: (state) =>
      until(() => (camera.status().state === state ? camera.status() : undefined)),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
