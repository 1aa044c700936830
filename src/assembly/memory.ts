/** Opens what is remembered: the database, and the pictures beside it. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import type { Config } from "../config/schema.ts";
import { type AddedCameraStore, createAddedCameraStore } from "../store/added-cameras.ts";
import { type ApiTokenStore, createApiTokenStore } from "../store/api-tokens.ts";
import { type AuditStore, createAuditStore } from "../store/audit.ts";
import { type Ballast, openBallast } from "../store/ballast.ts";
import { createCameraStore } from "../store/cameras.ts";
import { type ChangeStore, createChangeStore } from "../store/changes.ts";
import { type EdgeDatabase, openDatabase } from "../store/database.ts";
import { createDigestStore, type DigestStore } from "../store/digests.ts";
import { createEarlierPictureStore, type EarlierPictureStore } from "../store/earlier-pictures.ts";
import { createEventStore, type EventStore } from "../store/events.ts";
import { createExpiry, type Expiry } from "../store/expiry.ts";
import { type Habits, openHabits } from "../store/habits.ts";
import { holdUnwritten } from "../store/held-sessions.ts";
import { createJobStore, type JobStore } from "../store/jobs.ts";
import { openPictures, type Pictures } from "../store/pictures.ts";
import type { Recovery } from "../store/recovery.ts";
import { createSessionStore, type SessionStore } from "../store/sessions.ts";
import { createSyncAudit, type SyncAudit } from "../store/sync-audit.ts";
import { createSyncMarks, type SyncMarks } from "../store/sync-marks.ts";
import { createSyncSite, type SyncSite } from "../store/sync-site.ts";
import { createTamperingStore, type TamperingStore } from "../store/tamperings.ts";
import { createThumbnailMarks, type ThumbnailMarks } from "../store/thumbnail-marks.ts";
import { createUserStore, type UserStore } from "../store/users.ts";
import type { Given } from "./given.ts";

export interface Memory {
  events: EventStore;
  changes: ChangeStore;
  jobs: JobStore;
  expiry: Expiry;
  /** Puts the database, as of one instant, at the path. */
  copyDatabase(to: string): Promise<unknown>;
  ballast: Ballast;
  /** What was done about a damaged database at the start; null when it was sound. */
  recovery: Recovery | null;
  pictures: Pictures;
  earlierPictures: EarlierPictureStore;
  tamperings: TamperingStore;
  habits: Habits;
  users: UserStore;
  sessions: SessionStore;
  audit: AuditStore;
  addedCameras: AddedCameraStore;
  apiTokens: ApiTokenStore;
  sync: {
    marks: SyncMarks;
    site: SyncSite;
    audit: SyncAudit;
    digests: DigestStore;
    thumbnails: ThumbnailMarks;
  };
  /** What people call the camera. */
  nameOf(cameraId: string): string;
  nameCamera(cameraId: string, name: string): void;
}

export async function openMemory(
  config: Config,
  { clock, log }: Given,
  opened: AsyncDisposableStack,
): Promise<Memory> {
  await mkdir(config.dataDir, { recursive: true });
  const ballast = await openBallast({ folder: config.dataDir });
  const db = opened.use(
    await openDatabase({
      onFull: ballast.free,
      path: join(config.dataDir, "nightjar.db"),
      log,
      recovery: { backups: join(config.dataDir, "backups"), stamp: toStamp(clock.now()) },
    }),
  );
  const events = createEventStore(db);
  const pictures = await openPictures({ folder: join(config.dataDir, "pictures") });
  const earlierPictures = createEarlierPictureStore(db);
  await clearPictures(
    config,
    { clock, log, db, pictures },
    (name) => events.hasSnapshot(name) || earlierPictures.has(name),
  );

  const addedCameras = createAddedCameraStore(db);
  const habits = opened.use(
    await openHabits({
      folder: join(config.dataDir, "habits"),
      cameraIds: [...config.cameras, ...addedCameras.list()].map(({ id }) => id),
      log: log.child({ room: "store" }),
    }),
  );

  const cameras = createCameraStore(db);
  const nameCamera = (id: string, name: string): void =>
    cameras.upsert({ id, name, firstSeenAt: clock.now() });
  for (const { id, name } of config.cameras) nameCamera(id, name ?? id);
  return {
    events,
    changes: createChangeStore(db),
    jobs: createJobStore(db),
    copyDatabase: db.copy,
    recovery: db.recovery,
    ballast,
    expiry: createExpiry(db, { keepsUnsynced: config.central.url !== null }),
    pictures,
    earlierPictures,
    tamperings: createTamperingStore(db),
    habits,
    users: createUserStore(db),
    sessions: holdUnwritten(createSessionStore(db), log.child({ room: "store" })),
    audit: createAuditStore(db),
    addedCameras,
    nameCamera,
    apiTokens: createApiTokenStore(db),
    sync: {
      marks: createSyncMarks(db),
      site: createSyncSite(db),
      audit: createSyncAudit(db),
      digests: createDigestStore(db),
      thumbnails: createThumbnailMarks(db),
    },
    nameOf: (cameraId) => cameras.find(cameraId)?.name ?? cameraId,
  };
}

/**
 * What no row names was left by a crash; but where the database is new, it may be the rows that are
 * missing, and then nothing is removed.
 */
async function clearPictures(
  { dataDir }: Config,
  {
    clock,
    log,
    db,
    pictures,
  }: Pick<Given, "clock" | "log"> & { db: EdgeDatabase } & Pick<Memory, "pictures">,
  isReferenced: (name: string) => boolean,
): Promise<void> {
  if (db.origin === "found") {
    const swept = await pictures.sweep(isReferenced);
    if (swept > 0) log.info("pictures without an event removed", { swept });
    return;
  }
  const folder = join(dataDir, "quarantine", `pictures-${toStamp(clock.now())}`);
  const count = await pictures.setAside(isReferenced, folder);
  if (count > 0)
    log.warn("the database is not that of before; pictures of no event put aside", {
      count,
      folder,
    });
}

/** For names of files. */
function toStamp(at: number): string {
  return new Date(at).toISOString().replaceAll(":", "-");
}
