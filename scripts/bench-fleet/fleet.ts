/** Many sites and their one centre, all on this machine. */
import { setTimeout as pause } from "node:timers/promises";

import { createAuthority, createLeaf } from "../../src/access/certificate.ts";
import { systemClock } from "../../src/base/clock.ts";
import { createLog } from "../../src/base/log.ts";
import { toGrants } from "../../src/sync/central-views.ts";
import { migrate } from "../../test/support/central-samples.ts";
import { type MariaDb, openMariaDb } from "../../test/support/mariadb.ts";
import { createFleetSite, type FleetSite } from "./fleet-site.ts";

/** Of the accounts, as the printed grants make it up. */
const PASSWORD = "a long random password";
/** Beside the sites' own, for whoever looks after the centre. */
const CONNECTIONS_BESIDE = 50;
const LOOK_EVERY_MS = 20;

export interface Arrived {
  batches: number;
  /** By site, how long each row had waited. */
  lagsMs: Map<string, number[]>;
}

export interface Fleet extends AsyncDisposable {
  readonly database: MariaDb;
  readonly sites: readonly FleetSite[];
  /** All at one moment; resolves when the centre has answered each. */
  start(): Promise<void>;
  /** Until nothing waits anywhere. */
  settle(): Promise<void>;
  /** Since it was asked last. */
  takeArrived(): Arrived;
}

export async function openFleet(count: number): Promise<Fleet> {
  await using opened = new AsyncDisposableStack();
  const authority = createAuthority("centre");
  const tls = createLeaf(authority, { host: "localhost", all: ["localhost"] }, systemClock.now());
  const most = count + CONNECTIONS_BESIDE;
  const settings = [`--max-connections=${most}`, `--back-log=${most}`];
  const database = opened.use(await openMariaDb({ tls, arguments: settings }));
  await migrate(database.url());

  let arrived: Arrived = { batches: 0, lagsMs: new Map() };
  const onArrived = (siteId: string, lagsMs: readonly number[]): void => {
    arrived.batches += 1;
    arrived.lagsMs.set(siteId, [...(arrived.lagsMs.get(siteId) ?? []), ...lagsMs]);
  };
  const log = createLog({ level: "silent" });
  const sites: FleetSite[] = [];
  for (let number = 0; number < count; number += 1) {
    const siteId = `site-${String(number).padStart(4, "0")}`;
    const user = `nightjar-${siteId}`;
    await database.query(...toGrants(siteId, { database: "centre", user, withViews: true }));
    const url = database.url({ user, password: PASSWORD }, "centre", "localhost");
    const address = { url, tls: { mode: "verify" as const, ca: authority.certificate } };
    sites.push(createFleetSite(siteId, { address, log, onArrived }));
  }

  const until = async (isSo: (site: FleetSite) => boolean): Promise<void> => {
    while (!sites.every(isSo)) await pause(LOOK_EVERY_MS);
  };
  const resources = opened.move();
  return {
    ...{ database, sites },
    async start() {
      for (const { courier } of sites) resources.use(run(courier));
      await until(({ courier }) => courier.state().code === "synced");
    },
    settle: () => until(({ waiting }) => waiting === 0),
    takeArrived() {
      const taken = arrived;
      arrived = { batches: 0, lagsMs: new Map() };
      return taken;
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function run(courier: FleetSite["courier"]): AsyncDisposable {
  const stop = new AbortController();
  const running = courier.run(stop.signal);
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
    },
  };
}
