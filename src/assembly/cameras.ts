/**
 * The cameras of this box with all that belongs to each: the reader, the detector, the trigger and
 * the recorder, joined to one pipeline. A disabled camera has none of them, only its place in the
 * list.
 */
import type { Clock } from "../base/clock.ts";
import type { Service } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";
import { createServiceGroup } from "../base/service-group.ts";
import type { CameraOptions } from "../camera/camera.ts";
import type { Ffmpeg } from "../camera/ffmpeg.ts";
import type { Camera, CameraState, CameraStatus, Frame, StillPicture } from "../camera/frame.ts";
import type { CameraConfig, MotionChanges, MotionConfig } from "../config/schema.ts";
import { createLevelMeter, type LevelPorts } from "../events/motion-level.ts";
import { createRecorder, type RecorderPorts } from "../events/recorder.ts";
import {
  createTamperRecorder,
  type TamperingPorts,
  type TamperRecorder,
  type WatchedCamera,
} from "../events/tampering.ts";
import type { Rehearsal } from "../motion/rehearsal.ts";
import type { RestlessPlace } from "../motion/restless.ts";
import { createTamperWatch } from "../motion/tamper.ts";
import { createPipeline, type Pipeline } from "../pipeline.ts";
import type { Habits } from "../store/habits.ts";
import { createWatch, type Watch } from "./watch.ts";

export interface Cameras {
  /** Runs the enabled ones, and those to come. */
  readonly service: Service;
  /** Replaces the one of the same id, whose open event ends; the others are not touched. */
  put(config: CameraConfig): Promise<void>;
  /** Its open event ends, its last picture is stored. */
  remove(id: string): Promise<void>;
  /** As they are at this moment. */
  list(): readonly NamedCamera[];
  /** What is motion in front of it; null when there is no such camera. */
  motion(id: string): MotionConfig | null;
  /** Where it always moves; null when there is no such camera. */
  restless(id: string): readonly RestlessPlace[] | null;
  /** Changes it at once, until the next start. */
  tune(id: string, changes: MotionChanges): MotionConfig | null;
  /** What the last minutes would have been; null when there is no such camera. */
  rehearse(
    id: string,
    changes: MotionChanges,
    options: { signal: AbortSignal },
  ): Promise<Rehearsal | null>;
  /** The newest full picture; null when there is no such camera or no picture of it. */
  latestStill(id: string, options: { signal: AbortSignal }): Promise<StillPicture | null>;
}

export type NamedCamera = WatchedCamera & { name: string };

export interface CameraParts {
  createCamera(options: CameraOptions): Camera;
  admit(id: string): CameraOptions["admit"];
  ffmpeg: Ffmpeg;
  clock: Clock;
  log: Log;
  /** After each change of state, and of its sight. */
  onState(camera: WatchedCamera): void;
  onRemoved(cameraId: string): void;
  /** Who looks at how much moves, and how it is told. */
  levels: Omit<LevelPorts, "significanceThreshold">;
  habits: Pick<Habits, "find" | "save">;
  /** What a recorder needs but the camera's own picture. */
  recording: Omit<RecorderPorts, "takeStill">;
  tampering: Omit<TamperingPorts, "onChange">;
}

const STILL_PATIENCE_MS = 10_000;
/** For the frames of the last minutes, of all cameras; ten minutes of one take 5 to 20 MB. */
const RECENT_BYTES_MAX = 128 * 1024 * 1024;
const RECENT_BYTES_OF_ONE_MAX = 24 * 1024 * 1024;
const NOTHING_SEEN: Rehearsal = { frames: 0, events: [], moments: [] };

interface Installed {
  config: CameraConfig;
  since: number;
  /** As it is in force; the configuration's until someone tunes it. */
  motion: MotionConfig;
  /** Null while the camera is disabled. */
  running: {
    camera: Camera;
    watch: Watch;
    pipeline: Pipeline;
    tamperRecorder: TamperRecorder;
  } | null;
}

export function createCameras(configs: readonly CameraConfig[], parts: CameraParts): Cameras {
  const group = createServiceGroup("cameras");
  /** In the order in which they came. */
  const installed = new Map<string, Installed>();
  const find = (id: string) => installed.get(id);
  const add = (config: CameraConfig): void => {
    const recentBytesMax = (): number =>
      Math.min(RECENT_BYTES_OF_ONE_MAX, RECENT_BYTES_MAX / Math.max(1, installed.size));
    const camera = install(config, parts, recentBytesMax);
    installed.set(config.id, camera);
    if (camera.running) group.add(camera.running.pipeline);
  };
  const stop = async (id: string): Promise<void> => {
    const running = find(id)?.running;
    if (running) await group.remove(running.pipeline);
  };
  for (const config of configs) add(config);

  return {
    service: group,
    async put(config) {
      await stop(config.id);
      add(config);
      parts.onState(toWatched(find(config.id) as Installed));
    },
    async remove(id) {
      await stop(id);
      installed.delete(id);
      parts.onRemoved(id);
    },
    list: () =>
      [...installed.values()].map((camera) => ({
        ...toWatched(camera),
        name: camera.config.name ?? camera.config.id,
      })),
    motion: (id) => find(id)?.motion ?? null,
    restless(id) {
      const found = find(id);
      return found ? (found.running?.watch.restless.list() ?? []) : null;
    },
    tune(id, changes) {
      const found = find(id);
      if (!found) return null;
      found.motion = { ...found.motion, ...changes };
      found.running?.watch.retune(found.motion);
      return found.motion;
    },
    async rehearse(id, changes, options) {
      const found = find(id);
      if (!found) return null;
      const giveWay = () => parts.clock.sleep(0, options);
      const motion = { ...found.motion, ...changes };
      return (await found.running?.watch.rehearse(motion, giveWay)) ?? NOTHING_SEEN;
    },
    latestStill: async (id, options) => find(id)?.running?.camera.latestStill(options) ?? null,
  };
}

function install(
  config: CameraConfig,
  parts: CameraParts,
  recentBytesMax: () => number,
): Installed {
  const since = parts.clock.now();
  const installed: Installed = { config, since, motion: config.motion, running: null };
  if (!config.enabled) return installed;
  const watch = createWatch(config, {
    remembered: parts.habits.find(config.id),
    onHabit: (habit) => parts.habits.save(config.id, { habit }),
    onRestless: (restless) => parts.habits.save(config.id, { restless }),
    recentBytesMax,
  });
  const camera = parts.createCamera({
    ...parts,
    admit: parts.admit(config.id),
    id: config.id,
    url: config.url,
    detailUrl: config.detailUrl,
    luma: config.luma,
    decoding: config.decoding,
    glance: watch.glance.look,
    onState(status) {
      if (hasGone(status.state)) pipeline.interrupt();
      parts.onState({ ...status, tampering: tamperRecorder.current() });
    },
  });
  const tamperRecorder = createTamperRecorder(config.id, {
    ...parts.tampering,
    onChange(tampering) {
      const kind = tampering?.kind ?? null;
      parts.log.warn("camera sight changed", { camera: config.id, tampering: kind });
      parts.onState({ ...camera.status(), tampering });
    },
  });
  const pipeline = createPipeline({
    ...watch,
    camera,
    levelMeter: createLevelMeter({
      ...parts.levels,
      significanceThreshold: () => installed.motion.significanceThreshold,
    }),
    recorder: createRecorder(
      {
        cameraId: config.id,
        weight: config.weight,
        aiAnalysisEnabled: () => installed.motion.aiAnalysisEnabled,
      },
      { ...parts.recording, takeStill: ({ frame }) => takeStill(camera, frame) },
    ),
    tamperWatch: createTamperWatch(),
    tamperRecorder,
  });
  installed.running = { camera, watch, pipeline, tamperRecorder };
  return installed;
}

/** Not ended by a stop: the picture of the event that the stop interrupts is still wanted. */
function takeStill(camera: Camera, frame: Frame): Promise<StillPicture | null> {
  return camera.still(frame, { signal: AbortSignal.timeout(STILL_PATIENCE_MS) });
}

/** Whether no frames come in this state, so that a motion cannot go on in it. */
function hasGone(state: CameraState): boolean {
  return state !== "online" && state !== "connecting";
}

function toWatched({ config, since, running }: Installed): WatchedCamera {
  const status = running?.camera.status() ?? toDisabled(config.id, since);
  return { ...status, tampering: running?.tamperRecorder.current() ?? null };
}

function toDisabled(cameraId: string, since: number): CameraStatus {
  return {
    cameraId,
    state: "disabled",
    reason: "This camera is switched off (enabled: false).",
    since,
    codec: null,
    width: null,
    height: null,
    framesPerSecond: 0,
    lastFrameAt: null,
    framesSeen: 0,
    framesDropped: 0,
    unitsDamaged: 0,
    connections: 0,
    decoding: { mode: "full", now: "watching", reason: null },
  };
}
