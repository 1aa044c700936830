/**
 * What scripts/demo runs once the machine is ready: cameras, a model if there is one, the daemon,
 * and its address; or, with --headless-check, a client that watches it and judges.
 */
import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { openFakeOllama } from "../test/support/fake-ollama/server.ts";
import { makeFootage } from "../test/support/footage.ts";
import { openRtspServer } from "../test/support/rtsp-server.ts";
import { type DemoDaemon, findPort, openDemoDaemon } from "./demo-daemon.ts";
import { runHeadlessCheck } from "./headless-check.ts";

const FOLDER = resolve(import.meta.dirname, "../.tools/demo");
const CHECK_S = 60;
/** A large model on a CPU may think for minutes about its first picture. */
const MODEL_PATIENCE_S = 300;
const MODEL = process.env["OLLAMA_MODEL"] ?? "llava:7b";

const { values: options } = parseArgs({
  options: {
    "stand-in": { type: "boolean", default: false },
    "headless-check": { type: "boolean", default: false },
    camera: { type: "string" },
    port: { type: "string" },
  },
});
const isCheck = options["headless-check"];

await mkdir(FOLDER, { recursive: true });
const stopped = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
let isStopping = false;
process.exitCode = await runUntilStopped();
// What was still starting when it was stopped must not hold the process.
process.exit();

/** Answers the exit code; all that was started has ended by then, last first. */
async function runUntilStopped(): Promise<number> {
  await using parts = new AsyncDisposableStack();
  try {
    const asked = stopped.then(() => {
      isStopping = true;
      say("Stopping.");
      return isCheck ? 130 : 0;
    });
    return await Promise.race([demonstrate(parts), asked]);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

async function demonstrate(parts: AsyncDisposableStack): Promise<number> {
  const model = await chooseModel(parts);
  const cameraUrl = options.camera ?? (await openScene(parts));
  // A check starts from nothing; a demonstration remembers its account and its events.
  const dataDir = join(FOLDER, isCheck ? "check" : "data");
  if (isCheck) await rm(dataDir, { recursive: true, force: true });
  const daemon = parts.use(
    await openDemoDaemon({
      dataDir,
      host: isCheck ? "127.0.0.1" : "0.0.0.0",
      port: options.port === undefined ? await findPort(8000) : Number(options.port),
      cameraUrl,
      ollamaUrl: model.url,
      isChatty: !isCheck,
    }),
  );
  return isCheck ? check(daemon, model) : show(daemon, model);
}

async function check(daemon: DemoDaemon, model: ChosenModel): Promise<number> {
  say(model.sentence);
  say(`Watching for ${CHECK_S} s as a client would.`);
  const { summary, missing } = await runHeadlessCheck({
    daemon,
    seconds: CHECK_S,
    patienceS: model.isAtHand ? MODEL_PATIENCE_S : 0,
  });
  for (const sentence of missing) say(sentence);
  if (!summary.ok) say(`What the daemon said: ${daemon.logFile}`);
  console.log(JSON.stringify(summary));
  return summary.ok ? 0 : 1;
}

async function show(daemon: DemoDaemon, model: ChosenModel): Promise<number> {
  const code = await daemon.setupCode().catch(() => null);
  console.log(`
  Nightjar serves its page at  ${listAddresses(new URL(daemon.url).port).join("  ")}
  ${code === null ? "Sign in with the account you made." : `Setup code: ${code}`}
  Watching ${options.camera ? "your camera" : "a generated scene"}; stored in ${daemon.dataDir}
  ${model.sentence}
  Ctrl-C stops everything.
`);
  const endedWith = await daemon.ended;
  if (!isStopping) say(`The daemon ended by itself with ${endedWith}; see ${daemon.logFile}`);
  return 1;
}

/** A scene of two minutes that a real RTSP server plays for ever. */
async function openScene(within: AsyncDisposableStack): Promise<string> {
  say("Painting the scene.");
  const { file } = await makeFootage({ folder: FOLDER, seconds: 120, movers: 8 });
  const server = within.use(await openRtspServer({ mounts: { yard: file } }));
  return server.url("yard");
}

interface ChosenModel {
  url: string;
  isAtHand: boolean;
  sentence: string;
}

/** The Ollama of this machine, else the stand-in when asked for, else nobody. */
async function chooseModel(within: AsyncDisposableStack): Promise<ChosenModel> {
  const url = process.env["OLLAMA_API_URL"] ?? "http://localhost:11434";
  if (options["stand-in"]) {
    const fake = within.use(await openFakeOllama({ models: [MODEL], secondsPerAnswer: 2 }));
    const sentence = "Descriptions come from a stand-in: they are not what the pictures show.";
    return { url: fake.url, isAtHand: true, sentence };
  }
  const answers = await fetch(`${url}/api/version`, { signal: AbortSignal.timeout(3000) }).then(
    (response) => response.ok,
    () => false,
  );
  const sentence = answers
    ? `Descriptions come from Ollama at ${url}.`
    : `No Ollama answers at ${url}: events are kept and wait for it. Install Ollama and run` +
      ` "ollama pull ${MODEL}", or start this with --stand-in.`;
  return { url, isAtHand: answers, sentence };
}

/** This machine by every name a browser may use, itself first. */
function listAddresses(port: string): string[] {
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal);
  const hosts = ["localhost", ...outside.map(({ address }) => address)];
  return hosts.map((host) => `http://${host}:${port}/`);
}

function say(sentence: string): void {
  console.error(`==> ${sentence}`);
}
