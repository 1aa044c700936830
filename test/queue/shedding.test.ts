import fc from "fast-check";
import { expect, test } from "vitest";

import type { Urgency } from "../../src/events/urgency.ts";
import { type BacklogLine, toExcess } from "../../src/queue/shedding.ts";

test("one camera's flood is its own excess; the others keep all they have", () => {
  const backlog: BacklogLine[] = [
    { cameraId: "tree", urgency: "ordinary", count: 500 },
    { cameraId: "door", urgency: "low", count: 3 },
    { cameraId: "yard", urgency: "ordinary", count: 7 },
    { cameraId: "yard", urgency: "urgent", count: 10 },
  ];
  expect(toExcess(backlog, 120)).toEqual([{ cameraId: "tree", count: 400 }]);
  expect(toExcess(backlog, 520)).toEqual([]);
});

test("what remains fits into the time, without what is urgent, and no more goes than must", () => {
  const anyLine = fc.record({
    cameraId: fc.constantFrom("a", "b", "c", "d"),
    urgency: fc.constantFrom<Urgency>("asked", "urgent", "ordinary", "low", "shed"),
    count: fc.integer({ min: 1, max: 200 }),
  });
  const backlogs = fc.uniqueArray(anyLine, {
    selector: ({ cameraId, urgency }) => `${cameraId} ${urgency}`,
  });
  const sum = (counts: readonly { count: number }[]) =>
    counts.reduce((total, { count }) => total + count, 0);

  fc.assert(
    fc.property(backlogs, fc.integer({ min: 0, max: 1000 }), (backlog, turns) => {
      const ofClass = (...classes: Urgency[]) =>
        sum(backlog.filter(({ urgency }) => classes.includes(urgency)));
      const room = Math.max(0, turns - ofClass("asked", "urgent"));
      const needed = Math.max(0, ofClass("ordinary", "low") - room);
      expect(sum(toExcess(backlog, turns))).toBe(needed);
    }),
  );
});
