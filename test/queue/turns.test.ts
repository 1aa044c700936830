import fc from "fast-check";
import { expect, test } from "vitest";

import type { Urgency } from "../../src/events/urgency.ts";
import {
  AGEING_TURNS,
  AGEING_TURNS_MAX,
  type Candidate,
  createTurns,
} from "../../src/queue/turns.ts";

const SERVICE_MS = 1000;

/** Jobs waiting in order of arrival, and turns taken among them on a clock of their own. */
function createLine() {
  const turns = createTurns();
  const waiting: Candidate[] = [];
  let arrivals = 0;
  let nowMs = 0;
  return {
    add(cameraId: string, urgency: Urgency): string {
      arrivals += 1;
      const id = String(arrivals).padStart(6, "0");
      waiting.push({ id, cameraId, urgency, capturedAt: arrivals });
      return id;
    },
    next(): Candidate | null {
      const longestWaiting = waiting.find(({ urgency }) => urgency !== "shed") ?? null;
      const chosen = turns.choose(
        { candidates: waiting, longestWaiting },
        { nowMs, expectedMs: SERVICE_MS },
      );
      if (!chosen) return null;
      waiting.splice(waiting.indexOf(chosen), 1);
      nowMs += SERVICE_MS;
      turns.served(chosen, SERVICE_MS, nowMs);
      return chosen;
    },
  };
}

const anyUrgency = fc.constantFrom<Urgency>("asked", "urgent", "ordinary", "low", "shed");
const anyArrival = fc.tuple(fc.constantFrom("tree", "door", "yard"), anyUrgency);

test("as long as anything waits something is served, and each job once", () => {
  fc.assert(
    fc.property(fc.array(anyArrival, { maxLength: 60 }), (arrivals) => {
      const line = createLine();
      const added = arrivals.map(([cameraId, urgency]) => line.add(cameraId, urgency));
      const served = added.map(() => line.next()?.id);
      expect(served.toSorted()).toEqual(added);
      expect(line.next()).toBeNull();
    }),
  );
});

test("persons go first, then what is urgent, and what was shed goes last", () => {
  fc.assert(
    fc.property(fc.array(anyArrival, { maxLength: AGEING_TURNS - 1 }), (arrivals) => {
      const line = createLine();
      for (const [cameraId, urgency] of arrivals) line.add(cameraId, urgency);
      const places = arrivals.map(() => {
        const { urgency } = line.next() as Candidate;
        return { asked: 0, urgent: 1, ordinary: 2, low: 2, shed: 3 }[urgency];
      });
      expect(places).toEqual(places.toSorted());
    }),
  );
});

test("a job that waits is served in bounded time, whatever else keeps coming", () => {
  fc.assert(
    fc.property(
      fc.array(anyArrival, { maxLength: 5 }),
      fc.array(anyArrival, { minLength: 1, maxLength: 10 }),
      (before, stream) => {
        const line = createLine();
        for (const [cameraId, urgency] of before) line.add(cameraId, urgency);
        const patient = line.add("tree", "low");
        const turnsMax = (before.length + 1) * (AGEING_TURNS_MAX + 1);
        for (let turn = 0; turn < turnsMax; turn += 1) {
          for (const [cameraId, urgency] of stream) line.add(cameraId, urgency);
          if (line.next()?.id === patient) return;
        }
        expect.unreachable("it starved");
      },
    ),
    { numRuns: 20 },
  );
});

test("beside a windy tree another camera waits for the call in hand alone", () => {
  const line = createLine();
  for (let turn = 0; turn < 300; turn += 1) {
    for (let count = 0; count < 5; count += 1) line.add("tree", "ordinary");
    if (turn % 3 !== 0) {
      line.next();
      continue;
    }
    const door = line.add("door", "low");
    const first = line.next();
    if (first?.id !== door) expect(line.next()?.id).toBe(door);
  }
});

test("two busy cameras get half of the turns each, however unequal their arrivals", () => {
  const line = createLine();
  const served = { tree: 0, yard: 0 };
  for (let turn = 0; turn < 400; turn += 1) {
    for (let count = 0; count < 9; count += 1) line.add("tree", "ordinary");
    line.add("yard", "ordinary");
    served[line.next()?.cameraId as "tree" | "yard"] += 1;
  }
  expect(Math.abs(served.tree - served.yard)).toBeLessThan(50);
});

test("a camera that calls everything urgent leaves the others their share", () => {
  const line = createLine();
  let others = 0;
  for (let turn = 0; turn < 2000; turn += 1) {
    line.add("tree", "urgent");
    line.add("yard", "ordinary");
    if (line.next()?.cameraId === "yard") others += 1;
  }
  expect(others).toBeGreaterThan(500);
});
