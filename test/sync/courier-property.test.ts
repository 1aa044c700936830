import fc from "fast-check";
import { expect, test } from "vitest";
import { createLog } from "../../src/base/log.ts";
import { createSyncError } from "../../src/sync/central-faults.ts";
import type { Centre } from "../../src/sync/central-rows.ts";
import { createDelivery } from "../../src/sync/delivery.ts";
import { compareWithCentre } from "../../src/sync/reconcile.ts";
import { createScriptedCentre, type ScriptedCentre } from "../support/scripted-centre.ts";
import { createHurriedClock, drain, openSyncBox } from "../support/sync-box.ts";
import { openTempFolder } from "../support/temp-folder.ts";

/** `of`: which of the events that are there, by its place. */
type Step =
  | { type: "add" }
  | { type: "change" | "describe" | "delete"; of: number }
  /** The answer comes, gets lost, or the box dies before it clears its marks. */
  | { type: "send"; end: "well" | "lost" | "crash"; meanwhile: number | null }
  | { type: "crash" }
  | { type: "forget" };

const of = fc.nat({ max: 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ type: "add" } as const) },
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constantFrom("change", "describe", "delete"), of }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant("send" as const),
      end: fc.constantFrom("well", "lost", "crash"),
      meanwhile: fc.option(of),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ type: "crash" } as const) },
  { weight: 1, arbitrary: fc.constant({ type: "forget" } as const) },
);

const log = createLog({ level: "silent" });

test("I4: whatever happens in between, once nothing is marked the centre holds what the box holds", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      await using site = await openSite();
      for (const each of steps) {
        await site.take(each);
        expect(site.box.marks.counts().waiting).toBeLessThanOrEqual(site.countKnown());
      }
      await site.settle();
      await expectSame(site);
    }),
    { numRuns: 40 },
  );
});

type Site = Awaited<ReturnType<typeof openSite>>;

async function openSite() {
  const folder = await openTempFolder();
  const centre = createScriptedCentre();
  let box = await openSyncBox(folder.path);
  const crash = async (): Promise<void> => {
    await box[Symbol.asyncDispose]();
    box = await openSyncBox(folder.path);
  };
  const change = (type: "change" | "describe" | "delete", of: number): void => {
    const events = box.events.list({ limit: 100 }).items;
    const event = events[of % Math.max(1, events.length)];
    if (!event) return;
    if (type === "change") box.events.update({ ...event, endedAt: event.startedAt + 1 });
    else if (type === "describe") box.describe(event.id, `Seen ${of}.`);
    else box.events.remove(event.id);
  };
  const send = async ({ end, meanwhile }: Extract<Step, { type: "send" }>): Promise<void> => {
    centre.answer = () => {
      if (meanwhile !== null) change("describe", meanwhile);
      if (end !== "well") throw createSyncError("sync_unreachable");
    };
    const delivery = createDelivery({
      ...box,
      thumbnails: null,
      log,
      clock: createHurriedClock(1),
    });
    await delivery.turn(await open(centre)).catch(() => {});
    if (end === "crash") await crash();
  };
  /** Restored from a backup that had only some of it. */
  const forget = (): void => {
    for (const id of [...centre.events.keys()].slice(0, 3)) centre.events.delete(id);
    centre.epoch += "'";
  };

  return {
    centre,
    get box() {
      return box;
    },
    async take(each: Step): Promise<void> {
      if (each.type === "add") box.add();
      else if (each.type === "send") await send(each);
      else if (each.type === "crash") await crash();
      else if (each.type === "forget") forget();
      else change(each.type, each.of);
    },
    /** Events that the box has, or that the centre was ever told of. */
    countKnown: () =>
      new Set([...box.revisions().keys(), ...centre.batches.flat().map((row) => row.eventId)]).size,
    async settle(): Promise<void> {
      centre.answer = () => {};
      await drain(box, box.createCourier(centre.open, createHurriedClock(100)));
    },
    async [Symbol.asyncDispose]() {
      await box[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function open(centre: ScriptedCentre): Promise<Centre> {
  return centre.open(new AbortController().signal);
}

async function expectSame({ box, centre }: Site): Promise<void> {
  const comparison = await compareWithCentre(await open(centre), box.audit);
  expect(comparison).toMatchObject({ missing: [], extra: [], different: [], waiting: 0 });
  for (const event of box.events.list({ limit: 100 }).items) {
    const { endedAt, analysisStatus, ai } = event;
    const held = centre.events.get(event.id);
    expect(held).toMatchObject({ revision: event.revision, facts: { endedAt, analysisStatus } });
    expect(held?.facts?.ai?.description).toBe(ai?.description);
  }
}
