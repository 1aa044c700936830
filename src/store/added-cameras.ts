/** What was said of cameras over the API. The addresses come and go sealed; nobody here can read them. */
import { asc, eq } from "drizzle-orm";

import { addedCameras } from "./camera-schema.ts";
import type { EdgeDatabase } from "./database.ts";

export type AddedCamera = typeof addedCameras.$inferSelect;

export interface AddedCameraStore {
  /** In the order in which they were added. */
  list(): AddedCamera[];
  /** Durable when it returns. Of one that is there already the time of adding stays. */
  save(camera: AddedCamera): void;
  /** False when there is none. */
  remove(id: string): boolean;
}

export function createAddedCameraStore(db: EdgeDatabase): AddedCameraStore {
  const { orm } = db;
  return {
    list: () =>
      orm
        .select()
        .from(addedCameras)
        .orderBy(asc(addedCameras.createdAt), asc(addedCameras.id))
        .all(),
    save: (camera) =>
      db.transaction(() => {
        const { settings, sealedAddresses } = camera;
        const change = { target: addedCameras.id, set: { settings, sealedAddresses } };
        orm.insert(addedCameras).values(camera).onConflictDoUpdate(change).run();
      }),
    remove: (id) =>
      db.transaction(
        () => orm.delete(addedCameras).where(eq(addedCameras.id, id)).run().changes === 1,
      ),
  };
}
