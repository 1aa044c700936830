import { afterEach, beforeEach, expect, test } from "vitest";

import { createId } from "../../src/base/ids.ts";
import { openSyncBox, type SyncBox } from "../support/sync-box.ts";

let box: SyncBox;
beforeEach(async () => {
  box = await openSyncBox();
});
afterEach(() => box[Symbol.asyncDispose]());

const NOW = Date.UTC(2026, 10, 23);

/** As if the centre had taken all that waits. */
function sendAll(): void {
  const rows = box.marks.oldest(1000);
  box.marks.handOut(rows);
  box.marks.clear(rows, NOW);
}

test("each change of an event marks it, once, with the event as it is now", () => {
  const event = box.add();
  expect(box.marks.oldest(10)).toMatchObject([{ eventId: event.id, revision: 1, isNew: true }]);

  box.events.update({ ...event, endedAt: event.startedAt + 9_000 });
  box.describe(event.id, "A fox.");
  const rows = box.marks.oldest(10);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ revision: 3, deletedAt: null });
  expect(rows[0]?.event).toMatchObject({ revision: 3, ai: { description: "A fox." } });
});

test("what is sent is unmarked, but for what changed since it was read", () => {
  const [still, changing] = [box.add(), box.add()];
  const rows = box.marks.oldest(10);
  box.marks.handOut(rows);
  box.describe(changing.id);
  box.marks.clear(rows, NOW);

  expect(box.marks.oldest(10)).toMatchObject([{ eventId: changing.id, revision: 2 }]);
  expect(box.marks.counts()).toMatchObject({ waiting: 1, sentAt: NOW });
  expect(box.site.read().lastSent).toEqual({ eventId: changing.id, revision: 1 });
  expect(box.events.find(still.id)).not.toBeNull();
});

test("a change that is undone with its transaction leaves no mark", () => {
  expect(() =>
    box.db.transaction(() => {
      box.add();
      throw new Error("power cut");
    }),
  ).toThrow("power cut");
  expect(box.marks.counts().waiting).toBe(0);
});

test("an event that the centre may know is told deleted, one that it never heard of is not", () => {
  const [known, handedOut, unknown] = [box.add(), box.add(), box.add()];
  const rows = box.marks.oldest(2);
  box.marks.handOut(rows);
  box.marks.clear(rows.slice(0, 1), NOW);
  for (const { id } of [known, handedOut, unknown]) box.events.remove(id);

  const told = box.marks.oldest(10);
  expect(told.map(({ eventId }) => eventId).sort()).toEqual([known.id, handedOut.id].sort());
  expect(told.every(({ event, revision }) => event === null && revision === 2)).toBe(true);
  expect(told.every(({ deletedAt }) => deletedAt !== null)).toBe(true);
});

test("the oldest mark goes first, however often its event changes", () => {
  const [first, second] = [box.add(), box.add()];
  box.describe(first.id);
  expect(box.marks.oldest(1)).toMatchObject([{ eventId: first.id }]);
  sendAll();
  box.describe(second.id);
  box.describe(first.id);
  expect(box.marks.oldest(1)).toMatchObject([{ eventId: second.id }]);
});

test("a row that was refused is kept back until it changes or a person asks", () => {
  const [bad, good] = [box.add(), box.add()];
  const refuse = (): void => box.marks.refuse({ eventId: bad.id, revision: 1 }, "Too long.", NOW);
  refuse();
  expect(box.marks.oldest(10)).toMatchObject([{ eventId: good.id }]);
  expect(box.marks.counts()).toMatchObject({ waiting: 1, refused: 1 });
  expect(box.marks.listRefused({ limit: 10 }).items).toMatchObject([
    { eventId: bad.id, cameraId: "dock-door", reason: "Too long.", refusedAt: NOW },
  ]);
  expect(box.marks.listRefused({ limit: 10, cameraIds: ["yard"] }).items).toEqual([]);

  expect(box.marks.retryRefused(createId())).toBe(0);
  expect(box.marks.retryRefused(bad.id)).toBe(1);
  expect(box.marks.counts()).toMatchObject({ waiting: 2, refused: 0 });

  refuse();
  box.describe(bad.id);
  expect(box.marks.counts()).toMatchObject({ waiting: 2, refused: 0 });
  // It was of the row as it was before.
  refuse();
  expect(box.marks.counts()).toMatchObject({ waiting: 2, refused: 0 });
});

test("refused rows are listed page by page", () => {
  const ids = [1, 2, 3].map((at) => {
    const { id } = box.add();
    box.marks.refuse({ eventId: id, revision: 1 }, "No.", NOW + at);
    return id;
  });
  const first = box.marks.listRefused({ limit: 2 });
  expect(first.items.map(({ eventId }) => eventId)).toEqual([ids[2], ids[1]]);
  const cursor = first.nextCursor ?? "";
  expect(box.marks.listRefused({ limit: 2, cursor })).toMatchObject({
    items: [{ eventId: ids[0] }],
    nextCursor: null,
  });
});

test("everything is marked anew, in turns, without a second mark for what has one", () => {
  const events = Array.from({ length: 7 }, () => box.add());
  sendAll();
  box.describe(events[3]?.id ?? "");
  let last: string | null = "";
  while (last !== null) last = box.site.remarkAfter(last, 3);
  expect(new Map(box.marks.oldest(10).map((row) => [row.eventId, row.revision]))).toEqual(
    box.revisions(),
  );
});

test("a box is born with a nonce of its own, and remembers its claims and the centre's epoch", async () => {
  await using other = await openSyncBox();
  const born = box.site.read();
  expect(born).toMatchObject({ claims: 0, claimsTried: 0, lastSent: null });
  expect(born.nonce).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(other.site.read().nonce).not.toBe(born.nonce);

  box.site.keepTry(1);
  expect(box.site.read()).toMatchObject({ claims: 0, claimsTried: 1 });
  box.site.keepEpoch("first");
  box.site.confirm(1, { hasLost: false });
  expect(box.site.epoch()).toBe("first");
  box.site.confirm(2, { hasLost: true });
  expect(box.site.read()).toMatchObject({ claims: 2, claimsTried: 2 });
  expect(box.site.epoch()).toBeNull();
});

test("an audit's findings are sent again with a revision above the centre's", () => {
  const [behind, lost] = [box.add(), box.add()];
  sendAll();
  const gone = createId();
  const day = "2026-01-01";
  box.audit.remark([
    { eventId: behind.id, revision: 9, day },
    { eventId: lost.id, revision: 0, day },
    { eventId: gone, revision: 4, day },
  ]);
  expect(box.marks.oldest(10)).toMatchObject([
    { eventId: behind.id, revision: 10, deletedAt: null },
    { eventId: lost.id, revision: 1, deletedAt: null },
    { eventId: gone, revision: 5, event: null },
  ]);
  expect(box.audit.tallyOfDay(day)).toEqual({ events: 2, revisions: 11 });
  expect(box.audit.days()).toEqual([day]);
  expect(box.audit.findMarked([behind.id, createId()])).toEqual(new Set([behind.id]));
});
