/**
 * One seed: a box with its cameras, its model, its centre and its people, and all that goes wrong for
 * them. First safety, while faults come and go: what must hold is looked at after every step. Then
 * liveness: nothing is wrong any more, and within a bounded time everything has to come right.
 */
import { mkdirSync, rmSync } from "node:fs";

import type { openAppliance } from "../../src/appliance.ts";
import { DATA_FOLDER } from "./data-folder.ts";
import { heal } from "./faults.ts";
import { findUnfinished } from "./liveness.ts";
import { reality } from "./loop.ts";
import { copyFiles } from "./machine.ts";
import { createPerson, LOGIN } from "./people.ts";
import { arrange, type Beginning, CAMERAS, describe, type Place } from "./place.ts";
import { SafetyError } from "./safety.ts";
import { renderView } from "./scenery.ts";
import { goOn, plan, provoke } from "./timeline.ts";
import { createWorld, type World } from "./world.ts";

export interface Verdict {
  seed: number;
  /** Null when all held. */
  wrong: string | null;
  /** Of everything that happened. */
  hash: string;
  events: number;
  faults: number;
  processes: number;
  virtualMs: number;
}

const MINUTE_MS = 60_000;
const BEGINNING_FOLDER = `${DATA_FOLDER}-beginning`;
const LIVENESS_MS = 40 * MINUTE_MS;
const LOOK_EVERY_MS = 15_000;
const ANSWER_MS = 5_000;
const LAST_START_MS = 20_000;

export async function begin(open: typeof openAppliance): Promise<Beginning> {
  rmSync(DATA_FOLDER, { recursive: true, force: true });
  mkdirSync(DATA_FOLDER, { recursive: true });
  const world = createWorld({ seed: 0 });
  const place = arrange(world, { open, token: "", views: [renderView(1)] }, 1);
  place.scene.machine.start();
  const setUp = async (): Promise<string> => {
    const nobody = createPerson(world, null);
    await nobody.ask("POST", "/setup", { setup_code: place.setupCode(), ...LOGIN });
    const login = await nobody.ask("POST", "/auth/login", LOGIN);
    const admin = createPerson(world, login?.json.access_token);
    const made = await admin.ask("POST", "/tokens", { name: "simulation", scope: "admin" });
    place.scene.machine.stop({ stayDown: true });
    return made?.json.token;
  };
  await runUntil(world, () => place.scene.machine.state === "running");
  const token = setUp();
  await runUntil(world, () => place.scene.machine.state === "down");
  copyFiles(DATA_FOLDER, BEGINNING_FOLDER);
  const views = CAMERAS.map((_, index) => renderView(index + 1));
  return { open, disk: world.disk, token: await token, views };
}

/** The first time some modules are loaded from files, which no clock of ours knows of. */
async function runUntil({ loop }: World, isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    if (await loop.step(loop.monotonic() + 1)) continue;
    await new Promise<void>((resolve) => reality.setImmediate(resolve));
    if (loop.monotonic() > LIVENESS_MS) throw new Error("The first start came to nothing.");
  }
}

export async function simulate(
  seed: number,
  beginning: Beginning,
  onTold?: (line: string) => void,
): Promise<Verdict> {
  copyFiles(BEGINNING_FOLDER, DATA_FOLDER);
  const world = createWorld({ seed, disk: beginning.disk, ...(onTold && { onTold }) });
  const { random, loop } = world;
  const place = arrange(world, beginning, 1 + Math.floor(random() * CAMERAS.length));
  const { scene, safety } = place;
  let faults = 0;
  let wrong: string | null = null;
  try {
    scene.machine.start();
    const endsMs = (1.5 + random() * 3.5) * MINUTE_MS;
    goOn(place, endsMs);
    plan(
      random,
      { everyMs: MINUTE_MS * (0.1 + random() * random()), untilMs: endsMs },
      loop,
      () => {
        faults += 1;
        provoke(scene, endsMs);
      },
    );
    await go(place, endsMs);
    heal(scene);
    world.tell("nothing is wrong any more");
    await comeRight(place);
    await lookOnce(place);
  } catch (error) {
    wrong = error instanceof SafetyError ? error.message : `nobody caught ${describe(error)}`;
    world.tell(`WRONG: ${wrong}`);
  }
  const verdict = {
    ...{ seed, wrong, hash: world.hash(), faults, virtualMs: loop.monotonic() },
    ...{ events: safety.rows.size, processes: place.processes() },
  };
  scene.machine.release();
  await new Promise<void>((resolve) => reality.setImmediate(resolve));
  return verdict;
}

async function go(
  { world, safety, wrongs, watchers, scene }: Place,
  untilMs: number,
): Promise<void> {
  while (await world.loop.step(untilMs)) {
    safety.check();
    for (const { wrongs: told } of watchers) wrongs.push(...told);
    for (const error of world.uncaught) wrongs.push(`nobody caught ${describe(error)}`);
    const [wrong] = wrongs;
    if (wrong !== undefined) throw new SafetyError(wrong);
    if (scene.model.inHand > 2) throw new SafetyError("more jobs are in hand than may be");
  }
}

/** Everything that waits comes to an end, and all who want to know, know the same. */
async function comeRight(place: Place): Promise<void> {
  const { world, scene } = place;
  const { loop } = world;
  const beganMs = loop.monotonic();
  // A picture that failed is trouble until the next that does not.
  plan(world.random, { everyMs: 5 * MINUTE_MS, untilMs: beganMs + LIVENESS_MS }, loop, () => {
    for (const camera of scene.cameras) camera.walk();
  });
  for (const camera of scene.cameras) loop.schedule(MINUTE_MS / 2, null, camera.walk);
  let unfinished: string | null = "nothing was looked at";
  for (let untilMs = beganMs; untilMs < beganMs + LIVENESS_MS; untilMs += LOOK_EVERY_MS) {
    await go(place, untilMs);
    if (untilMs < beganMs + MINUTE_MS) continue;
    unfinished = "the status does not answer";
    findUnfinished(place).then(
      (found) => {
        unfinished = found;
      },
      (error: unknown) => place.wrongs.push(`nobody could look: ${error}`),
    );
    await go(place, untilMs + ANSWER_MS);
    if (unfinished === null) {
      world.tell(`all has come right after ${Math.round((untilMs - beganMs) / 1000)} s`);
      return;
    }
  }
  throw new SafetyError(`not right after ${LIVENESS_MS / MINUTE_MS} minutes: ${unfinished}`);
}

/** The same is found by a process that begins afresh, and no picture that nobody knows. */
async function lookOnce(place: Place): Promise<void> {
  const { world, scene, safety } = place;
  const before = safety.rows;
  const pictures = new Set(world.disk.files.keys());
  scene.machine.crash("power cut");
  await go(place, world.loop.monotonic() + LAST_START_MS);
  if (scene.machine.state !== "running") throw new SafetyError("the last start came to nothing");
  for (const row of before.values()) {
    if (row.mark !== null || row.endedAt === null) continue;
    const now = JSON.stringify(safety.rows.get(row.id));
    if (now !== JSON.stringify(row))
      throw new SafetyError(`a power cut made ${now} of ${JSON.stringify(row)}`);
  }
  const orphan = findOrphan(place, pictures);
  if (orphan) throw new SafetyError(`nobody knows the picture ${orphan}`);
}

/** Of those that were there before. */
function findOrphan({ world }: Place, before: ReadonlySet<string>): string | null {
  const storage = world.storage.findLast(({ name }) => name.endsWith(".db"));
  const names = new Set(
    storage
      ?.prepare("select snapshot from motion_events union select snapshot from earlier_pictures")
      .pluck()
      .all(),
  );
  const prefix = `${DATA_FOLDER}/pictures/`;
  const pictures = [...world.disk.files.keys()].filter((path) => path.startsWith(prefix));
  return pictures.find((path) => before.has(path) && !names.has(path.slice(prefix.length))) ?? null;
}
