import { expect, test } from "vitest";

import { createStatusBoard } from "../../src/camera/status-board.ts";
import { createManualClock } from "../support/manual-clock.ts";

const WATCHING = { mode: "full", now: "watching", reason: null } as const;

test("a camera whose video arrives damaged is online and says so for a minute", async () => {
  const clock = createManualClock();
  const board = createStatusBoard({ cameraId: "yard", clock, onChange: () => {} });
  const read = () => board.read(0, WATCHING);
  board.noteFrame({ capturedAt: clock.now(), timestampMs: clock.monotonic() });
  expect(read()).toMatchObject({ state: "online", reason: null, unitsDamaged: 0 });

  board.noteDamage();
  board.noteDamage();
  await clock.advance(59_000);
  expect(read()).toMatchObject({ state: "online", unitsDamaged: 2 });
  expect(read().reason).toMatch(/arrives damaged; check its network/);

  await clock.advance(1_000);
  expect(read()).toMatchObject({ state: "online", reason: null, unitsDamaged: 2 });
});

test("why a camera is gone is not covered up by the damage that came before", () => {
  const clock = createManualClock();
  const board = createStatusBoard({ cameraId: "yard", clock, onChange: () => {} });
  board.noteDamage();
  board.noteFailure({ state: "offline", reason: "The camera is gone." });
  expect(board.read(0, WATCHING)).toMatchObject({
    state: "offline",
    reason: "The camera is gone.",
  });
});
