/**
 * The cameras of this box with all that belongs to each: the reader, the detector, the trigger and
 * the recorder, joined to one pipeline. A disabled camera has none of them, only its place in the
 * list.
 */
import type { Clock } from "../base/clock.ts";
import type { Service } from "../base/lifecycle.ts";
import type { Log } from "../base/log.ts";
import type { CameraOptions } from "../camera/camera.ts";
import type { Ffmpeg } from "../camera/ffmpeg.ts";
import type { Camera, CameraState, CameraStatus, Frame, StillPicture } from "../camera/frame.ts";
import type { CameraConfig } from "../config/schema.ts";
import { createRecorder, type RecorderPorts } from "../events/recorder.ts";
import { createFrameDifference } from "../motion/frame-difference.ts";
import { createGlance } from "../motion/glance.ts";
import { createTrigger } from "../motion/trigger.ts";
import { createPipeline, type Pipeline } from "../pipeline.ts";

export interface Cameras {
  /** One per enabled camera. */
  readonly services: readonly Service[];
  /** As they are at this moment. */
  list(): readonly NamedCamera[];
  /** The newest full picture; null when there is no such camera or no picture of it. */
  latestStill(id: string, options: { signal: AbortSignal }): Promise<StillPicture | null>;
}

export type NamedCamera = CameraStatus & { name: string };

export interface CameraParts {
  createCamera(options: CameraOptions): Camera;
  ffmpeg: Ffmpeg;
  clock: Clock;
  log: Log;
  /** After each change of state. */
  onState(status: CameraStatus): void;
  /** What a recorder needs but the camera's own picture. */
  recording: Omit<RecorderPorts, "takeStill">;
}

const STILL_PATIENCE_MS = 10_000;

interface Installed {
  config: CameraConfig;
  /** Null while the camera is disabled. */
  running: { camera: Camera; pipeline: Pipeline } | null;
}

export function createCameras(configs: readonly CameraConfig[], parts: CameraParts): Cameras {
  const disabledSince = parts.clock.now();
  const installed = configs.map((config) => install(config, parts));
  const find = (id: string) => installed.find(({ config }) => config.id === id);

  return {
    services: installed.flatMap(({ running }) => (running ? [running.pipeline] : [])),
    list: () =>
      installed.map(({ config, running }) => ({
        ...(running?.camera.status() ?? toDisabled(config.id, disabledSince)),
        name: config.name ?? config.id,
      })),
    latestStill: async (id, options) => find(id)?.running?.camera.latestStill(options) ?? null,
  };
}

function install(config: CameraConfig, parts: CameraParts): Installed {
  if (!config.enabled) return { config, running: null };
  const camera = parts.createCamera({
    ...parts,
    id: config.id,
    url: config.url,
    detailUrl: config.detailUrl,
    luma: config.luma,
    decoding: config.decoding,
    glance: createGlance({ ...config.luma, ...config.motion }),
    onState(status) {
      if (hasGone(status.state)) pipeline.interrupt();
      parts.onState(status);
    },
  });
  const { significanceThreshold, aiAnalysisEnabled, sensitivity, masks } = config.motion;
  const pipeline = createPipeline({
    camera,
    detector: createFrameDifference({ ...config.luma, sensitivity, masks }),
    trigger: createTrigger({ significanceThreshold }),
    recorder: createRecorder(
      { cameraId: config.id, aiAnalysisEnabled: () => aiAnalysisEnabled },
      { ...parts.recording, takeStill: ({ frame }) => takeStill(camera, frame) },
    ),
  });
  return { config, running: { camera, pipeline } };
}

/** Not ended by a stop: the picture of the event that the stop interrupts is still wanted. */
function takeStill(camera: Camera, frame: Frame): Promise<StillPicture | null> {
  return camera.still(frame, { signal: AbortSignal.timeout(STILL_PATIENCE_MS) });
}

/** Whether no frames come in this state, so that a motion cannot go on in it. */
function hasGone(state: CameraState): boolean {
  return state !== "online" && state !== "connecting";
}

function toDisabled(cameraId: string, since: number): CameraStatus {
  return {
    cameraId,
    state: "disabled",
    reason: "This camera is switched off in the configuration (enabled: false).",
    since,
    codec: null,
    width: null,
    height: null,
    framesPerSecond: 0,
    lastFrameAt: null,
    framesSeen: 0,
    framesDropped: 0,
    connections: 0,
    decoding: { mode: "full", now: "watching", reason: null },
  };
}
