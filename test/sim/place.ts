/** A box and all that stands around it, for one seed. */
import type { Appliance, openAppliance } from "../../src/appliance.ts";
import { createLog } from "../../src/base/log.ts";
import type { CameraOptions } from "../../src/camera/camera.ts";
import { parseConfig } from "../../src/config/load.ts";
import { createSimulatedCamera, type SimulatedCamera } from "./camera.ts";
import { createSimulatedCentre } from "./centre.ts";
import { DATA_FOLDER } from "./data-folder.ts";
import type { SimulatedDisk } from "./disk.ts";
import type { Scene } from "./faults.ts";
import { createMachine } from "./machine.ts";
import { createSimulatedModel } from "./model.ts";
import { createFeedWatcher, createPerson, type FeedWatcher, type Person } from "./people.ts";
import { createSafety, type Safety } from "./safety.ts";
import { renderView, VIEW, type View } from "./scenery.ts";
import { pick, type World } from "./world.ts";

export const CAMERAS = ["dock", "yard", "gate"] as const;
const ATTEMPTS_MAX = 3;
const LUMA = { width: VIEW.width, height: VIEW.height, frames_per_second: VIEW.framesPerSecond };

/** A box that was set up once and never used; each seed begins with a copy. */
export interface Beginning {
  open: typeof openAppliance;
  disk: SimulatedDisk;
  token: string;
  views: readonly View[];
}

export interface Place {
  world: World;
  scene: Scene;
  safety: Safety;
  watchers: readonly FeedWatcher[];
  person: Person;
  setupCode(): string | null;
  processes(): number;
  /** Thrown at the next step. */
  wrongs: string[];
}

export function arrange(
  world: World,
  { open, token, views }: Omit<Beginning, "disk">,
  cameraCount: number,
): Place {
  const wrongs: string[] = [];
  const cameras = CAMERAS.slice(0, cameraCount).map((id, index) =>
    createSimulatedCamera(id, views[index % views.length] ?? renderView(1), world),
  );
  const safety = createSafety(world, { attemptsMax: ATTEMPTS_MAX });
  const centre = createSimulatedCentre(world, (row) => {
    const wrong = safety.checkSent(row);
    if (wrong !== null) wrongs.push(wrong);
  });
  const model = createSimulatedModel(world, {
    onGarbage: () => safety.mayCost(0.5),
    onCard: () => safety.mayCost(1),
  });
  const config = createConfig(world, CAMERAS.slice(0, cameraCount));
  const given = {
    ...{ log: createLog({ level: "silent" }), model, openCentre: centre.open },
    createCamera: (options: CameraOptions) => find(cameras, options.id).create(options),
  };
  let appliance: Appliance | null = null;
  let processes = 0;
  const machine = createMachine(world, async (life) => {
    processes += 1;
    appliance = await open(config, { ...given, clock: world.loop.clockOf(life) });
    return appliance;
  });
  const watchers = [createFeedWatcher(world)];
  machine.onDown = (how) => {
    safety.ended(how);
    model.forget();
    for (const watcher of watchers) watcher.lose();
  };
  machine.onFailed = (state, error) => {
    // Where the disk gives nothing the box cannot start; it tries again.
    if (state !== "starting") wrongs.push(`the appliance, ${state}, failed: ${describe(error)}`);
  };
  const scene: Scene = { world, machine, cameras, model, centre };
  const setupCode = (): string | null => appliance?.setupCode ?? null;
  const person = createPerson(world, token);
  return { world, scene, safety, watchers, person, setupCode, processes: () => processes, wrongs };
}

function find(cameras: readonly SimulatedCamera[], id: string): SimulatedCamera {
  const camera = cameras.find((each) => each.id === id);
  if (!camera) throw new Error(`There is no camera ${id}.`);
  return camera;
}

export function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join("; ");
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function createConfig({ random }: World, cameraIds: readonly string[]) {
  return parseConfig(
    JSON.stringify({
      data_dir: DATA_FOLDER,
      server: { host: "127.0.0.1", port: 0, tls: { mode: "off" } },
      ollama: {
        parallel: 1 + Math.floor(random() * 2),
        attempts: ATTEMPTS_MAX,
        deadline_s: pick(random, [20, 120, 600]),
      },
      // Once a year.
      backup: { schedule: "0 3 29 2 *" },
      cameras: cameraIds.map((id, index) => ({
        ...{ id, url: "rtsp://127.0.0.1/none", luma: LUMA },
        motion: { ai_analysis_enabled: index < 2 || random() < 0.5 },
      })),
    }),
    { DATABASE_URL: "mysql://box@127.0.0.1:9/centre" },
  );
}
