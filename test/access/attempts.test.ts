import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { createAttempts } from "../../src/access/attempts.ts";
import { createKeepShut, readShutDoors } from "../../src/access/shut-doors.ts";
import { createLog } from "../../src/base/log.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const TOO_MANY = { kind: "exhausted", details: { retryAfterS: expect.any(Number) } };

test("A1: the sixth guess at one account from one address is refused; others are not locked out", async () => {
  const attempts = createAttempts();
  const guess = { username: "anna", address: "192.168.1.7" };
  for (let guesses = 0; guesses < 5; guesses += 1) await attempts.countSignIn(guess);

  await expect(attempts.countSignIn(guess)).rejects.toMatchObject(TOO_MANY);
  await expect(attempts.countSignIn({ ...guess, username: "ANNA" })).rejects.toMatchObject(
    TOO_MANY,
  );
  await attempts.countSignIn({ ...guess, address: "192.168.1.8" });
});

test("successes are given back", async () => {
  const attempts = createAttempts();
  const attempt = { username: "anna", address: "192.168.1.7" };
  for (let visits = 0; visits < 50; visits += 1) {
    await attempts.countSignIn(attempt);
    await attempts.forgiveSignIn(attempt);
  }
});

test("A1: one address cannot try many accounts, and an IPv6 household counts as one address", async () => {
  const attempts = createAttempts();
  const guess = (from: number) =>
    attempts.countSignIn({ username: `user-${from}`, address: `2001:db8::${from.toString(16)}` });
  for (let guesses = 0; guesses < 30; guesses += 1) await guess(guesses);

  await expect(guess(30)).rejects.toMatchObject(TOO_MANY);
  await attempts.countSignIn({ username: "user-0", address: "2001:db8:0:1::1" });
});

test("A1: who was shut out stays so over a restart, for as long as was said", async () => {
  await using folder = await openTempFolder();
  const clock = createManualClock();
  const log = createLog({ level: "silent" });
  const open = async () =>
    createAttempts({
      before: await readShutDoors(folder.path, log),
      keep: createKeepShut(folder.path, log),
      clock,
    });
  const guess = { username: "anna", address: "192.168.1.7" };
  const attempts = await open();
  for (let guesses = 0; guesses < 5; guesses += 1) await attempts.countSignIn(guess);
  await expect(attempts.countSignIn(guess)).rejects.toMatchObject(TOO_MANY);

  const restarted = await open();
  await expect(restarted.countSignIn(guess)).rejects.toMatchObject(TOO_MANY);
  await restarted.countSignIn({ ...guess, username: "berta" });
  await clock.advance(61_000);
  await (await open()).countSignIn(guess);
});

test("a file that cannot be read shuts nobody out", async () => {
  await using folder = await openTempFolder();
  await writeFile(join(folder.path, "shut-doors.json"), "{ half");
  expect(await readShutDoors(folder.path, createLog({ level: "silent" }))).toEqual([]);
});
