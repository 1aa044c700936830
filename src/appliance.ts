/**
 * The only place where parts meet, in floor order: each line opens or creates one part from the
 * parts above it. Whatever was opened is closed in reverse, last opened first.
 */
import { openKeeper } from "./assembly/camera-keeper.ts";
import { type Cameras, createCameras } from "./assembly/cameras.ts";
import { createDesk, type Desk } from "./assembly/desk.ts";
import { openEntrance } from "./assembly/entrance.ts";
import type { Given } from "./assembly/given.ts";
import { openLan } from "./assembly/lan.ts";
import { openMemory } from "./assembly/memory.ts";
import { createRecording } from "./assembly/recording.ts";
import { createReloading } from "./assembly/reloading.ts";
import { createSupervision } from "./assembly/supervision.ts";
import { createSync } from "./assembly/sync.ts";
import { createTeller } from "./assembly/teller.ts";
import { createUpkeep } from "./assembly/upkeep.ts";
import { toSystemFailure } from "./base/errors.ts";
import { runStages, type Service, type Stage } from "./base/lifecycle.ts";
import { readVersion } from "./base/version.ts";
import { createCamera } from "./camera/camera.ts";
import { createFfmpeg } from "./camera/ffmpeg.ts";
import type { Config } from "./config/schema.ts";
import { closeLeftOpen } from "./events/recorder.ts";
import { endLeftOpen } from "./events/tampering.ts";

export interface Appliance extends AsyncDisposable {
  readonly address: { host: string; port: number };
  /** To be shown once on the console; null while an admin exists. */
  readonly setupCode: string | null;
  /** Takes over what can change without a restart; a configuration that is refused changes nothing. */
  reload(read: () => Promise<Config>): Promise<void>;
  /** Until the signal aborts. Rejects with the failure of a service that ended by itself. */
  run(signal: AbortSignal): Promise<void>;
}

/** Throws with a sentence that says what to do, also where a file or folder is refused. */
export async function openAppliance(config: Config, given: Given): Promise<Appliance> {
  try {
    return await openRooms(config, given);
  } catch (error) {
    throw toSystemFailure(error, config.dataDir);
  }
}

async function openRooms(config: Config, given: Given): Promise<Appliance> {
  const { clock, log } = given;
  await using opened = new AsyncDisposableStack();
  let isReady = false;

  const memory = await openMemory(config, given, opened);
  const entrance = await openEntrance(config, given, memory);
  const teller = createTeller(
    given,
    memory,
    () => desk.queue.paused,
    () => sync.wake(),
  );
  const keeper = await openKeeper(config, given, memory, () => cameras);
  const reloading = createReloading(config, keeper, given);
  const desk = createDesk(config, given, memory, teller, (id) => keeper.find(id)?.config ?? null);
  const version = readVersion();
  const languageOf = (id: string) => keeper.find(id)?.config.analysis.language ?? "en";
  const parts = { desk, cameras: () => cameras, languageOf, version };
  const sync = createSync(config, given, memory, parts);
  const recording = createRecording(given, memory, desk.queue, teller);
  closeLeftOpen(memory.events.findOpen(), recording.ports);
  endLeftOpen(memory.tamperings.findOpen(), clock.now(), recording.tampering);
  const ffmpeg = createFfmpeg({ path: null, clock });
  const cameras = createCameras(keeper.configs, {
    createCamera: given.createCamera ?? createCamera,
    admit: keeper.admit,
    ffmpeg,
    clock,
    log,
    onState: (camera) => teller.tellCamera(camera),
    onRemoved: (cameraId) => teller.tellCameraRemoved(cameraId),
    levels: { isWatched: teller.hub.isAskedFor, announceLevel: teller.tellLevel },
    habits: memory.habits,
    recording: recording.ports,
    tampering: recording.tampering,
  });
  const upkeep = createUpkeep(config, given, memory, teller);
  const rooms = { memory, entrance, teller, desk, cameras, keeper, ffmpeg, recording, sync };
  const lan = { ...rooms, upkeep, reloading, version, isReady: () => isReady };
  const { address } = await openLan(config, given, lan, opened);
  const supervision = createSupervisor(given, { cameras, desk });
  const services = {
    sync: [...sync.services, ...upkeep.services],
    desk: [desk.watch, desk.queue],
    cameras: [cameras.service],
  };

  const resources = opened.move();
  return {
    address,
    setupCode: entrance.setupCode,
    reload: reloading.reload,
    async run(signal) {
      isReady = true;
      const turnUnready = (): void => {
        isReady = false;
      };
      signal.addEventListener("abort", turnUnready, { once: true });
      await runStages(toStages(services, supervision), {
        signal,
        clock,
        onStopped: (stage, durationMs) =>
          log.info("stage stopped", { stage, durationMs: Math.round(durationMs) }),
      });
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Null where no service manager listens. */
function createSupervisor(
  { clock, manager }: Given,
  { cameras, desk }: { cameras: Cameras; desk: Desk },
): Service | null {
  if (!manager) return null;
  return createSupervision({
    ...manager,
    clock,
    cameras: () => cameras.list(),
    waiting: () => desk.queue.counts().waiting,
  });
}

/**
 * Stopped in reverse: first the tap is closed, then the pipes run dry. TimeoutStopSec in
 * systemd/nightjar.service is the sum of the graces, 5 s for the resources, and a margin.
 */
function toStages(
  { sync, desk, cameras }: Record<"sync" | "desk" | "cameras", Stage["services"]>,
  supervision: Service | null,
): Stage[] {
  return [
    { name: "sync", services: sync, graceMs: 5_000 },
    { name: "desk", services: desk, graceMs: 15_000 },
    // Long enough for the picture of an event that the stop interrupts.
    { name: "cameras", services: cameras, graceMs: 12_000 },
    // The last to begin says that all is ready, and the first to stop that it is going.
    ...(supervision ? [{ name: "supervision", services: [supervision], graceMs: 1_000 }] : []),
  ];
}
