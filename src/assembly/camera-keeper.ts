/**
 * Which cameras there are: those of the configuration file, which only the file changes, and those
 * that were added over the API, which the database keeps with their addresses sealed. One change at a
 * time; what is stored comes before what runs.
 */
import { isDeepStrictEqual } from "node:util";

import { openVault, type Vault } from "../access/vault.ts";
import type { Clock } from "../base/clock.ts";
import { ApplianceError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { createTurns } from "../base/turns.ts";
import { type AddressPolicy, createAddressPolicy } from "../camera/address-policy.ts";
import { keepLogin, parseCameraUrl } from "../config/camera-url.ts";
import { toCamel } from "../config/load.ts";
import {
  type CameraConfig,
  type CameraFile,
  type Config,
  cameraFile,
  type MotionChanges,
  type MotionConfig,
} from "../config/schema.ts";
import type { AddedCamera, AddedCameraStore } from "../store/added-cameras.ts";
import type { Cameras } from "./cameras.ts";
import type { Given } from "./given.ts";
import type { Memory } from "./memory.ts";

export interface CameraKeeper {
  /** To begin with; asked once. */
  readonly configs: readonly CameraConfig[];
  find(id: string): KeptCamera | null;
  /** Throws `conflict` when the name is taken, `invalid` for an address that is refused. */
  create(camera: CameraFile): Promise<KeptCamera>;
  /** Throws `not-found`, `conflict` for a camera of the file, `invalid` as `create` does. */
  change(id: string, changes: Partial<CameraFile>): Promise<KeptCamera>;
  /** Its events stay. Throws as `change` does. */
  remove(id: string): Promise<void>;
  /** Of an added camera it lasts, of one of the file until the next start. */
  tune(id: string, changes: MotionChanges): MotionConfig | null;
  /**
   * The file says others now: those that are new or differ are put, those it left out are removed. Of an
   * added camera of the same id the file's takes the place, and it comes back when that goes.
   */
  replaceFile(cameras: readonly CameraConfig[]): Promise<{ put: string[]; removed: string[] }>;
  /** Asked before each connection; null for a camera of the file, which is the operator's own word. */
  admit(id: string): AddressPolicy["refuse"] | null;
  /** Throws `invalid` for an address that may not be connected to. */
  refuseAddress(url: string): Promise<void>;
}

export interface KeptCamera {
  config: CameraConfig;
  /** By the configuration file. */
  provisioned: boolean;
}

export interface KeeperParts {
  fromFile: readonly CameraConfig[];
  store: AddedCameraStore;
  vault: Vault;
  policy: AddressPolicy;
  clock: Clock;
  log: Log;
  /** What people call it, for events that outlive it. */
  nameCamera(id: string, name: string): void;
  /** Asked late: the cameras are made of what is kept. */
  cameras(): Pick<Cameras, "put" | "remove" | "tune">;
}

const TAKEN = "There is a camera of this id already. Choose another id.";

/** With the key that the addresses are sealed under. */
export async function openKeeper(
  { dataDir, server, cameras: fromFile }: Pick<Config, "dataDir" | "server" | "cameras">,
  { clock, log }: Given,
  { addedCameras: store, nameCamera }: Memory,
  cameras: KeeperParts["cameras"],
): Promise<CameraKeeper> {
  const vault = await openVault({ folder: dataDir });
  const policy = createAddressPolicy({ allowedHosts: server.cameraHosts });
  const parts = { fromFile, store, vault, policy, clock, log, nameCamera, cameras };
  return createCameraKeeper(parts);
}

export function createCameraKeeper(parts: KeeperParts): CameraKeeper {
  const { store, policy } = parts;
  let { fromFile } = parts;
  let added = readAdded(parts);
  const take = createTurns();
  const isOfFile = (id: string): boolean => hasId(fromFile, id);
  const keep = (camera: CameraFile): CameraConfig => {
    store.save(toRow(camera, parts));
    parts.nameCamera(camera.id, camera.name ?? camera.id);
    added.set(camera.id, camera);
    return toCamel(camera);
  };
  const listConfigs = (): CameraConfig[] =>
    fromFile.concat([...added.values()].map((camera) => toCamel(camera)));
  const findAdded = (id: string): CameraFile => {
    const camera = added.get(id);
    if (camera) return camera;
    if (!isOfFile(id)) throw new ApplianceError("not-found", "There is no such camera.");
    const sentence = "This camera stands in the configuration file. Change it there.";
    throw new ApplianceError("conflict", sentence);
  };

  return {
    configs: listConfigs(),
    find(id) {
      const config = fromFile.find((camera) => camera.id === id);
      if (config) return { config, provisioned: true };
      const camera = added.get(id);
      return camera ? { config: toCamel(camera), provisioned: false } : null;
    },
    create: (camera) =>
      take(async () => {
        if (added.has(camera.id) || isOfFile(camera.id)) {
          throw new ApplianceError("conflict", TAKEN);
        }
        await refuseAddresses(camera, policy);
        const config = keep(camera);
        await parts.cameras().put(config);
        return { config, provisioned: false };
      }),
    change: (id, changes) =>
      take(async () => {
        const before = findAdded(id);
        const camera = cameraFile.parse({ ...before, ...toKeptLogins(before, changes), id });
        await refuseAddresses(camera, policy);
        const config = keep(camera);
        await parts.cameras().put(config);
        return { config, provisioned: false };
      }),
    remove: (id) =>
      take(async () => {
        findAdded(id);
        store.remove(id);
        added.delete(id);
        await parts.cameras().remove(id);
      }),
    replaceFile: (cameras) =>
      take(async () => {
        const before = listConfigs();
        fromFile = cameras;
        added = readAdded({ ...parts, fromFile });
        return await installChanges(before, listConfigs(), parts);
      }),
    tune(id, changes) {
      const motion = parts.cameras().tune(id, changes);
      const camera = added.get(id);
      if (motion && camera) keep({ ...camera, motion: toFileMotion(motion) });
      return motion;
    },
    admit: (id) => (isOfFile(id) ? null : policy.refuse),
    refuseAddress: (url) => refuseAddresses({ url, detail_url: null }, policy),
  };
}

function toRow(camera: CameraFile, { vault, clock }: KeeperParts): AddedCamera {
  const { url, detail_url, ...settings } = camera;
  const { id } = camera;
  const sealedAddresses = vault.seal(JSON.stringify({ url, detail_url }), id);
  return { id, settings: JSON.stringify(settings), sealedAddresses, createdAt: clock.now() };
}

async function installChanges(
  before: readonly CameraConfig[],
  after: readonly CameraConfig[],
  { nameCamera, cameras }: Pick<KeeperParts, "nameCamera" | "cameras">,
): Promise<{ put: string[]; removed: string[] }> {
  const removed = before.map(({ id }) => id).filter((id) => !hasId(after, id));
  const put = after.filter((config) => !before.some((old) => isDeepStrictEqual(old, config)));
  for (const id of removed) await cameras().remove(id);
  for (const config of put) {
    nameCamera(config.id, config.name ?? config.id);
    await cameras().put(config);
  }
  return { put: put.map(({ id }) => id), removed };
}

function hasId(configs: readonly CameraConfig[], id: string): boolean {
  return configs.some((config) => config.id === id);
}

/** What the database keeps and this version can make something of. */
export function readAdded({
  fromFile,
  store,
  vault,
  log,
}: Pick<KeeperParts, "fromFile" | "store" | "vault" | "log">): Map<string, CameraFile> {
  const added = new Map<string, CameraFile>();
  for (const row of store.list()) {
    const camera = readCamera(row, vault);
    if (fromFile.some(({ id }) => id === row.id)) {
      log.warn("a camera of the API is left out: the configuration file has one of its id", {
        camera: row.id,
      });
    } else if (camera) {
      added.set(row.id, camera);
    } else {
      log.error("a camera of the API is left out: its addresses cannot be read; add it anew", {
        camera: row.id,
      });
    }
  }
  return added;
}

function readCamera(row: AddedCamera, vault: Vault): CameraFile | null {
  const addresses = vault.open(row.sealedAddresses, row.id);
  if (addresses === null) return null;
  const kept = { ...JSON.parse(row.settings), ...JSON.parse(addresses) };
  return cameraFile.safeParse(kept).data ?? null;
}

async function refuseAddresses(
  { url, detail_url }: Pick<CameraFile, "url" | "detail_url">,
  policy: AddressPolicy,
): Promise<void> {
  for (const [path, address] of Object.entries({ url, detail_url })) {
    const place = address === null ? null : parseCameraUrl(address);
    const reason = place?.ok === false ? place.reason : place && (await policy.refuse(place));
    if (reason === null) continue;
    const issues = [{ path, message: reason }];
    throw new ApplianceError("invalid", `The camera's address ${reason}.`, { details: { issues } });
  }
}

/** An address that comes without a login, or with the stars it was shown with, keeps the one it had. */
function toKeptLogins(before: CameraFile, changes: Partial<CameraFile>): Partial<CameraFile> {
  const { url, detail_url: detailUrl } = changes;
  return {
    ...changes,
    ...(url !== undefined && { url: keepLogin(url, before.url) }),
    ...(detailUrl && { detail_url: keepLogin(detailUrl, before.detail_url ?? before.url) }),
  };
}

function toFileMotion(motion: MotionConfig): CameraFile["motion"] {
  const { significanceThreshold, aiAnalysisEnabled, minArea, minDurationS } = motion;
  const parsed = cameraFile.shape.motion.parse({
    ...{ sensitivity: motion.sensitivity, significance_threshold: significanceThreshold },
    ...{ ai_analysis_enabled: aiAnalysisEnabled, min_area: minArea, min_duration_s: minDurationS },
    ...{ masks: motion.masks, zones: motion.zones, schedule: motion.schedule },
  });
  return parsed;
}
