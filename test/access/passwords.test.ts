import { availableParallelism } from "node:os";

import argon2 from "argon2";
import { expect, test } from "vitest";

import { createPasswords } from "../../src/access/passwords.ts";
import { PASSWORD } from "../support/front-door.ts";

test("a password fits its own hash and no other, and is hashed at the cost we chose", async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash(PASSWORD);

  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/);
  expect(await passwords.verify(hash, PASSWORD)).toEqual({ type: "right", outdated: false });
  expect(await passwords.verify(hash, `${PASSWORD}.`)).toEqual({ type: "wrong" });
});

test("a hash made at another cost is found outdated", async () => {
  const cheap = await argon2.hash(PASSWORD, { memoryCost: 1024, timeCost: 2, parallelism: 1 });
  expect(await createPasswords().verify(cheap, PASSWORD)).toEqual({
    type: "right",
    outdated: true,
  });
});

test("an account that does not exist is checked with the same work and never fits", async () => {
  expect(await createPasswords().verify(null, PASSWORD)).toEqual({ type: "wrong" });
});

test.each([
  ["short", "eleven char"],
  ["too large", "x".repeat(257)],
])("a %s password is refused with a sentence", async (_, password) => {
  await expect(createPasswords().hash(password)).rejects.toMatchObject({ kind: "invalid" });
});

test("a password that everybody tries is refused, whatever its letters' case", async () => {
  for (const common of ["123qweasdzxc", "QWERTY123456"]) {
    await expect(createPasswords().hash(common)).rejects.toMatchObject({
      kind: "invalid",
      message: expect.stringContaining("Choose another one"),
    });
  }
});

test("A2: beyond those at work and sixteen waiting, sign-ins are sent away and told when to return", async () => {
  const passwords = createPasswords();
  // One processor is left to others.
  const atWork = availableParallelism() > 2 ? 2 : 1;
  const all = await Promise.allSettled(
    Array.from({ length: atWork + 16 + 2 }, () => passwords.verify(null, PASSWORD)),
  );
  const refused = all.filter((one) => one.status === "rejected");
  expect(refused).toHaveLength(2);
  expect(refused[0]?.reason).toMatchObject({ kind: "exhausted", details: { retryAfterS: 2 } });

  expect(await passwords.verify(null, PASSWORD)).toEqual({ type: "wrong" });
});
