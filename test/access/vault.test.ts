import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { openVault } from "../../src/access/vault.ts";
import { openTempFolder } from "../support/temp-folder.ts";

test("a secret comes back to its owner, also after a restart, and the key is ours alone", async () => {
  await using folder = await openTempFolder();
  const sealed = (await openVault({ folder: folder.path })).seal("rtsp://a:b@c", "dock");
  expect(sealed).not.toContain("rtsp");
  const again = await openVault({ folder: folder.path });
  expect(again.open(sealed, "dock")).toBe("rtsp://a:b@c");
  expect(again.seal("rtsp://a:b@c", "dock")).not.toBe(sealed);
  expect((await stat(join(folder.path, "vault-key"))).mode & 0o777).toBe(0o600);
});

test("under another name, under another key, or changed, it stays closed", async () => {
  await using folder = await openTempFolder();
  await using other = await openTempFolder();
  const vault = await openVault({ folder: folder.path });
  const sealed = vault.seal("secret", "dock");
  expect(vault.open(sealed, "yard")).toBeNull();
  expect((await openVault({ folder: other.path })).open(sealed, "dock")).toBeNull();
  for (const changed of ["", "AAAA", `${sealed.slice(0, -2)}AA`, sealed.slice(0, 20)]) {
    expect(vault.open(changed, "dock")).toBeNull();
  }
});

test("a damaged key is said to be, and not replaced", async () => {
  await using folder = await openTempFolder();
  await writeFile(join(folder.path, "vault-key"), "short\n");
  await expect(openVault({ folder: folder.path })).rejects.toMatchObject({ kind: "invalid" });
  expect(await readFile(join(folder.path, "vault-key"), "utf8")).toBe("short\n");
});
