/** A camera of the world: it sees people walk by, and breaks. */
import type { CameraOptions } from "../../src/camera/camera.ts";
import type { Camera, CameraState, CameraStatus, Frame } from "../../src/camera/frame.ts";
import { VIEW, type View } from "./scenery.ts";
import type { World } from "./world.ts";

export type CameraCondition =
  | "well"
  | "offline"
  | "stalled"
  /** It repeats its last picture. */
  | "frozen"
  | "noisy"
  /** Full pictures cannot be had. */
  | "no stills"
  | "failing stills";

export interface SimulatedCamera {
  readonly id: string;
  condition: CameraCondition;
  /** Somebody walks by. */
  walk(): void;
  /** The stream's clock jumps ahead. */
  jump(durationMs: number): void;
  /** For `Given.createCamera`. */
  create(options: CameraOptions): Camera;
}

const FRAME_MS = 1000 / VIEW.framesPerSecond;
/** While nothing moves hardly more than key frames come. */
const QUIET_MS = 10_000;
/** After each picture in which something moved. */
const CLOSELY_MS = 4_000;
const AWAY_MS = 1_000;
const SETTLING_FRAMES = 5;
const STILL_MS = 300;

export function createSimulatedCamera(id: string, view: View, world: World): SimulatedCamera {
  const { loop, random } = world;
  let walk: { way: readonly Uint8Array[]; beganMs: number } | null = null;
  let jumpedMs = 0;
  let wake: () => void = () => {};
  let last = view.quiet[0] ?? new Uint8Array(0);

  const look = (): Uint8Array => {
    if (camera.condition === "frozen") return last;
    if (camera.condition === "noisy") return last.map(() => Math.floor(random() * 256));
    const at = walk ? Math.floor((loop.monotonic() - walk.beganMs) / FRAME_MS) : -1;
    const seen = walk?.way[at];
    if (!seen) walk = null;
    last = seen ?? view.quiet[Math.floor(random() * view.quiet.length)] ?? last;
    return last;
  };
  const camera: SimulatedCamera = {
    id,
    condition: "well",
    walk() {
      const way = view.walks[Math.floor(random() * view.walks.length)] ?? [];
      walk ??= { way, beganMs: loop.monotonic() };
      wake();
    },
    jump(durationMs) {
      jumpedMs += durationMs;
    },
    create(options) {
      const { clock } = options;
      let status = toFirstStatus(id, clock.now());
      let sequence = 0;
      let closelyUntilMs = 0;
      const tell = (state: CameraState, reason: string | null): void => {
        if (state === status.state) return;
        status = { ...status, state, reason, since: clock.now() };
        options.onState(status);
      };
      const rest = async (durationMs: number, signal: AbortSignal): Promise<void> => {
        const cut = new AbortController();
        wake = () => cut.abort();
        const either = AbortSignal.any([signal, cut.signal]);
        await clock.sleep(durationMs, { signal: either }).catch(() => {});
      };
      const still = async (frame: Frame) => {
        await clock.sleep(random() * STILL_MS, { signal: new AbortController().signal });
        if (camera.condition === "failing stills") throw new Error("ffmpeg broke");
        return camera.condition === "no stills" ? null : toStill(frame);
      };
      let newest: Frame | null = null;
      return {
        id,
        status: () => status,
        watchClosely() {
          closelyUntilMs = loop.monotonic() + CLOSELY_MS;
        },
        still,
        latestStill: async () => newest && still(newest),
        async *frames(signal) {
          let settling = SETTLING_FRAMES;
          const waitForPictures = async (): Promise<void> => {
            while (isAway(camera.condition) && !signal.aborted) {
              tell(camera.condition, "The camera gives no pictures.");
              settling = SETTLING_FRAMES;
              await rest(AWAY_MS, signal);
            }
            tell("online", null);
          };
          while (!signal.aborted) {
            await waitForPictures();
            sequence += 1;
            newest = {
              ...{ cameraId: id, sequence, unit: sequence, width: VIEW.width, height: VIEW.height },
              ...{ capturedAt: clock.now(), timestampMs: clock.monotonic() + jumpedMs },
              ...{ luma: look().slice(), settling: settling > 0 },
            };
            status = { ...status, framesSeen: sequence, lastFrameAt: clock.now() };
            settling -= 1;
            yield newest;
            const isClose = settling > 0 || loop.monotonic() < closelyUntilMs;
            await rest(walk || isClose ? FRAME_MS : QUIET_MS, signal);
          }
        },
      };
    },
  };
  return camera;
}

function isAway(condition: CameraCondition): condition is "offline" | "stalled" {
  return condition === "offline" || condition === "stalled";
}

function toFirstStatus(cameraId: string, since: number): CameraStatus {
  return {
    ...{ cameraId, state: "connecting", reason: null, since, codec: "h264" },
    ...{ width: VIEW.width, height: VIEW.height, framesPerSecond: VIEW.framesPerSecond },
    ...{ lastFrameAt: null, framesSeen: 0, framesDropped: 0, unitsDamaged: 0, connections: 1 },
    decoding: { mode: "full", now: "watching", reason: null },
  };
}

/** Every so many-th point each way: nobody looks closely. */
const COARSE = 3;

function toStill({ width: across, height: down, luma }: Frame) {
  const [width, height] = [Math.floor(across / COARSE), Math.floor(down / COARSE)];
  const rgb = new Uint8Array(width * height * 3);
  for (let point = 0; point < width * height; point += 1) {
    const row = Math.floor(point / width) * COARSE;
    rgb.fill(luma[row * across + (point % width) * COARSE] ?? 0, point * 3, point * 3 + 3);
  }
  return { width, height, rgb };
}
