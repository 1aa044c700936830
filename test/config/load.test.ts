import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { ConfigError, loadConfig, parseConfig } from "../../src/config/load.ts";
import { openTempFolder } from "../support/temp-folder.ts";

const camera = (rest: string) => `cameras:\n  - id: dock\n${rest}`;

function problemsOf(text: string, environment: Record<string, string> = {}) {
  try {
    parseConfig(text, environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ path }) => path);
    throw error;
  }
  return [];
}

test("an empty file gives the documented defaults", () => {
  const config = parseConfig("", {});
  expect(config.server).toEqual({
    ...{ host: "0.0.0.0", port: 8000 },
    ...{ tls: { mode: "self-signed" }, cameraHosts: [], trustedProxies: [] },
  });
  expect(config.ollama).toEqual({
    url: "http://localhost:11434",
    model: "llava:7b",
    timeoutS: 120,
    parallel: 1,
    attempts: 5,
    deadlineS: 600,
    recycleAfter: 500,
  });
  expect(config.central.url).toBeNull();
  expect(config.environment).toBe("production");
});

test("a camera gets its own defaults and camelCase names", () => {
  const config = parseConfig(camera("    url: rtsp://10.0.0.2/sub"), {});
  expect(config.cameras[0]).toMatchObject({
    id: "dock",
    detailUrl: null,
    motion: { sensitivity: 0.5, significanceThreshold: 0.3, aiAnalysisEnabled: true, masks: [] },
    luma: { width: 160, height: 96, framesPerSecond: 5 },
  });
});

test("zones, schedule and what is too small or too short are read as written", () => {
  const config = parseConfig(
    camera(`    url: rtsp://10.0.0.2/sub
    motion:
      zones: [{ name: Gate, polygon: [[0, 0], [1, 0], [1, 1]] }]
      schedule: [{ from: "22:00", to: "06:30" }, { days: [sat, sun], from: "00:00", to: "24:00" }]
      min_area: 0.01
      min_duration_s: 1.5`),
    {},
  );
  const motion = config.cameras[0]?.motion;
  expect(motion).toMatchObject({ minArea: 0.01, minDurationS: 1.5, zones: [{ name: "Gate" }] });
  expect(motion?.schedule.map(({ days }) => days.length)).toEqual([7, 2]);
});

test("a zone without ground, two of one name, and hours that no clock shows are problems", () => {
  const text = camera(`    url: rtsp://10.0.0.2/sub
    motion:
      zones: [{ name: A, polygon: [[0, 0], [1, 0]] }, { name: B, polygon: [[0, 0], [1, 0], [2, 1]] }]
      schedule: [{ days: [], from: "24:00", to: "7:00" }, { days: [someday], from: "07:00", to: "25:00" }]
      min_area: 0.9
      min_duration_s: 60`);
  expect(problemsOf(text).sort()).toEqual([
    "cameras[0].motion.min_area",
    "cameras[0].motion.min_duration_s",
    "cameras[0].motion.schedule[0].days",
    "cameras[0].motion.schedule[0].from",
    "cameras[0].motion.schedule[0].to",
    "cameras[0].motion.schedule[1].days[0]",
    "cameras[0].motion.schedule[1].to",
    "cameras[0].motion.zones[0].polygon",
    "cameras[0].motion.zones[1].polygon[2][0]",
  ]);
  const triangle = "[[0, 0], [1, 0], [1, 1]]";
  const twice = `{ name: A, polygon: ${triangle} }`;
  expect(
    problemsOf(camera(`    url: rtsp://h/1\n    motion: { zones: [${twice}, ${twice}] }`)),
  ).toEqual(["cameras[0].motion.zones[1].name"]);
});

test("every problem is told at once, each with its path", () => {
  const text = `
sight: {}
server: { port: 99999 }
cameras:
  - id: Dock Door
    url: file:///etc/passwd
    motion: { sensitivity: 7, colour: red }
`;
  expect(problemsOf(text).sort()).toEqual([
    "cameras[0].id",
    "cameras[0].motion.colour",
    "cameras[0].motion.sensitivity",
    "cameras[0].url",
    "server.port",
    "sight",
  ]);
});

test("the environment wins over the file", () => {
  const config = parseConfig("server: { port: 1 }\nollama: { model: moondream }", {
    PORT: "8123",
    OLLAMA_API_URL: "http://127.0.0.1:9",
    OLLAMA_TIMEOUT: "30",
    NIGHTJAR_DATA_DIR: "/tmp/nightjar",
    ALLOWED_ORIGINS: "https://a.example, https://b.example",
    ENVIRONMENT: "staging",
  });
  expect(config.server.port).toBe(8123);
  expect(config.ollama).toMatchObject({
    url: "http://127.0.0.1:9",
    model: "moondream",
    timeoutS: 30,
  });
  expect(config.dataDir).toBe("/tmp/nightjar");
  expect(config.allowedOrigins).toEqual(["https://a.example", "https://b.example"]);
  expect(config.environment).toBe("staging");
});

test("a password from the environment stays a password, whatever is in it", () => {
  const config = parseConfig(camera("    url: rtsp://viewer:${DOCK_PASSWORD}@10.0.0.2/sub"), {
    DOCK_PASSWORD: "p@ss/w:rd",
  });
  expect(new URL(config.cameras[0]?.url ?? "").hostname).toBe("10.0.0.2");
  expect(config.cameras[0]?.url).toContain("p%40ss%2Fw%3Ard");
});

test("an unset variable inside an address is a problem with its name", () => {
  const text = camera("    url: rtsp://viewer:${DOCK_PASSWORD}@10.0.0.2/sub");
  expect(problemsOf(text)).toContain("cameras[0].url");
});

test("an unset DATABASE_URL means no sync, not a broken file", () => {
  expect(parseConfig('central: { url: "${DATABASE_URL}" }', {}).central.url).toBeNull();
});

test("a short JWT_SECRET, a bad PORT and a bad ENVIRONMENT are named", () => {
  expect(problemsOf("", { JWT_SECRET: "short", PORT: "web", ENVIRONMENT: "prod" }).sort()).toEqual([
    "ENVIRONMENT",
    "JWT_SECRET",
    "PORT",
  ]);
});

test("two cameras with one id are refused", () => {
  const text = "cameras: [{ id: a, url: rtsp://h/1 }, { id: a, url: rtsp://h/2 }]";
  expect(problemsOf(text)).toEqual(["cameras[1].id"]);
});

test("text that is not YAML, or not a mapping, is refused with a sentence", () => {
  expect(problemsOf("cameras: [")).not.toEqual([]);
  expect(problemsOf("just words")).toEqual(["file"]);
});

test("the configuration cannot be changed by the room that reads it", () => {
  const config = parseConfig(camera("    url: rtsp://10.0.0.2/sub"), {});
  expect(Object.isFrozen(config.cameras[0]?.motion.masks)).toBe(true);
});

test("a camera's wish and language are taken as they are written", () => {
  const text = camera(
    '    url: rtsp://10.0.0.2/sub\n    analysis: { prompt: " Is the gate open? ", language: pt-BR }',
  );
  expect(parseConfig(text, {}).cameras[0]?.analysis).toEqual({
    prompt: "Is the gate open?",
    language: "pt-BR",
  });
});

test.each([
  ["a language nobody speaks", "language: qqq"],
  ["a language in full", "language: the German one"],
  ["a wish without a word", 'prompt: " "'],
  ["a wish that leaves the picture no room", `prompt: ${"字".repeat(101)}`],
])("%s is refused by its path", (_, analysis) => {
  const text = camera(`    url: rtsp://10.0.0.2/sub\n    analysis: { ${analysis} }`);
  const [key] = analysis.split(":");
  expect(problemsOf(text)).toEqual([`cameras[0].analysis.${key}`]);
});

test.each([
  ["postgres://u:p@h/db", /must look like mysql:/],
  ["mysql://h:3306/db", /must look like mysql:/],
  ["mysql://u:p@h:3306", /name of one database/],
  ["mysql://u:p@h/db/more", /name of one database/],
  ["mysql://u:p@h/db?ssl=false", /takes no options/],
  ["mysql://u:p#1@h/db", /%40 %3A %2F %23/],
  ["mysql://u:100%@h/db", /%25/],
])(
  "a database address such as %s is refused with what to do, and without its password",
  (url, sentence) => {
    const secret = "hunter2";
    const given = url.replace(":p", `:${secret}`);
    const refused = () => parseConfig("", { DATABASE_URL: given });
    expect(refused).toThrow(sentence);
    expect(refused).not.toThrow(secret);
  },
);

test("a database address is taken with a password of any letters, escaped", () => {
  const url = "mysql://box:p%40ss%2Fw%25rd@db.example:3307/centre";
  expect(parseConfig("", { DATABASE_URL: url }).central).toEqual({
    url,
    schedule: "*/30 * * * * *",
    thumbnails: false,
    tls: { mode: "auto", ca: null },
  });
});

test("a schedule that is none, and an authority without a whole path, are refused", () => {
  const text = "central: { schedule: every minute, tls: { mode: verify, ca: ca.pem } }";
  expect(problemsOf(text)).toEqual(["central.schedule", "central.tls.ca"]);
});

test("credentials of systemd are variables, and win over the environment", async () => {
  await using folder = await openTempFolder();
  const url = "mysql://box:secret@db.example/centre";
  await writeFile(join(folder.path, "DATABASE_URL"), `${url}\n`);
  await writeFile(join(folder.path, "tls.key"), "not a variable");
  const environment = { CREDENTIALS_DIRECTORY: folder.path, DATABASE_URL: "mysql://a:b@c/d" };
  expect((await loadConfig({ path: null, environment })).central.url).toBe(url);

  const missing = { CREDENTIALS_DIRECTORY: join(folder.path, "none") };
  await expect(loadConfig({ path: null, environment: missing })).rejects.toThrow(
    /CREDENTIALS_DIRECTORY: cannot be read/,
  );
});
