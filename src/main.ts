#!/usr/bin/env node
/** The process: arguments, environment, signals, exit codes. Everything else is called from here. */
import { Command } from "commander";

import { backupCommand, restoreCommand } from "./cli/backup.ts";
import { cameraTestCommand } from "./cli/camera-test.ts";
import { centralCommand } from "./cli/central.ts";
import { checkCommand } from "./cli/check.ts";
import { decodersCommand } from "./cli/decoders.ts";
import { doctorCommand } from "./cli/doctor.ts";
import { modelCommand } from "./cli/model.ts";
import { replayCommand } from "./cli/replay.ts";
import { runCommand } from "./cli/run.ts";
import { supportCommand } from "./cli/support.ts";
import { userCommand } from "./cli/user.ts";
import { ConfigError } from "./config/load.ts";

/** Stopped as asked is 0; systemd restarts after 1 and leaves a 78 alone. */
const EXIT_FAILURE = 1;
const EXIT_BAD_CONFIGURATION = 78;

const stop = new AbortController();
for (const name of ["SIGTERM", "SIGINT"] as const) {
  process.on(name, () => {
    // A second signal means now; what is stored is safe whenever the process ends.
    if (stop.signal.aborted) process.exit(EXIT_FAILURE);
    stop.abort();
  });
}

const world = {
  environment: process.env,
  signal: stop.signal,
  onReload: (listener: () => void) => void process.on("SIGHUP", listener),
};
const program = new Command("nightjar")
  .description("Reads cameras, keeps what happened, and has a local model say what it was.")
  .addCommand(runCommand(world))
  .addCommand(checkCommand(world))
  .addCommand(doctorCommand(world))
  .addCommand(decodersCommand(world))
  .addCommand(supportCommand(world))
  .addCommand(replayCommand(world))
  .addCommand(userCommand(world))
  .addCommand(backupCommand(world))
  .addCommand(restoreCommand(world))
  .addCommand(modelCommand(world))
  .addCommand(centralCommand(world))
  .addCommand(new Command("camera").description("Cameras.").addCommand(cameraTestCommand(world)));

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error instanceof ConfigError ? EXIT_BAD_CONFIGURATION : EXIT_FAILURE;
}
