/** The cameras that this box knows by name. */
import { asc, eq, sql } from "drizzle-orm";

import type { EdgeDatabase } from "./database.ts";
import { cameras } from "./schema.ts";

export interface CameraRecord {
  id: string;
  name: string;
  firstSeenAt: number;
}

export interface CameraStore {
  /** The newest name wins; the first sighting stays. */
  upsert(camera: CameraRecord): void;
  find(id: string): CameraRecord | null;
  list(): CameraRecord[];
}

export function createCameraStore(db: EdgeDatabase): CameraStore {
  const { orm } = db;
  const byId = orm
    .select()
    .from(cameras)
    .where(eq(cameras.id, sql.placeholder("id")))
    .prepare();

  return {
    upsert: (camera) =>
      db.transaction(() => {
        const rename = { target: cameras.id, set: { name: camera.name } };
        orm.insert(cameras).values(camera).onConflictDoUpdate(rename).run();
      }),
    find: (id) => byId.get({ id }) ?? null,
    list: () => orm.select().from(cameras).orderBy(asc(cameras.id)).all(),
  };
}
