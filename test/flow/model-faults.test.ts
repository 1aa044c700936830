/** Rows of the fault table that desk, analysis and model server make together. */
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";

import { isLedgerTrue } from "../support/ledger-recount.ts";
import { type ModelDesk, openModelDesk } from "../support/model-desk.ts";
import { createRandom } from "../support/random.ts";

/** A busy machine is no failure. */
const patient = 120_000;
const HOUR_S = 3600;
const EVENT_EVERY_S = 60;

test(
  "O1: an hour without the model costs no attempt; then the newest that matter most go first",
  async () => {
    await using parts = await openModelDesk({});
    const { desk, fake, clock, looks } = parts;
    await fake.stop();
    desk.start();
    const random = createRandom(1);
    const urgent: string[] = [];
    const ids: string[] = [];
    for (let second = 0; second < HOUR_S; second += EVENT_EVERY_S) {
      const priority = Math.round(random() * 1000);
      const id = desk.addEvent({ priority });
      ids.push(id);
      if (priority >= 800) urgent.push(id);
      await clock.advance(EVENT_EVERY_S * 1000);
      expect(isLedgerTrue(desk.db)).toBe(true);
    }
    await parts.until(() => desk.queue.state().paused?.code === "model_unreachable");
    expect(looks).toEqual([]);
    expect(countAttempts(parts)).toBe(0);
    expect(urgent.length).toBeGreaterThan(5);
    for (const id of ids) expect(desk.events.find(id)?.analysisStatus).toBe("pending");

    await fake.start();
    await parts.until(() => looks.length >= urgent.length);
    expect(looks.map(({ eventId }) => eventId)).toEqual(urgent.toReversed());
    await parts.until(() => ids.every((id) => isDescribed(parts, id)));
    expect(looks).toHaveLength(ids.length);
    expect(isLedgerTrue(desk.db)).toBe(true);
  },
  patient,
);

test(
  "O2: a model that loads for ten minutes and looks for a minute is asked once for each picture",
  async () => {
    await using parts = await openModelDesk({ deadlineMs: 2 * HOUR_S * 1000 });
    const { desk, fake, clock } = parts;
    fake.setModel("llava:7b", { loadMs: 500 });
    const ids = Array.from({ length: 3 }, () => desk.addEvent());
    desk.start();
    await expect
      .poll(() => fake.journal.entries.some(({ path, body }) => isLoad(path, body)), {
        timeout: patient,
      })
      .toBe(true);
    await clock.advance(10 * 60_000);

    fake.setFault({ type: "late-headers", delayMs: 500 });
    for (const asked of [1, 2, 3]) {
      await parts.untilAsked(asked);
      await clock.advance(60_000);
      if (asked === 2) expect(desk.queue.state().drainSeconds).toBeGreaterThan(0);
      await parts.until(() => ids.filter((id) => isDescribed(parts, id)).length === asked);
    }
    expect(fake.journal.asked()).toHaveLength(3);
    expect(fake.journal.entries.filter(({ ending }) => ending !== "answered")).toEqual([]);
    expect(parts.looks.map(({ underWay }) => underWay)).toEqual([1, 1, 1]);
  },
  patient,
);

test.each([
  ["says nothing", { type: "silence" }],
  ["stalls in the middle", { type: "stall", afterTokens: 3 }],
] as const)(
  "O3: a model that %s is left after its time, and the picture waits unspent",
  async (_, fault) => {
    await using parts = await openModelDesk({});
    const { desk, fake, clock } = parts;
    fake.setFault(fault);
    const id = desk.addEvent();
    desk.start();
    await parts.untilAsked(1);
    while (desk.queue.state().paused === null) await clock.advance(30_000);

    expect(desk.queue.state().paused?.code).toBe("model_timeout");
    expect(desk.events.find(id)?.analysisStatus).toBe("pending");
    expect(countAttempts(parts)).toBe(0);
    expect(fake.journal.asked()).toMatchObject([{ ending: "left" }]);

    fake.setFault(null);
    await parts.until(() => isDescribed(parts, id));
    expect(fake.journal.asked()).toHaveLength(2);
  },
  patient,
);

test(
  "O7: a busy server is asked ever more rarely, by one at a time, at no cost for the pictures",
  async () => {
    await using parts = await openModelDesk({ concurrency: 3 });
    const { desk, fake, looks } = parts;
    const error = "server busy, please try again.  maximum pending requests exceeded";
    fake.setFault({ type: "status", status: 503, error });
    const ids = Array.from({ length: 12 }, () => desk.addEvent());
    desk.start();
    await parts.until(() => looks.length >= 9);
    expect(countAttempts(parts)).toBeLessThanOrEqual(1);

    const alone = looks.slice(3);
    expect(alone.map(({ underWay }) => underWay)).toEqual(alone.map(() => 1));
    const gaps = alone.slice(1).map(({ at }, index) => at - (alone[index]?.at ?? 0));
    expect(gaps.at(-1)).toBeGreaterThan(2 * (gaps[0] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(75_000);

    fake.setFault(null);
    await parts.until(() => ids.every((id) => isDescribed(parts, id)));
    expect(countAttempts(parts)).toBe(ids.length);
  },
  patient,
);

test(
  "O9: a picture that breaks the model is given up by itself, and holds up no other",
  async () => {
    await using parts = await openModelDesk({ attemptsMax: 3 });
    const { desk, fake, looks } = parts;
    const error = "model runner has unexpectedly stopped";
    const crash = { type: "status", status: 500, error } as const;
    fake.setFault(crash);
    const poison = desk.addEvent({ priority: 900 });
    const others = Array.from({ length: 4 }, () => desk.addEvent({ priority: 500 }));
    desk.start();
    const readHash = () => fake.journal.asked()[0]?.pictures[0]?.sha256 ?? "";
    await expect.poll(readHash, { timeout: patient }).not.toBe("");
    expect(looks).toMatchObject([{ eventId: poison }]);
    fake.setFault(crash, { sha256: readHash() });

    await parts.until(() => others.every((id) => isDescribed(parts, id)));
    await parts.until(() => desk.events.find(poison)?.analysisStatus === "failed");
    expect(desk.events.find(poison)?.analysisReason).toContain("on this picture and on no other");
    expect(desk.queue.counts()).toMatchObject({ waiting: 0, dead: 1 });
    expect(looks.at(-1)?.eventId).toBe(poison);

    const after = desk.addEvent();
    await parts.until(() => isDescribed(parts, after));
    expect(isLedgerTrue(desk.db)).toBe(true);
  },
  patient,
);

function isDescribed({ desk }: ModelDesk, id: string): boolean {
  return desk.events.find(id)?.analysisStatus === "done";
}

function countAttempts({ desk }: ModelDesk): number {
  const [line] = desk.db.orm.all<{ attempts: number }>(
    sql`select sum(attempts) as attempts from analysis_jobs`,
  );
  return line?.attempts ?? 0;
}

function isLoad(path: string, body: unknown): boolean {
  const { messages = [], prompt = "" } = (body ?? {}) as { messages?: unknown[]; prompt?: string };
  return (
    (path === "/api/chat" || path === "/api/generate") && messages.length + prompt.length === 0
  );
}
