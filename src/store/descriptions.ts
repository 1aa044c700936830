/** What the model said of events: rows to and from `Description`. */
import type { Description, DescriptionOrigin } from "../events/event.ts";
import type { EdgeDatabase } from "./database.ts";
import { descriptions } from "./schema.ts";

export type DescriptionRow = typeof descriptions.$inferSelect;

export interface DescriptionStore {
  /** Replaces an earlier one of the same event. Inside the caller's transaction. */
  save(description: Description, origin: DescriptionOrigin): void;
}

export function createDescriptionStore(db: EdgeDatabase): DescriptionStore {
  return {
    save(description, origin) {
      const { motionEventId, ...values } = toDescriptionRow(description, origin);
      db.orm
        .insert(descriptions)
        .values({ motionEventId, ...values })
        .onConflictDoUpdate({ target: descriptions.motionEventId, set: values })
        .run();
    },
  };
}

export function toDescription(row: DescriptionRow): Description & DescriptionOrigin {
  return {
    eventId: row.motionEventId,
    model: row.model,
    modelDigest: row.modelDigest,
    promptVersion: row.promptVersion,
    title: row.title,
    description: row.description,
    objects: JSON.parse(row.objects) as string[],
    people: row.people,
    vehicles: row.vehicles,
    activity: row.activity,
    concern: row.concern,
    confidence: row.confidence,
    reusedFrom: row.reusedFrom,
    processingMs: row.processingMs,
    createdAt: row.createdAt,
    queueWaitMs: row.queueWaitMs,
    serverVersion: row.serverVersion,
    imageHash: row.imageHash,
  };
}

function toDescriptionRow(
  { eventId, objects, ...said }: Description,
  origin: DescriptionOrigin,
): DescriptionRow {
  return {
    ...said,
    ...origin,
    motionEventId: eventId,
    objects: JSON.stringify(objects),
    processingMs: Math.max(0, Math.round(said.processingMs)),
  };
}
