/** Bugs that were never there, each as a change of the source, to see that the simulation finds them. */
export interface Plant {
  /** What is wrong then. */
  sentence: string;
  changes: readonly Change[];
}

interface Change {
  /** In src. */
  file: string;
  /** Stands there exactly once. */
  from: string;
  to: string;
}

export const PLANTS: Readonly<Record<string, Plant>> = {
  "job-before-transaction": {
    sentence: "A job ends in a transaction of its own, before that of its words and its event.",
    changes: [
      {
        file: "store/jobs.ts",
        from: "db.transaction(() => settle(db, descriptions, job, settlement, now)),",
        to: "settle(db, descriptions, job, settlement, now),",
      },
      {
        file: "store/settlements.ts",
        from: "    .set({ lockId: null, ...end.job })\n    .where(underLock)\n    .run();",
        to: "    .set({ lockId: null, ...end.job })\n    .where(underLock);\n  db.transaction(() => ending.run());",
      },
      {
        file: "store/settlements.ts",
        from: "  db.orm\n    .update(analysisJobs)",
        to: "  const ending = db.orm\n    .update(analysisJobs)",
      },
      {
        file: "store/settlements.ts",
        from: '  if (settlement.type === "done" || settlement.type === "reused") {\n    descriptions.save',
        to: '  if (settlement.type === "done" || settlement.type === "reused") {\n    db.transaction(() => {}); descriptions.save',
      },
    ],
  },
  "mark-of-any-revision": {
    sentence: "The courier takes a mark away though the event has changed since it was sent.",
    changes: [
      {
        file: "store/sync-marks.ts",
        from: "where mark.revision <= told.value ->> 1)",
        to: ")",
      },
    ],
  },
  "waiting-event-retired": {
    sentence: "Retention takes events that wait for their description.",
    changes: [
      {
        file: "store/expiry.ts",
        from: "important = 0 and not ${isWaiting} and not ${isUnsynced}",
        to: "important = 0 and not ${isUnsynced}",
      },
    ],
  },
  "outage-costs-a-try": {
    sentence: "A model that is away costs a job one of its tries.",
    changes: [
      {
        file: "store/settlements.ts",
        from: "const attempts = sql`${analysisJobs.attempts} - 1`;",
        to: "const attempts = sql`${analysisJobs.attempts}`;",
      },
    ],
  },
  "picture-not-synced": {
    sentence: "A picture is named before it is safe from a power cut.",
    changes: [{ file: "store/whole-file.ts", from: "      await handle.sync();\n", to: "" }],
  },
  "picture-before-row": {
    sentence: "A deleted event's pictures go before its row does.",
    changes: [
      {
        file: "assembly/upkeep.ts",
        from: "  const removed = memory.events.remove(eventId);",
        to: "  for (const name of [memory.events.find(eventId)?.snapshot ?? []].flat()) await memory.pictures.remove(name);\n  const removed = memory.events.remove(eventId);",
      },
    ],
  },
};
