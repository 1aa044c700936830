import { chmod, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { openSetupCode } from "../../src/access/setup-code.ts";
import { openSigningKey } from "../../src/access/signing-key.ts";
import { createManualClock } from "../support/manual-clock.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const clock = createManualClock();

test("the setup code stands in a file for its owner alone, until it has been used", async () => {
  await using folder = await openTempFolder();
  const path = join(folder.path, "setup-code");
  const code = await openSetupCode({ folder: folder.path, needed: true, clock });

  expect(code.text).toMatch(/^[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}$/);
  expect(await readFile(path, "utf8")).toBe(`${code.text}\n`);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(code.matches(code.text?.toLowerCase().replaceAll("-", " ") ?? "")).toBe(true);
  expect(code.matches("00000-00000-00000")).toBe(false);

  const used = code.text ?? "";
  await code.discard();
  expect(code.matches(used)).toBe(false);
  await expect(stat(path)).rejects.toMatchObject({ code: "ENOENT" });
});

test("a start within a day keeps the code, a later one makes it anew, none once there is an admin", async () => {
  await using folder = await openTempFolder();
  const path = join(folder.path, "setup-code");
  const open = () => openSetupCode({ folder: folder.path, needed: true, clock });
  const first = await open();
  const age = (ms: number) => utimes(path, clock.now() / 1000, (clock.now() - ms) / 1000);
  await age(23 * 3_600_000);
  expect((await open()).text).toBe(first.text);
  await age(24 * 3_600_000);
  const second = await open();
  expect(second.text).not.toBe(first.text);

  await age(0);
  await chmod(path, 0o644);
  const third = await open();
  expect(third.text).not.toBe(second.text);
  await writeFile(path, "ABC\n", { mode: 0o600 });
  await age(0);
  expect((await open()).text).toMatch(/^[0-9A-Z]{5}-/);

  const none = await openSetupCode({ folder: folder.path, needed: false, clock });
  expect(none.text).toBeNull();
  expect(none.matches("")).toBe(false);
  await expect(stat(join(folder.path, "setup-code"))).rejects.toMatchObject({ code: "ENOENT" });
});

test("the signing key is made once and kept to the owner, unless one is given", async () => {
  await using folder = await openTempFolder();
  const key = await openSigningKey({ folder: folder.path, given: null });
  expect(Buffer.byteLength(key)).toBeGreaterThanOrEqual(32);
  expect(await openSigningKey({ folder: folder.path, given: null })).toBe(key);
  expect((await stat(join(folder.path, "jwt-secret"))).mode & 0o777).toBe(0o600);
  expect(await openSigningKey({ folder: folder.path, given: "given" })).toBe("given");
});
