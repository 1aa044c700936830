import { expect, test } from "vitest";

import { createAttempts } from "../../src/access/attempts.ts";

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
