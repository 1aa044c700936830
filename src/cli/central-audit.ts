/** `nightjar central audit` and `claim`: one box against the centre, also beside the daemon. */
import { Command } from "commander";

import { systemClock } from "../base/clock.ts";
import { createLog } from "../base/log.ts";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { type EdgeDatabase, openDatabase } from "../store/database.ts";
import { createSyncAudit } from "../store/sync-audit.ts";
import { createSyncSite } from "../store/sync-site.ts";
import { openCentre, openCentreToRead } from "../sync/centre.ts";
import { type Comparison, compareWithCentre, repair } from "../sync/reconcile.ts";
import { readGivenAddress, withConfig } from "./central-given.ts";
import type { World } from "./world.ts";

interface Given {
  config?: string;
  json?: boolean;
  repair?: boolean;
}

export function auditCommand(world: World): Command {
  return withConfig(new Command("audit"))
    .description(
      "Compares the events of this box with those at the centre; ends with 1 when they differ. " +
        "What is still on its way is no difference.",
    )
    .option("--repair", "have the daemon send again whatever differs")
    .action(async (given: Given) => {
      const config = await loadConfig({
        path: given.config ?? null,
        environment: world.environment,
      });
      await using db = await openBox(config);
      const box = createSyncAudit(db);
      const found = await compare(world, config, box);
      const repaired = given.repair ? repair(found, box) : 0;
      console.log(given.json ? toJson(config, found, repaired) : toText(config, found, repaired));
      if (countDiffering(found) > repaired) process.exitCode = 1;
    });
}

export function claimCommand(world: World): Command {
  return withConfig(new Command("claim"))
    .description(
      "Makes this box the one that has the site's name at the centre, and shuts out the box that had " +
        "it: for a box that takes the place of another.",
    )
    .action(async (given: Given) => {
      const config = await loadConfig({
        path: given.config ?? null,
        environment: world.environment,
      });
      const address = await readGivenAddress(config);
      await using db = await openBox(config);
      const claim = createSyncSite(db);
      const parts = { address, site: config.site, claim, clock: systemClock };
      await using _centre = await openCentre({ ...parts, signal: world.signal, takesOver: true });
      const sentence = `The name ${config.site.id} is this box's.`;
      console.log(given.json ? JSON.stringify({ site: config.site.id, claimed: true }) : sentence);
    });
}

function openBox({ dataDir }: Config): Promise<EdgeDatabase> {
  process.umask(0o077);
  const log = createLog({ level: "silent" });
  return openDatabase({ path: `${dataDir}/nightjar.db`, log, isVisit: true });
}

async function compare(
  { signal }: World,
  config: Config,
  box: Parameters<typeof compareWithCentre>[1],
): Promise<Comparison> {
  const address = await readGivenAddress(config);
  const parts = { address, site: config.site, clock: systemClock, signal };
  await using centre = await openCentreToRead(parts);
  return await compareWithCentre(centre, box);
}

function countDiffering({ missing, extra, different }: Comparison): number {
  return missing.length + extra.length + different.length;
}

function toJson({ site }: Config, found: Comparison, repaired: number): string {
  const { events, days, waiting } = found;
  const [missing, extra, different] = [found.missing, found.extra, found.different].map(
    ({ length }) => length,
  );
  return JSON.stringify({
    ...{ site: site.id, events, days, missing, extra, different, waiting, repaired },
  });
}

const NAMED_MOST = 20;

function toText({ site }: Config, found: Comparison, repaired: number): string {
  const lines = [
    `${site.id}: ${found.events} events on ${found.days} days; missing ${found.missing.length}, ` +
      `extra ${found.extra.length}, different ${found.different.length}, ` +
      `still on their way ${found.waiting}.`,
  ];
  for (const kind of ["missing", "extra", "different"] as const) {
    for (const { day, eventId } of found[kind].slice(0, NAMED_MOST)) {
      lines.push(`  ${kind}  ${day}  ${eventId}`);
    }
  }
  if (repaired > 0) lines.push(`${repaired} are marked; the daemon sends them again.`);
  else if (countDiffering(found) > 0) lines.push("With --repair they are sent again.");
  return lines.join("\n");
}
