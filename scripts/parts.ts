/**
 * Prints a bundle's list of parts (CycloneDX), of the folder that it is assembled in, before what no box
 * needs is taken out of it.
 *
 *     node scripts/parts.ts FOLDER EPOCH_SECONDS
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { type LockedPackage, toBill } from "./parts/bill.ts";

const [folder = "", time = ""] = process.argv.slice(2);
const { name, version, license } = await read(join(folder, "package.json"));
const locks = ["node_modules/.package-lock.json", "package-lock.json"];
const [installed, locked] = await Promise.all(
  locks.map((file) => readPackages(join(folder, file))),
);
if (!installed || !locked) throw new Error(`${folder} is no bundle in the making.`);
const bill = toBill({ name, version, license, time: Number(time), installed, locked });
console.log(JSON.stringify(bill, null, 2));

async function readPackages(file: string): Promise<Record<string, LockedPackage>> {
  const { packages } = await read(file);
  return packages;
}

async function read(file: string) {
  return JSON.parse(await readFile(file, "utf8"));
}
