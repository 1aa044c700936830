/**
 * What `nightjar doctor` finds out: each part is tried as the daemon would use it, beside a daemon that
 * runs and without disturbing it. Nothing is changed, and one part that is broken keeps no other from
 * being looked at.
 */
import { access } from "node:fs/promises";
import { join } from "node:path";

import { openVault } from "../access/vault.ts";
import { createTrials } from "../analysis/model-trial.ts";
import { createOllama } from "../analysis/ollama.ts";
import type { Clock } from "../base/clock.ts";
import { isAbort, toSentence } from "../base/errors.ts";
import { createLog, redactUrls } from "../base/log.ts";
import { createFfmpeg, type Ffmpeg } from "../camera/ffmpeg.ts";
import { probeCamera } from "../camera/probe.ts";
import { toCamel } from "../config/load.ts";
import type { CameraConfig, Config } from "../config/schema.ts";
import { createAddedCameraStore } from "../store/added-cameras.ts";
import { openDatabase } from "../store/database.ts";
import { readCentralAddress } from "../sync/central-address.ts";
import { openCentreToRead } from "../sync/centre.ts";
import { readAdded } from "./camera-keeper.ts";
import { examineClock, examineDisk, examinePermissions } from "./machine-examination.ts";

export interface Finding {
  /** `camera dock`, `disk`. */
  part: string;
  ok: boolean;
  /** How it is, or what to do. */
  sentence: string;
}

interface Tools {
  clock: Clock;
  signal: AbortSignal;
}

/** More at once would measure the box and not the cameras. */
const CAMERAS_AT_ONCE = 4;
const CAMERA_MS_MAX = 45_000;
const CENTRE_MS_MAX = 20_000;

/** In the order in which the parts need each other; each finding as soon as it is there. */
export async function* examine(config: Config, tools: Tools): AsyncGenerator<Finding> {
  const ffmpeg = createFfmpeg({ path: null, clock: tools.clock });
  yield await find("ffmpeg", tools, () => examineFfmpeg(ffmpeg));
  yield await find("clock", tools, async () => examineClock(tools.clock.now()));
  yield await find("disk", tools, () => examineDisk(config));
  yield await find("permissions", tools, () => examinePermissions(config.dataDir));

  const { cameras, ...database } = await readCameras(config, tools);
  yield database;
  for (let at = 0; at < cameras.length; at += CAMERAS_AT_ONCE) {
    const some = cameras.slice(at, at + CAMERAS_AT_ONCE);
    const look = (camera: CameraConfig) =>
      find(`camera ${camera.id}`, tools, () => examineCamera(camera, ffmpeg, tools));
    yield* await Promise.all(some.map(look));
  }
  yield await find("model", tools, () => examineModel(config, tools));
  yield await find("centre", tools, () => examineCentre(config, tools));
}

export type Verdict = Omit<Finding, "part">;

/** What is thrown on the way says what to do, in the words of whoever threw it. */
async function find(part: string, { signal }: Tools, work: () => Promise<Verdict>) {
  try {
    return { part, ...(await work()) };
  } catch (error) {
    signal.throwIfAborted();
    const isLate = isAbort(error);
    const sentence = isLate ? "It did not answer in time. Try again." : toSentence(error);
    return { part, ok: false, sentence: redactUrls(sentence) };
  }
}

async function examineFfmpeg(ffmpeg: Ffmpeg): Promise<Verdict> {
  const { path, version, leash } = await ffmpeg.abilities();
  const sentence = `Version ${version}, ${path}.`;
  if (leash !== null) return { ok: true, sentence };
  const advice =
    "setpriv is missing, which ends ffmpeg with the daemon: apt-get install util-linux.";
  return { ok: false, sentence: `${sentence} ${advice}` };
}

/** Those of the file and, where there is a database, those that were added over the API. */
async function readCameras(
  config: Config,
  tools: Tools,
): Promise<Finding & { cameras: readonly CameraConfig[] }> {
  let cameras: readonly CameraConfig[] = config.cameras;
  const path = join(config.dataDir, "nightjar.db");
  const finding = await find("database", tools, async () => {
    const isMissing = await access(path).then(
      () => false,
      () => true,
    );
    // Opening would make one, under the account that asks.
    if (isMissing) return { ok: true, sentence: "There is none yet; the first start makes it." };
    const log = createLog({ level: "silent" });
    await using db = await openDatabase({ path, log, isVisit: true });
    const store = createAddedCameraStore(db);
    const rows = store.list();
    if (rows.length === 0) return { ok: true, sentence: "It can be read and is whole." };
    const vault = await openVault({ folder: config.dataDir });
    const added = readAdded({ fromFile: config.cameras, store, vault, log });
    cameras = [...config.cameras, ...[...added.values()].map((camera) => toCamel(camera))];
    const unread = rows.filter(({ id }) => !cameras.some((camera) => camera.id === id));
    const names = unread.map(({ id }) => id).join(", ");
    return unread.length === 0
      ? { ok: true, sentence: "It can be read and is whole." }
      : { ok: false, sentence: `The addresses of ${names} cannot be read. Add them anew.` };
  });
  return { ...finding, cameras };
}

async function examineCamera(
  { url, detailUrl, enabled }: CameraConfig,
  ffmpeg: Ffmpeg,
  { clock, signal }: Tools,
): Promise<Verdict> {
  if (!enabled) return { ok: true, sentence: "Switched off (enabled: false)." };
  const seen: string[] = [];
  for (const address of detailUrl === null ? [url] : [url, detailUrl]) {
    const { codec, width, height, framesPerSecond } = await probeCamera(address, {
      ffmpeg,
      clock,
      log: createLog({ level: "silent" }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(CAMERA_MS_MAX)]),
    });
    seen.push(`${codec}, ${width}x${height}, ${framesPerSecond} frames a second`);
  }
  return { ok: true, sentence: `${seen.join("; in detail ")}.` };
}

/** The trial of colours that the daemon makes before it trusts a model. */
async function examineModel({ ollama }: Config, { clock, signal }: Tools): Promise<Verdict> {
  const { url, model: name, timeoutS } = ollama;
  const model = createOllama({ url, model: name, timeoutMs: timeoutS * 1000, clock });
  const status = await model.status({ signal });
  if (status.state !== "ready") return { ok: false, sentence: status.sentence };
  const trials = createTrials({
    ...{ model, name, clock, log: createLog({ level: "silent" }) },
    isBusy: () => false,
    isSuspect: () => false,
    onPassed: () => {},
  });
  const trouble = (await trials.settle(status, signal)) ?? trials.doubt();
  if (trouble) return { ok: false, sentence: trouble.sentence };
  return { ok: true, sentence: `${name} names the colours of a test picture.` };
}

async function examineCentre({ site, central }: Config, tools: Tools): Promise<Verdict> {
  if (central.url === null) return { ok: true, sentence: "None is configured (central.url)." };
  const signal = AbortSignal.any([tools.signal, AbortSignal.timeout(CENTRE_MS_MAX)]);
  const address = await readCentralAddress({ ...central, url: central.url });
  const { clock } = tools;
  await using _ = await openCentreToRead({ address, site, clock, signal });
  return { ok: true, sentence: "It answers, and has the tables of this version." };
}
