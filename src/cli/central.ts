/** `nightjar central`: the central database, by its owner and by a box. */
import { Command } from "commander";

import { systemClock } from "../base/clock.ts";
import { ApplianceError } from "../base/errors.ts";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { migrateCentre } from "../sync/central-migrations.ts";
import { type CentralSession, openSession } from "../sync/central-session.ts";
import { listSites, type SiteReport } from "../sync/central-sites.ts";
import { toGrants } from "../sync/central-views.ts";
import { auditCommand, claimCommand } from "./central-audit.ts";
import { demandUrl, readGivenAddress, withConfig } from "./central-given.ts";
import type { World } from "./world.ts";

interface Given {
  config?: string;
  json?: boolean;
}

interface MigrateGiven extends Given {
  printGrants?: string;
  user?: string;
  views: boolean;
  newEpoch?: boolean;
}

export function centralCommand(world: World): Command {
  const migrate = withConfig(new Command("migrate"))
    .description(
      "Makes the tables of the central database, or brings them to this version. Run it with the " +
        "database owner's address in DATABASE_URL.",
    )
    .option("--new-epoch", "after a restore or a failover: every box sends everything again")
    .option("--print-grants <site>", "only print the statements that let one box in")
    .option("--user <name>", "with --print-grants: the account's name (default: nightjar-SITE)")
    .option("--no-views", "with --print-grants: for engines without views")
    .action(async (given: MigrateGiven) => {
      const config = await load(world, given);
      if (given.printGrants !== undefined) return printGrants(config, given.printGrants, given);
      await inCentre(world, config, async (session) => {
        const migrated = await migrateCentre(session, {
          now: systemClock.now(),
          renewsEpoch: given.newEpoch === true,
          log: (line) => given.json || console.log(line),
        });
        if (given.json) console.log(JSON.stringify(migrated));
        else console.log(`The central database is of version ${migrated.to}.`);
      });
    });

  const status = withConfig(new Command("status"))
    .description("What the central database last heard of each site that its account may see.")
    .action(async (given: Given) => {
      const config = await load(world, given);
      await inCentre(world, config, async (session) => {
        const sites = await listSites(session, config.site.id);
        if (given.json) console.log(JSON.stringify(sites.map(toJson)));
        else for (const site of sites) console.log(toLine(site));
      });
    });

  const central = new Command("central").description("The central database of many sites.");
  return central
    .addCommand(migrate)
    .addCommand(status)
    .addCommand(auditCommand(world))
    .addCommand(claimCommand(world));
}

async function load({ environment }: World, { config: path = null }: { config?: string | null }) {
  return loadConfig({ path, environment });
}

async function inCentre(
  { signal }: World,
  config: Config,
  work: (session: CentralSession) => Promise<void>,
): Promise<void> {
  const address = await readGivenAddress(config);
  await using session = await openSession({ address, clock: systemClock, signal });
  await work(session);
}

function printGrants(config: Config, siteId: string, given: MigrateGiven): void {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/.test(siteId)) {
    const sentence = "A site's id has lower-case letters, digits and dashes. Use its site.id.";
    throw new ApplianceError("invalid", sentence);
  }
  const user = given.user ?? `nightjar-${siteId}`;
  if (!/^[\w.-]{1,80}$/.test(user)) {
    const sentence = "Use letters, digits, dots, dashes and underscores for the account's name.";
    throw new ApplianceError("invalid", sentence);
  }
  const database = decodeURIComponent(new URL(demandUrl(config)).pathname.slice(1));
  const grants = toGrants(siteId, { database, user, withViews: given.views });
  if (given.json) console.log(JSON.stringify(grants));
  else for (const statement of grants) console.log(`${statement};`);
}

function toJson({ heardAt, ...site }: SiteReport) {
  return {
    id: site.id,
    name: site.name,
    heard_at: heardAt === null ? null : `${heardAt.replace(" ", "T")}Z`,
    version: site.version,
    cameras_up: site.camerasUp,
    cameras_wanted: site.camerasWanted,
    model_state: site.modelState,
    backlog: site.backlog,
    unsent: site.unsent,
    lag_s: site.lagS,
  };
}

function toLine(site: SiteReport): string {
  if (site.heardAt === null) return `${site.id}  ${site.name}: nothing heard yet`;
  return (
    `${site.id}  ${site.name}: heard ${site.heardAt} UTC, ${site.unsent} unsent for ` +
    `${site.lagS} s, cameras ${site.camerasUp} of ${site.camerasWanted}, model ${site.modelState}, ` +
    `${site.backlog} waiting, version ${site.version}`
  );
}
