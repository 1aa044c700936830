/** The days of the cameras in figures, and which of them the centre does not know yet. */
import { and, asc, desc, eq, gte, isNull, lt, sql } from "drizzle-orm";

import type { AnalysisStatus } from "../events/event.ts";
import type { EdgeDatabase } from "./database.ts";
import { cameras, descriptions, motionEvents } from "./schema.ts";
import { cameraDowntimes, dailyDigests } from "./sync-schema.ts";

/** What an event adds to its day. */
export interface DigestLine {
  startedAt: number;
  significanceScore: number;
  analysisStatus: AnalysisStatus;
  /** 0..3; null without a description. */
  concern: number | null;
  objects: readonly string[];
  /** Null without a description. */
  title: string | null;
}

export interface DigestFigures {
  events: number;
  /** By significance: see events/urgency.ts. */
  eventsUrgent: number;
  eventsOrdinary: number;
  eventsLow: number;
  /** By the model's concern of 0..3. */
  eventsByConcern: readonly [number, number, number, number];
  described: number;
  reused: number;
  skipped: number;
  failed: number;
  /** The most seen first. */
  topObjects: readonly string[];
  firstEventAt: number | null;
  lastEventAt: number | null;
  /** How long the camera gave no picture. */
  downtimeS: number;
}

export interface Digest extends DigestFigures {
  cameraId: string;
  cameraName: string;
  /** YYYY-MM-DD of the box's own calendar. */
  day: string;
  revision: number;
  sentence: string;
}

/** From the first to before the last millisecond. */
export interface DaySpan {
  day: string;
  from: number;
  to: number;
}

export interface DigestStore {
  /** Another one whenever an event of the day has changed. */
  versionOf(cameraId: string, span: DaySpan): string;
  linesOf(cameraId: string, span: DaySpan): DigestLine[];
  /** That have an event of that day. */
  camerasOf(span: DaySpan): string[];
  downtimeMs(cameraId: string, day: string): number;
  addDowntime(cameraId: string, day: string, durationMs: number): void;
  find(cameraId: string, day: string): Digest | null;
  /** The newest day before this one that has events, and a sentence nobody but the box wrote. */
  findToWrite(beforeDay: string): Digest | null;
  /** The model's words in place of the box's; null when they could not be used. Not of a later state. */
  keepSentence(
    digest: Pick<Digest, "cameraId" | "day" | "revision">,
    sentence: string | null,
  ): void;
  /** With the box's own sentence, under a revision above the last one, also of an earlier life. */
  keep(digest: Omit<Digest, "revision" | "cameraName">, now: number): void;
  /** Takes away what is older than this day. */
  forgetBefore(day: string): void;
  unsent(limit: number): Digest[];
  markSent(sent: readonly Pick<Digest, "cameraId" | "day" | "revision">[]): void;
  /** Keeps it back until it changes. */
  refuse(digest: Pick<Digest, "cameraId" | "day">, reason: string): void;
}

export function createDigestStore(db: EdgeDatabase): DigestStore {
  const { orm } = db;
  const isOf = ({ cameraId, day }: { cameraId: string; day: string }) =>
    and(eq(dailyDigests.cameraId, cameraId), eq(dailyDigests.day, day));
  return {
    ...createDays(db),
    find(cameraId, day) {
      const row = selectDigests(db).where(isOf({ cameraId, day })).get();
      return row ? toDigest(row) : null;
    },
    findToWrite(beforeDay) {
      const isToWrite = and(
        lt(dailyDigests.day, beforeDay),
        eq(dailyDigests.sentenceBy, "counted"),
        sql`${dailyDigests.figures} ->> '$.events' > 0`,
      );
      const newest = [desc(dailyDigests.day), asc(dailyDigests.cameraId)];
      const row = selectDigests(db)
        .where(isToWrite)
        .orderBy(...newest)
        .limit(1)
        .get();
      return row ? toDigest(row) : null;
    },
    keepSentence: ({ revision, ...digest }, sentence) =>
      db.transaction(() =>
        orm
          .update(dailyDigests)
          .set(
            sentence === null
              ? { sentenceBy: "refused" }
              : { sentenceBy: "model", sentence, revision: revision + 1 },
          )
          .where(and(isOf(digest), eq(dailyDigests.revision, revision)))
          .run(),
      ),
    keep: (digest, now) => db.transaction(() => keep(db, digest, now)),
    forgetBefore: (day) =>
      db.transaction(() => {
        orm.delete(dailyDigests).where(lt(dailyDigests.day, day)).run();
        orm.delete(cameraDowntimes).where(lt(cameraDowntimes.day, day)).run();
      }),
    unsent: (limit) =>
      selectDigests(db)
        .where(
          and(
            lt(dailyDigests.sentRevision, dailyDigests.revision),
            isNull(dailyDigests.refusedReason),
          ),
        )
        .orderBy(asc(dailyDigests.day), asc(dailyDigests.cameraId))
        .limit(limit)
        .all()
        .map(toDigest),
    markSent: (sent) =>
      db.passingTransaction(() => {
        for (const { revision, ...digest } of sent) {
          orm.update(dailyDigests).set({ sentRevision: revision }).where(isOf(digest)).run();
        }
      }),
    refuse: (digest, reason) =>
      db.transaction(() =>
        orm.update(dailyDigests).set({ refusedReason: reason }).where(isOf(digest)).run(),
      ),
  };
}

type Days = Pick<DigestStore, "versionOf" | "linesOf" | "camerasOf" | "downtimeMs" | "addDowntime">;

function createDays(db: EdgeDatabase): Days {
  const { orm } = db;
  const isWithin = ({ from, to }: DaySpan) =>
    and(gte(motionEvents.startedAt, from), lt(motionEvents.startedAt, to));
  const isOf = (cameraId: string, span: DaySpan) =>
    and(eq(motionEvents.cameraId, cameraId), isWithin(span));
  return {
    versionOf(cameraId, span) {
      const revisions = sql<number>`coalesce(sum(${motionEvents.revision}), 0)`;
      const row = orm
        .select({ events: sql<number>`count(*)`, revisions })
        .from(motionEvents)
        .where(isOf(cameraId, span))
        .get();
      return `${row?.events} ${row?.revisions}`;
    },
    linesOf: (cameraId, span) =>
      orm
        .select({
          startedAt: motionEvents.startedAt,
          significanceScore: motionEvents.significanceScore,
          analysisStatus: motionEvents.analysisStatus,
          concern: descriptions.concern,
          objects: descriptions.objects,
          title: descriptions.title,
        })
        .from(motionEvents)
        .leftJoin(descriptions, eq(descriptions.motionEventId, motionEvents.id))
        .where(isOf(cameraId, span))
        .orderBy(asc(motionEvents.startedAt))
        .all()
        .map((row) => ({ ...row, objects: JSON.parse(row.objects ?? "[]") as string[] })),
    camerasOf: (span) =>
      orm
        .select({ id: cameras.id })
        .from(cameras)
        .where(
          sql`exists (select 1 from ${motionEvents} where ${motionEvents.cameraId} = ${cameras.id} and ${isWithin(span)})`,
        )
        .all()
        .map(({ id }) => id),
    downtimeMs(cameraId, day) {
      const isDay = and(eq(cameraDowntimes.cameraId, cameraId), eq(cameraDowntimes.day, day));
      return orm.select().from(cameraDowntimes).where(isDay).get()?.downtimeMs ?? 0;
    },
    addDowntime: (cameraId, day, durationMs) =>
      db.passingTransaction(() => {
        const downtimeMs = Math.round(durationMs);
        orm
          .insert(cameraDowntimes)
          .values({ cameraId, day, downtimeMs })
          .onConflictDoUpdate({
            target: [cameraDowntimes.cameraId, cameraDowntimes.day],
            set: { downtimeMs: sql`${cameraDowntimes.downtimeMs} + ${downtimeMs}` },
          })
          .run();
      }),
  };
}

function selectDigests({ orm }: EdgeDatabase) {
  return orm
    .select({ digest: dailyDigests, cameraName: cameras.name })
    .from(dailyDigests)
    .leftJoin(cameras, eq(cameras.id, dailyDigests.cameraId));
}

function toDigest(row: {
  digest: typeof dailyDigests.$inferSelect;
  cameraName: string | null;
}): Digest {
  const { cameraId, day, revision, sentence, figures } = row.digest;
  const cameraName = row.cameraName ?? cameraId;
  return {
    ...(JSON.parse(figures) as DigestFigures),
    cameraId,
    cameraName,
    day,
    revision,
    sentence,
  };
}

function keep(
  { orm }: EdgeDatabase,
  { cameraId, day, sentence, ...figures }: Omit<Digest, "revision" | "cameraName">,
  now: number,
): void {
  const least = Math.floor(now / 1000);
  const words = { sentence, sentenceBy: "counted" as const };
  const values = { figures: JSON.stringify(figures), ...words, refusedReason: null };
  orm
    .insert(dailyDigests)
    .values({ cameraId, day, revision: least, sentRevision: 0, ...values })
    .onConflictDoUpdate({
      target: [dailyDigests.cameraId, dailyDigests.day],
      set: { ...values, revision: sql`max(${dailyDigests.revision} + 1, ${least})` },
    })
    .run();
}
