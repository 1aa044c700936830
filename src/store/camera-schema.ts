/** Cameras that were added over the API, in the units of schema.ts. */
import { sql } from "drizzle-orm";
import { check, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const addedCameras = sqliteTable(
  "added_cameras",
  {
    /** As in the configuration file. */
    id: text("id").primaryKey(),
    /** JSON: what the file would say of it, without its addresses. */
    settings: text("settings").notNull(),
    /** Its addresses with their logins, sealed. */
    sealedAddresses: text("sealed_addresses").notNull(),
    createdAt: integer("created_at").notNull(),
  },
  () => [check("added_cameras_settings_json", sql`json_valid(settings)`)],
);
