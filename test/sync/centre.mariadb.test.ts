import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import { readSyncCode } from "../../src/sync/central-faults.ts";
import type { CentralEvent, ClaimKeeper } from "../../src/sync/central-rows.ts";
import { openCentre } from "../../src/sync/centre.ts";
import {
  createCentralEvent,
  createClaim,
  createHeartbeat,
  migrate,
} from "../support/central-samples.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { type MariaDb, openMariaDb } from "../support/mariadb.ts";

let database: MariaDb;
beforeAll(async () => {
  database = await openMariaDb();
});
afterAll(() => database[Symbol.asyncDispose]());
beforeEach(async () => {
  await database.query("DROP DATABASE IF EXISTS centre", "CREATE DATABASE centre").catch(() => {});
  await migrate(database.url());
});

function open(
  given: { claim?: ClaimKeeper; siteId?: string; url?: string; clock?: typeof systemClock } = {},
) {
  const { claim = createClaim(), siteId = "dock", url = database.url() } = given;
  return openCentre({
    address: { url, tls: { mode: "auto", ca: null } },
    site: { id: siteId, name: "The dock" },
    claim,
    clock: given.clock ?? systemClock,
    signal: new AbortController().signal,
  });
}

async function codeOf(work: Promise<unknown>): Promise<string | null> {
  return work.then(
    () => null,
    (error: unknown) => readSyncCode(error) ?? String(error),
  );
}

test("a picture arrives byte by byte, and goes with its event", async () => {
  await using centre = await open();
  expect(centre.takesThumbnails).toBe(true);
  const event = createCentralEvent();
  const { eventId, cameraId } = event;
  const jpeg = Uint8Array.from({ length: 20_000 }, (_, at) => (at * 31) % 256);
  await centre.sendEvents([event]);
  await centre.sendThumbnails([{ eventId, cameraId, revision: 1, jpeg }]);
  const read = () => database.query("SELECT jpeg FROM event_thumbnails");
  expect(await read()).toEqual([{ jpeg: Buffer.from(jpeg) }]);

  await centre.sendEvents([{ ...event, revision: 2, facts: null, deletedAt: event.startedAt }]);
  expect(await read()).toEqual([{ jpeg: null }]);
});

test("a centre of the version before pictures takes all the words", async () => {
  await database.query("DROP TABLE event_thumbnails", "UPDATE schema_meta SET version = 1");
  await using centre = await open();
  expect(centre.takesThumbnails).toBe(false);
  const event = createCentralEvent();
  await centre.sendEvents([event]);
  await centre.sendEvents([{ ...event, revision: 2, facts: null, deletedAt: event.startedAt }]);
  expect(await readAll()).toMatchObject([{ revision: 2 }]);
});

const readAll = () => database.query("SELECT * FROM motion_events ORDER BY site_id, event_id");

test("an event arrives with all that is known of it, in UTC and letter by letter", async () => {
  await using centre = await open();
  const event = createCentralEvent({ ofFacts: { motionSummary: "Überfahrt 🚚 'quoted' \\ back" } });
  await centre.sendEvents([event]);

  const [row] = await readAll();
  expect(row).toMatchObject({
    site_id: "dock",
    event_id: event.eventId,
    camera_name: "Yard",
    started_at: "2026-11-23 09:15:00.000",
    ended_at: "2026-11-23 09:15:08.000",
    significance_score: 0.62,
    motion_summary: "Überfahrt 🚚 'quoted' \\ back",
    analysis_status: "done",
    title: "A person with a parcel",
    objects: '["person","parcel"]',
    concern: 1,
    model: "llava:7b",
    described_at: "2026-11-23 09:15:20.000",
    is_cut: 0,
    deleted_at: null,
    revision: 1,
  });
});

test("two instants an hour apart at the end of summer time stay an hour apart", async () => {
  await using centre = await open();
  const first = Date.parse("2026-10-25T00:30:00.000Z");
  const events = [first, first + 3_600_000].map((startedAt) => createCentralEvent({ startedAt }));
  await centre.sendEvents(events);
  const rows = await readAll();
  expect(rows.map((row) => row["started_at"])).toEqual([
    "2026-10-25 00:30:00.000",
    "2026-10-25 01:30:00.000",
  ]);
});

test("whatever the order and however often rows arrive, the newest of each stands", async () => {
  await using centre = await open();
  const ids = [1, 2, 3].map(() => createCentralEvent().eventId);
  const row = fc.record({
    eventId: fc.constantFrom(...ids),
    revision: fc.integer({ min: 1, max: 6 }),
  });
  const batches = fc.array(fc.array(row, { minLength: 1, maxLength: 5 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(batches, async (sent) => {
      await database.query("DELETE FROM motion_events");
      for (const rows of sent) await centre.sendEvents(rows.map(toRevision));
      const stood = (await readAll()).map((found) => [found["event_id"], found["motion_summary"]]);
      expect(new Map(stood as [string, unknown][])).toEqual(toNewest(sent.flat()));
    }),
    { numRuns: 60 },
  );
});

/** What a revision says is settled by the revision; the sixth is the event's end. */
function toRevision({ eventId, revision }: { eventId: string; revision: number }): CentralEvent {
  if (revision === 6) {
    return createCentralEvent({ eventId, revision, facts: null, deletedAt: 1_795_000_000_000 });
  }
  const ofFacts = { motionSummary: `As of ${revision}.` };
  return createCentralEvent({ eventId, revision, ofFacts });
}

function toNewest(sent: { eventId: string; revision: number }[]): Map<string, string | null> {
  const inOrder = sent.toSorted((a, b) => a.revision - b.revision).map(toRevision);
  return new Map(inOrder.map(({ eventId, facts }) => [eventId, facts?.motionSummary ?? null]));
}

test("what is longer than its column arrives cut, and says so", async () => {
  await using centre = await open();
  const event = createCentralEvent();
  const ai = { ...event.facts?.ai, description: "🚚".repeat(5_000) };
  await centre.sendEvents([createCentralEvent({ ofFacts: { ai: ai as never } })]);
  const [row] = await readAll();
  expect([...String(row?.["description"])]).toHaveLength(4_096);
  expect(row?.["is_cut"]).toBe(1);
});

test("a day's tally counts what is there and not what is deleted", async () => {
  await using centre = await open();
  const kept = [createCentralEvent({ revision: 3 }), createCentralEvent({ revision: 4 })];
  const gone = createCentralEvent({ deletedAt: 1_795_000_000_000, facts: null });
  const before = createCentralEvent({ startedAt: Date.parse("2026-11-22T23:59:59.999Z") });
  await centre.sendEvents([...kept, gone, before]);
  expect(await centre.tallyByDay()).toEqual([
    { day: "2026-11-22", events: 1, revisions: 1 },
    { day: "2026-11-23", events: 2, revisions: 7 },
  ]);
  const found = await centre.revisionsOfDay("2026-11-23");
  expect(found).toEqual(new Map(kept.map(({ eventId, revision }) => [eventId, revision])));
});

test("a heartbeat takes the place of the one before, also when the box's clock stepped back", async () => {
  await using centre = await open();
  const sentAt = Date.parse("2026-11-23T09:15:00.000Z");
  await centre.sendHeartbeat(createHeartbeat({ sentAt, backlog: 7 }));
  await centre.sendHeartbeat(createHeartbeat({ sentAt: sentAt - 3_600_000, backlog: 9 }));
  const rows = await database.query("SELECT * FROM site_heartbeats");
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ backlog: 9, sent_at: "2026-11-23 08:15:00.000", cameras_up: 3 });
});

test("a summary of a day takes the place of an earlier one", async () => {
  await using centre = await open();
  const summary = {
    cameraId: "yard",
    cameraName: "Yard",
    day: "2026-11-23",
    events: 5,
    eventsUrgent: 1,
    eventsOrdinary: 2,
    eventsLow: 2,
    eventsByConcern: [1, 2, 0, 0] as const,
    described: 3,
    reused: 0,
    skipped: 1,
    failed: 1,
    topObjects: ["person", "van"],
    firstEventAt: Date.parse("2026-11-23T06:00:00.000Z"),
    lastEventAt: null,
    downtimeS: 12,
    sentence: "Five events.",
  };
  await centre.sendSummaries([{ ...summary, revision: 2 }]);
  await centre.sendSummaries([{ ...summary, revision: 1, events: 4 }]);
  const rows = await database.query("SELECT * FROM daily_summaries");
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({
    events: 5,
    events_concern_1: 2,
    top_objects: '["person","van"]',
  });
});

test("M7: a missing, an older and a newer schema are told apart, and nothing is written", async () => {
  await database.query("UPDATE schema_meta SET min_client = 99, version = 99");
  expect(await codeOf(open())).toBe("sync_schema_newer");
  await database.query("UPDATE schema_meta SET min_client = 1, version = 99");
  expect(await codeOf(open())).toBeNull();
  await database.query("UPDATE schema_meta SET version = 0");
  expect(await codeOf(open())).toBe("sync_schema_older");
  await database.query("DROP TABLE schema_meta");
  expect(await codeOf(open())).toBe("sync_schema_missing");
});

test("migrating again changes nothing, and a run that was cut short is finished", async () => {
  const before = await database.query("SELECT epoch FROM schema_meta");
  expect(await migrate(database.url())).toMatchObject({ from: 2, to: 2 });
  expect(await database.query("SELECT epoch FROM schema_meta")).toEqual(before);
  await database.query("DELETE FROM schema_meta", "DROP TABLE site_heartbeats");
  expect(await migrate(database.url())).toMatchObject({ from: 0, to: 2 });
  await using centre = await open();
  await centre.sendHeartbeat(createHeartbeat());
});

test("M5: a wrong password, no such database and no rights each have their code", async () => {
  await database.query(
    "CREATE OR REPLACE USER stranger@'%' IDENTIFIED BY 'open sesame'",
    "GRANT SELECT ON centre.sites TO stranger@'%'",
  );
  const login = { user: "stranger", password: "open sesame" };
  expect(await codeOf(open({ url: database.url({ ...login, password: "wrong" }) }))).toBe(
    "sync_auth",
  );
  expect(await codeOf(open({ url: database.url(login, "elsewhere") }))).toBe("sync_denied");
  expect(await codeOf(open({ url: database.url(login) }))).toBe("sync_denied");
});

test("M11: the second of two boxes with one site's name is refused, and so is a copied disk", async () => {
  const first = createClaim();
  {
    await using centre = await open({ claim: first });
    await centre.sendHeartbeat(createHeartbeat());
  }
  expect(await codeOf(open({ claim: createClaim() }))).toBe("site_conflict");

  const copy = first.copy();
  await using original = await open({ claim: first });
  expect(await codeOf(open({ claim: copy }))).toBe("site_conflict");
  await original.sendHeartbeat(createHeartbeat());
});

test("M11: a copy that comes first is found by the original at its next heartbeat", async () => {
  const original = createClaim();
  await using centre = await open({ claim: original });
  const copy = original.copy();
  await using other = await open({ claim: copy });
  await other.sendHeartbeat(createHeartbeat());
  expect(await codeOf(centre.sendHeartbeat(createHeartbeat()))).toBe("site_conflict");
});

test("a crash between the try and the confirmation is no conflict, and nothing was lost", async () => {
  const claim = createClaim();
  await using first = await open({ claim });
  await first.sendHeartbeat(createHeartbeat());
  const before = claim.copy();
  before.keepTry(2);
  expect(await codeOf(open({ claim: before }))).toBeNull();
  expect(before.hasLost).toBe(false);
  const { claims } = before.read();
  const after = createClaim({ ...before.read(), claims: claims - 1 });
  expect(await codeOf(open({ claim: after }))).toBeNull();
  expect(after.hasLost).toBe(false);
});

test("M10: a centre that was restored from an old backup, or lost its last commits, is noticed", async () => {
  const claim = createClaim();
  const event = createCentralEvent({ revision: 2 });
  {
    await using centre = await open({ claim });
    await centre.sendEvents([event]);
  }
  claim.send({ eventId: event.eventId, revision: 2 });
  await open({ claim }).then((centre) => centre[Symbol.asyncDispose]());
  expect(claim.hasLost).toBe(false);

  await database.query("UPDATE motion_events SET revision = 1");
  await open({ claim }).then((centre) => centre[Symbol.asyncDispose]());
  expect(claim.hasLost).toBe(true);

  claim.send(null);
  await database.query("UPDATE sites SET claims = 1");
  await open({ claim }).then((centre) => centre[Symbol.asyncDispose]());
  expect(claim.hasLost).toBe(true);

  await database.query("DELETE FROM sites");
  await open({ claim }).then((centre) => centre[Symbol.asyncDispose]());
  expect(claim.hasLost).toBe(true);
});

test("M10: the owner's word for a restored centre is another epoch", async () => {
  const before = await open().then((centre) => centre.epoch);
  await migrate(database.url(), { renewsEpoch: true });
  await database.query("DELETE FROM sites");
  const after = await open().then((centre) => centre.epoch);
  expect(after).not.toBe(before);
});

test("M2: a centre that stops in the middle of an answer is given up in time, for good", async () => {
  const clock = createManualClock();
  await using centre = await open({ clock });
  database.pause();
  try {
    const sending = codeOf(centre.sendEvents([createCentralEvent()]));
    await clock.advance(30_000);
    expect(await sending).toBe("sync_slow");
  } finally {
    database.resume();
  }
  expect(await codeOf(centre.sendEvents([createCentralEvent()]))).toBe("sync_unreachable");
});

test("M3: what passes by itself is told from what does not", async () => {
  await using centre = await open();
  await database.query("SET GLOBAL read_only = 1");
  await database.query(
    "CREATE OR REPLACE USER plain@'%' IDENTIFIED BY 'x'",
    "GRANT ALL ON centre.* TO plain@'%'",
  );
  try {
    await using ordinary = await open({
      siteId: "gate",
      url: database.url({ user: "plain", password: "x" }),
    }).catch((error: unknown) => {
      expect(readSyncCode(error)).toBe("sync_read_only");
      return null;
    });
    expect(ordinary).toBeNull();
  } finally {
    await database.query("SET GLOBAL read_only = 0");
  }
  await database.stop("SIGKILL");
  expect(await codeOf(centre.sendEvents([createCentralEvent()]))).toBe("sync_unreachable");
  expect(await codeOf(open())).toBe("sync_unreachable");
  await database.restart();
  expect(await codeOf(open({ siteId: "gate" }))).toBeNull();
});

test("M4: a batch that is too large is told as such", async () => {
  await database.query("SET GLOBAL max_allowed_packet = 65536");
  try {
    await using centre = await open();
    const rows = Array.from({ length: 400 }, () => createCentralEvent());
    expect(await codeOf(centre.sendEvents(rows))).toBe("sync_packet_too_large");
  } finally {
    await database.query("SET GLOBAL max_allowed_packet = 16777216");
  }
  expect(await readAll()).toEqual([]);
});

test("M8: one row that does not fit refuses its batch and leaves nothing of it", async () => {
  await using centre = await open();
  await database.query(
    "ALTER TABLE motion_events ADD CONSTRAINT no_vans CHECK (title IS NULL OR title <> 'A van')",
  );
  const event = createCentralEvent();
  const van = createCentralEvent({
    ofFacts: {
      ai: {
        ...(event.facts?.ai as NonNullable<typeof event.facts>["ai"] & object),
        title: "A van",
      },
    },
  });
  expect(await codeOf(centre.sendEvents([event, van]))).toBe("sync_row_refused");
  expect(await readAll()).toEqual([]);
});
