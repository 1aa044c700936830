import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { expect, test } from "vitest";

import { type LockedPackage, PAGE_PARTS, toBill } from "../../scripts/parts/bill.ts";
import { readSourceFiles } from "../support/source-files.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const readJson = (file: string) => JSON.parse(readFileSync(join(REPOSITORY, file), "utf8"));
const { dependencies } = readJson("package.json");
const locked: Record<string, LockedPackage> = readJson("package-lock.json").packages;
const { "": own, ...packages } = locked;

function createBill() {
  const given = { name: "nightjar", version: "1.2.3", license: "Apache-2.0", time: 1_790_000_000 };
  return toBill({ ...given, installed: packages, locked });
}

test("the bundle's list of parts names every package that a box gets, and its version", () => {
  expect(own).toBeDefined();
  const { components } = createBill();
  const named = new Map(components.map(({ name, version }) => [name, version]));
  for (const [name, version] of Object.entries(dependencies)) expect(named.get(name)).toBe(version);
  // Those that npm's own list leaves out.
  for (const name of ["ms", "detect-libc", "yaml"]) expect(named.has(name)).toBe(true);
  const purls = components.map(({ purl }) => purl);
  expect(new Set(purls).size).toBe(purls.length);
  expect(purls).toContain(`pkg:npm/%40preact/signals-core@${named.get("@preact/signals-core")}`);
});

test("the list of parts is one of CycloneDX, the same for the same commit", () => {
  const bill = createBill();
  expect(bill).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.5", version: 1 });
  expect(bill.metadata.component).toMatchObject({ name: "nightjar", type: "application" });
  const sharp = bill.components.find(({ name }) => name === "sharp");
  expect(sharp?.hashes?.[0].content).toMatch(/^[0-9a-f]{128}$/);
  expect(JSON.stringify(createBill())).toBe(JSON.stringify(bill));
});

test("whatever the page imports is among its parts", () => {
  const imported = readSourceFiles(join(REPOSITORY, "src/web"))
    .filter(({ path }) => path !== "vite.config.ts")
    .flatMap(({ packages: names }) => names)
    .map((name) =>
      name
        .split("/")
        .slice(0, name.startsWith("@") ? 2 : 1)
        .join("/"),
    );
  expect(imported.length).toBeGreaterThan(0);
  expect(imported.filter((name) => !PAGE_PARTS.includes(name))).toEqual([]);
});
