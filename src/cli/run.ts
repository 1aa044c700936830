/** `nightjar run`: the daemon, in the foreground, as systemd starts it. */
import { Command } from "commander";

import { type Appliance, openAppliance } from "../appliance.ts";
import { systemClock } from "../base/clock.ts";
import { createLog } from "../base/log.ts";
import { createLogTail } from "../base/log-tail.ts";
import { openNotifySocket } from "../base/notify-socket.ts";
import { readVersion } from "../base/version.ts";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import type { World } from "./world.ts";

export function runCommand(world: World): Command {
  return new Command("run")
    .description("Runs the daemon in the foreground until it is asked to stop.")
    .option("--config <file>", "the YAML file (default: NIGHTJAR_CONFIG, else the defaults)")
    .action(async (options: { config?: string }) => {
      const path = options.config ?? null;
      const read = (): Promise<Config> => loadConfig({ path, environment: world.environment });
      const running = Promise.withResolvers<Appliance>();
      world.onReload(() => {
        // What comes while it starts is heeded once it has; a failure is a bug, and ends the process.
        void running.promise.then((appliance) => appliance.reload(read));
      });
      const config = await read();
      // Whatever the daemon makes (pictures, keys, accounts) is its own account's business alone.
      process.umask(0o077);
      const tail = createLogTail();
      const level = config.environment === "development" ? "debug" : "info";
      const log = createLog({ level, onLine: tail.keep });
      log.info("starting", {
        version: readVersion(),
        node: process.version,
        site: config.site.id,
        cameras: config.cameras.map(({ id }) => id),
        dataDir: config.dataDir,
      });

      await using opened = new AsyncDisposableStack();
      const manager = await openManager(world.environment, opened);
      const configFile = options.config ?? world.environment["NIGHTJAR_CONFIG"] ?? null;
      const given = {
        clock: systemClock,
        log,
        configFile,
        readLog: tail.list,
        ...(manager && { manager }),
      };
      const appliance = opened.use(await openAppliance(config, given));
      running.resolve(appliance);
      log.info("listening", appliance.address);
      if (appliance.setupCode !== null) {
        log.info("no admin yet; open the page and enter the setup code", {
          setupCode: appliance.setupCode,
        });
      }
      await appliance.run(world.signal);
      log.info("stopped as asked");
    });
}

/** Null unless a service manager listens. */
async function openManager(environment: World["environment"], opened: AsyncDisposableStack) {
  const path = environment["NOTIFY_SOCKET"];
  if (path === undefined) return null;
  const socket = opened.use(await openNotifySocket(path));
  const watchdogUs = Number(environment["WATCHDOG_USEC"]);
  return { socket, watchdogMs: watchdogUs > 0 ? watchdogUs / 1000 : null };
}
