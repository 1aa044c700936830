/**
 * A fleet against one MariaDB: a thousand sites, each with the product's own courier, connection (TLS),
 * account and views, all in this one process. The last line is one JSON object.
 *
 *     npm run bench:fleet -- [--sites 1000] [--events-a-day 1000000] [--seconds 60]
 *         [--rows 200000] [--seed 1] [--json]
 *
 * connect_...     all sites at one moment, as after the centre was away
 * day_...         events at the day's rate, each begun, ended and described
 * busy_...        ten times that rate
 * hot_...         the day's rate, and fifty events a second more from one site; `others` and `own` lag
 * outage_...      an hour's events waiting everywhere when the centre comes back, all at one moment
 * key_..., batch_...   plain inserts in two orders of the key, and in batches of several sizes
 * machine_load   before it all: what else kept the machine busy is in every figure
 */
import { loadavg } from "node:os";
import { parseArgs } from "node:util";

import { createRandom } from "../test/support/random.ts";
import { runArrivals, type Stream } from "./bench-fleet/arrivals.ts";
import { measureLoad } from "./bench-fleet/centre-load.ts";
import { openFleet } from "./bench-fleet/fleet.ts";
import { measureBatches, measureLayouts } from "./bench-fleet/layouts.ts";
import { toPercentile } from "./percentile.ts";

const { values: options } = parseArgs({
  options: {
    sites: { type: "string", default: "1000" },
    "events-a-day": { type: "string", default: "1000000" },
    seconds: { type: "string", default: "60" },
    rows: { type: "string", default: "200000" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  },
});
const SECONDS_A_DAY = 86_400;
const SECONDS_AWAY = 3_600;
const BUSY_FACTOR = 10;
const HOT_PER_SECOND = 50;
const perSecond = toCount("events-a-day") / SECONDS_A_DAY;
const [seconds, rows] = [toCount("seconds"), toCount("rows")];
const random = createRandom(toCount("seed"));
const figures: Record<string, number> = {};
keep("machine", { load: loadavg()[0] ?? 0 });

say(`Granting ${options.sites} sites their accounts and views.`);
await using fleet = await openFleet(toCount("sites"));
const { database, sites } = fleet;

say("All sites connect at one moment.");
const connecting = await measureLoad(database, () => fleet.start());
keep("connect", { seconds: connecting.seconds, cpu_percent: connecting.cpuPercent });
keep("connect", { connections: connecting.connections });
const dayStream = { perSecond, sites };
say(`${seconds} s at ${perSecond.toFixed(1)} events a second.`);
keep("day", await measureStreams([dayStream]));
say(`${seconds} s at ten times as many.`);
keep("busy", await measureStreams([{ ...dayStream, perSecond: perSecond * BUSY_FACTOR }]));
say(`${seconds} s with one site that has ${HOT_PER_SECOND} a second of its own.`);
const hottest = sites.slice(0, 1);
const hot = { perSecond: HOT_PER_SECOND, sites: hottest };
keep("hot", await measureStreams([dayStream, hot], hottest[0]?.id));
say("The centre is away for an hour.");
keep("outage", await measureOutage());
say(`${rows} rows in either order of the key.`);
for (const [name, layout] of Object.entries(
  await measureLayouts(database, { rows, sites: sites.length }),
)) {
  keep(`key_${name}`, {
    rows_per_second: layout.rowsPerSecond,
    megabytes: layout.megabytes,
    site_read_ms: layout.siteReadMs,
  });
}
keep("batch", await measureBatches(database));
if (options.json) console.log(JSON.stringify({ sites: sites.length, ...figures }));

/** `hotId`: its own lag is told apart from the others'. */
async function measureStreams(streams: readonly Stream[], hotId?: string) {
  fleet.takeArrived();
  let events = 0;
  const load = await measureLoad(database, async () => {
    events = await runArrivals(streams, { seconds, random });
    await fleet.settle();
  });
  const { batches, lagsMs } = fleet.takeArrived();
  const rowCount = [...lagsMs.values()].flat().length;
  const own = lagsMs.get(hotId ?? "") ?? [];
  lagsMs.delete(hotId ?? "");
  const others = [...lagsMs.values()].flat();
  return {
    events,
    statements_per_second: load.statements / load.seconds,
    rows_per_event: rowCount / events,
    rows_per_batch: rowCount / batches,
    cpu_percent: load.cpuPercent,
    lag_p50_seconds: toPercentile(others, 0.5) / 1000,
    lag_p95_seconds: toPercentile(others, 0.95) / 1000,
    ...(hotId !== undefined && { own_lag_p95_seconds: toPercentile(own, 0.95) / 1000 }),
  };
}

/** The hour's events wait, spread over the sites by lot; the centre comes back and all want in. */
async function measureOutage() {
  await database.stop();
  const events = Math.round(perSecond * SECONDS_AWAY);
  for (let count = 0; count < events; count += 1) {
    const site = sites[Math.floor(random() * sites.length)];
    if (site) site.describe(site.end(site.begin()));
  }
  await database.restart();
  const load = await measureLoad(database, async () => {
    for (const { courier } of sites) courier.runNow();
    await fleet.settle();
  });
  return {
    events,
    seconds: load.seconds,
    events_per_second: events / load.seconds,
    cpu_percent: load.cpuPercent,
  };
}

function keep(part: string, found: Record<string, number>): void {
  for (const [name, value] of Object.entries(found)) {
    const figure = `${part}_${name}`;
    figures[figure] = Math.round(value * 1000) / 1000;
    console.log(`${figure.padEnd(36)}${figures[figure]}`);
  }
}

function toCount(name: "sites" | "events-a-day" | "seconds" | "rows" | "seed"): number {
  const value = Number(options[name]);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} is a whole number above 0, not ${options[name]}.`);
}

function say(sentence: string): void {
  console.error(`==> ${sentence}`);
}
