import type { CameraOptions } from "../../src/camera/camera.ts";
import type { Camera, CameraState, CameraStatus, Frame } from "../../src/camera/frame.ts";

export interface ScriptedCamera {
  /** For `Given.createCamera`. */
  create(options: CameraOptions): Camera;
  /** The camera says so, as it does when the world changes. */
  turn(state: CameraState, reason?: string): void;
}

/** A camera that plays a scene by the appliance's clock, and decodes stills out of its frames. */
export function createScriptedCamera(scene: readonly Frame[]): ScriptedCamera {
  let tell: ((state: CameraState, reason: string | null) => void) | null = null;

  return {
    turn: (state, reason) => tell?.(state, reason ?? null),
    create(options) {
      const { id, clock } = options;
      let status: CameraStatus = {
        cameraId: id,
        state: "connecting",
        reason: null,
        since: clock.now(),
        codec: "h264",
        width: scene[0]?.width ?? null,
        height: scene[0]?.height ?? null,
        framesPerSecond: 5,
        lastFrameAt: null,
        framesSeen: 0,
        framesDropped: 0,
        unitsDamaged: 0,
        connections: 1,
        decoding: { mode: "full", now: "watching", reason: null },
      };
      tell = (state, reason) => {
        status = { ...status, state, reason, since: clock.now() };
        options.onState(status);
      };
      let newest: Frame | null = null;

      return {
        id,
        status: () => status,
        watchClosely: () => {},
        still: async (frame) => toStill(frame),
        latestStill: async () => newest && toStill(newest),
        async *frames(signal) {
          tell?.("online", null);
          const startedMs = clock.monotonic();
          for (const frame of scene) {
            const dueMs = startedMs + frame.timestampMs - clock.monotonic();
            await clock.sleep(Math.max(0, dueMs), { signal }).catch(() => {});
            if (signal.aborted) return;
            const sequence = status.framesSeen + 1;
            newest = { ...frame, sequence, cameraId: id, capturedAt: clock.now() };
            status = { ...status, framesSeen: sequence };
            yield newest;
          }
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
        },
      };
    },
  };
}

function toStill({ width, height, luma }: Frame) {
  return {
    width,
    height,
    rgb: Uint8Array.from({ length: luma.length * 3 }, (_, i) => luma[Math.floor(i / 3)] ?? 0),
  };
}
