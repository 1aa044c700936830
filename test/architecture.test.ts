import { resolve } from "node:path";

import { expect, test } from "vitest";

import { readSourceFiles, type SourceFile, toSourceFile } from "./support/source-files.ts";

/** The floors of the house, lowest first; rooms of one floor are neighbours and do not know each other. */
const FLOORS: readonly (readonly string[])[] = [
  ["base"],
  ["config"],
  ["camera"],
  ["motion"],
  ["events"],
  ["queue"],
  ["analysis"],
  ["store"],
  ["access"],
  ["api", "feed", "sync", "upkeep", "notify"],
  ["pipeline.ts"],
  ["assembly"],
  ["appliance.ts"],
  ["cli"],
  ["main.ts"],
];

/** The one file that may speak to each outside library. */
const DOORS: Readonly<Record<string, string>> = {
  "fluent-ffmpeg": "camera/ffmpeg.ts",
  "better-queue": "queue/analysis-queue.ts",
  "better-sqlite3": "store/sqlite.ts",
  ollama: "analysis/ollama.ts",
  undici: "analysis/server-fetch.ts",
  sharp: "analysis/picture.ts",
  ws: "feed/socket.ts",
  argon2: "access/passwords.ts",
  jsonwebtoken: "access/tokens.ts",
  pino: "base/log.ts",
  cockatiel: "base/retry.ts",
  "node-cron": "base/schedule.ts",
  mysql2: "sync/central-session.ts",
  "mysql2/promise": "sync/central-session.ts",
  koffi: "base/notify-socket.ts",
  uuid: "base/ids.ts",
  "prom-client": "api/metrics.ts",
  yaml: "config/load.ts",
  "ipaddr.js": "base/ip-address.ts",
};

/** Of what goes over the wire; the larger parts have files of their own. */
const CONTRACT = /^api\/(?:[a-z]+-)*contract\.ts$/;

const SRC = resolve(import.meta.dirname, "../src");
const files = readSourceFiles(SRC);
const server = files.filter((file) => !file.path.startsWith("web/"));

function floorOf(path: string): number {
  const room = path.split("/")[0] ?? "";
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}

function findUpwardImports(among: readonly SourceFile[]): string[] {
  return among.flatMap((file) =>
    file.imports
      .filter((target) => !isAllowed(file.path, target))
      .map((target) => `${file.path} imports ${target}`),
  );
}

function isAllowed(from: string, to: string): boolean {
  const sameRoom = from.split("/")[0] === to.split("/")[0];
  return sameRoom || floorOf(to) < floorOf(from);
}

function findStrangersAtDoors(among: readonly SourceFile[]): string[] {
  return among.flatMap((file) =>
    file.packages
      .filter((name) => (DOORS[name] ?? file.path) !== file.path)
      .map((name) => `${file.path} imports ${name}`),
  );
}

function findUses(pattern: RegExp, allowed: readonly string[]): string[] {
  return server
    .filter((file) => !allowed.some((place) => file.path.startsWith(place)))
    .filter((file) => pattern.test(withoutComments(file.text)))
    .map((file) => file.path);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}

test("every file stands in a known room", () => {
  expect(server.filter((file) => floorOf(file.path) < 0).map((file) => file.path)).toEqual([]);
});

test("imports only go down", () => {
  expect(findUpwardImports(server)).toEqual([]);
});

test("a planted import that goes up, or next door, is caught", () => {
  const planted = [
    toSourceFile(SRC, "motion/planted.ts", 'import { x } from "../store/database.ts";\n'),
    toSourceFile(SRC, "feed/planted.ts", 'export { x } from "../api/app.ts";\n'),
    toSourceFile(SRC, "base/planted.ts", 'const x = await import("../config/load.ts");\n'),
  ];
  expect(findUpwardImports(planted)).toEqual([
    "motion/planted.ts imports store/database.ts",
    "feed/planted.ts imports api/app.ts",
    "base/planted.ts imports config/load.ts",
  ]);
});

test("each outside library has one door", () => {
  expect(findStrangersAtDoors(server)).toEqual([]);
  const planted = toSourceFile(SRC, "camera/planted.ts", 'import sharp from "sharp";\n');
  expect(findStrangersAtDoors([planted])).toEqual(["camera/planted.ts imports sharp"]);
});

test("the page takes only types, and only from the contract", () => {
  const page = files.filter((file) => file.path.startsWith("web/"));
  const outside = page.flatMap((file) => file.imports.filter((path) => !path.startsWith("web/")));
  expect([...new Set(outside)].filter((path) => !CONTRACT.test(path))).toEqual([]);
  const values = page.filter((file) =>
    /import\s+(?!type\b)[^;]*from\s+["'][^"']*api\/[a-z-]*contract\.ts/.test(file.text),
  );
  expect(values.map((file) => file.path)).toEqual([]);
});

test("clock, environment and console have one door each", () => {
  const clock =
    /\bDate\.now\(|\bperformance\.now\(|new Date\(\)|(?<!\.)\b(?:setTimeout|setInterval)\(/;
  expect(findUses(clock, ["base/clock.ts"])).toEqual([]);
  expect(findUses(/process\.env\b/, ["main.ts"])).toEqual([]);
  expect(
    findUses(/\bconsole\.|process\.stdout|process\.stderr/, ["base/log.ts", "cli/", "main.ts"]),
  ).toEqual([]);
});

test("no server file is longer than 300 lines", () => {
  const long = files.filter((file) => file.text.split("\n").length > 301);
  expect(long.map((file) => file.path)).toEqual([]);
});
