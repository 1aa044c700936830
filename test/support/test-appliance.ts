import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { stringify } from "yaml";

import { openAppliance } from "../../src/appliance.ts";
import { createLog } from "../../src/base/log.ts";
import type { Frame } from "../../src/camera/frame.ts";
import { parseConfig } from "../../src/config/load.ts";
import { type LanClient, openLanClient } from "./lan-client.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";
import { createScriptedCamera, type ScriptedCamera } from "./scripted-camera.ts";
import type { ScriptedCentre } from "./scripted-centre.ts";
import { createScriptedModel, type ScriptedModel } from "./scripted-model.ts";
import { openTempFolder } from "./temp-folder.ts";

export interface TestAppliance extends AsyncDisposable {
  readonly client: LanClient;
  readonly model: ScriptedModel;
  readonly camera: ScriptedCamera;
  readonly clock: ManualClock;
  /** Moves time on until it is so. */
  until(isSo: () => boolean | Promise<boolean>, what: string): Promise<void>;
}

/** The whole appliance in this process: real store, queue, API and feed; scripted ends, own clock. */
export async function openTestAppliance(options: {
  scene: readonly Frame[];
  camera?: Record<string, unknown>;
  /** Named in the hello; all when absent. */
  listensTo?: readonly string[];
  /** A folder that the caller made; one of its own when absent. */
  dataDir?: string;
  /** Beside what every test needs. */
  config?: Record<string, unknown>;
  /** What the wall clock says at first; the start of 2026 when absent. */
  startAt?: number;
  /** None when absent. */
  centre?: Pick<ScriptedCentre, "open">;
}): Promise<TestAppliance> {
  await using opened = new AsyncDisposableStack();
  const dataDir = options.dataDir ?? opened.use(await openTempFolder()).path;
  const clock = createManualClock(options.startAt);
  const camera = createScriptedCamera(options.scene);
  const model = createScriptedModel();
  const config = parseConfig(
    stringify({
      data_dir: dataDir,
      server: { host: "127.0.0.1", port: 0 },
      cameras: [{ id: "yard", url: "rtsp://127.0.0.1/none", ...options.camera }],
      ...options.config,
    }),
    options.centre ? { DATABASE_URL: "mysql://box@127.0.0.1:9/centre" } : {},
  );
  const log = createLog({ level: "silent" });
  const given = { clock, log, model, createCamera: camera.create };
  const outside = options.centre ? { ...given, openCentre: options.centre.open } : given;
  const appliance = opened.use(await openAppliance(config, outside));

  const stop = new AbortController();
  const running = appliance.run(stop.signal);
  opened.defer(async () => {
    stop.abort();
    await running;
  });
  const client = await openLanClient({
    url: `http://127.0.0.1:${appliance.address.port}`,
    setupCode: () => readFile(join(dataDir, "setup-code"), "utf8"),
  });
  opened.defer(() => client.close());
  await client.listen(options.listensTo);

  const resources = opened.move();
  return {
    client,
    model,
    camera,
    clock,
    until: (isSo, what) => advanceUntil(clock, isSo, what),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

const STEP_MS = 200;
const STEPS_MAX = 5_000;

async function advanceUntil(
  clock: ManualClock,
  isSo: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  for (let step = 0; step < STEPS_MAX; step += 1) {
    if (await isSo()) return;
    await clock.advance(STEP_MS);
    // Pictures are compressed and written by threads that no clock of ours moves.
    await pause(1);
  }
  throw new Error(`${what} did not come about`);
}
