import { expect, test } from "vitest";

import {
  createTamperRecorder,
  endLeftOpen,
  type Tampering,
  type TamperingPorts,
} from "../../src/events/tampering.ts";
import { createTampering } from "../support/sample-tamperings.ts";

const START = Date.UTC(2026, 0, 1);

function openScene(overrides: Partial<TamperingPorts> = {}) {
  const rows = new Map<string, Tampering>();
  const told: (Tampering | null)[] = [];
  const failures: unknown[] = [];
  const ports: TamperingPorts = {
    createId: () => `tampering-${rows.size + 1}`,
    saveTampering: (tampering) => rows.set(tampering.id, tampering),
    onChange: (current) => told.push(current),
    onRowFailed: (_, error) => failures.push(error),
    ...overrides,
  };
  return { recorder: createTamperRecorder("dock", ports), rows, told, failures };
}

test("tampering is stored when it is told, says what to do, and is ended in the same row", () => {
  const { recorder, rows, told } = openScene();
  recorder.record({ type: "began", kind: "out_of_focus", startedAt: START });
  const lasting = recorder.current();
  expect(lasting).toMatchObject({ cameraId: "dock", kind: "out_of_focus", endedAt: null });
  expect(lasting?.sentence).toMatch(/focus the camera/);
  expect([...rows.values()]).toEqual([lasting]);

  recorder.record({ type: "ended", endedAt: START + 60_000 });
  expect([...rows.values()]).toEqual([{ ...lasting, endedAt: START + 60_000 }]);
  expect(recorder.current()).toBeNull();
  expect(told).toEqual([lasting, null]);
});

test("a disk that refuses the row hides nothing, and the row is written with its end", () => {
  let isFull = true;
  const rows: Tampering[] = [];
  const { recorder, told, failures } = openScene({
    saveTampering(tampering) {
      if (isFull) throw new Error("disk full");
      rows.push(tampering);
    },
  });
  recorder.record({ type: "began", kind: "covered", startedAt: START });
  expect([told.length, failures.length]).toEqual([1, 1]);

  isFull = false;
  recorder.record({ type: "ended", endedAt: START + 1000 });
  expect(rows).toMatchObject([{ kind: "covered", startedAt: START, endedAt: START + 1000 }]);
});

test("an end that nothing began is nothing", () => {
  const { recorder, rows } = openScene();
  recorder.record({ type: "ended", endedAt: START });
  expect(rows.size).toBe(0);
});

test("what a crash left open is ended at the start, never before it began", () => {
  const saved: Tampering[] = [];
  const leftOpen = [
    createTampering({ startedAt: START }),
    createTampering({ startedAt: START + 9 }),
  ];
  endLeftOpen(leftOpen, START + 5, { saveTampering: (tampering) => saved.push(tampering) });
  expect(saved.map(({ endedAt }) => endedAt)).toEqual([START + 5, START + 9]);
});
