/**
 * The way to the centre against a real MariaDB of its own: the whole courier, from the box's database
 * to the centre's and back to the marks, beside plain inserts of the same rows. The last line is one
 * JSON object.
 *
 *     npm run bench:sync -- [--events 10000] [--backlog 100000] [--seconds 60] [--rounds 3] [--json]
 *
 * drain_over_bare_insert   rows a second, over those of a multi-row INSERT without any guard; the
 *                          median of the rounds, both in turn
 * steady_over_first        of a long backlog: the last fifth's rows a second over the first fifth's
 * rtt50_seconds_10k        over a line of 50 ms there and back
 * lag_p95_seconds          from an event's beginning to its row at the centre, ten a second
 * insert_p99_ms_...        storing an event at the box while nothing is sent, and while a backlog is
 * loop_p99_ms_...          how late a timer of the same process fires meanwhile, which is what API and
 *                          capture would feel
 */
import { parseArgs } from "node:util";

import { migrate } from "../test/support/central-samples.ts";
import { openChaosProxy } from "../test/support/chaos-proxy.ts";
import { openMariaDb } from "../test/support/mariadb.ts";
import { measureBareInsert, measureDrain } from "./bench-sync/drain.ts";
import { measureDisturbance, measureLags } from "./bench-sync/steady.ts";
import { toPercentile } from "./percentile.ts";

const { values: options } = parseArgs({
  options: {
    events: { type: "string", default: "10000" },
    backlog: { type: "string", default: "100000" },
    seconds: { type: "string", default: "60" },
    rounds: { type: "string", default: "3" },
    json: { type: "boolean", default: false },
  },
});
const [events, backlog, seconds, rounds] = (
  ["events", "backlog", "seconds", "rounds"] as const
).map((name) => {
  const value = Number(options[name]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is a number above 0.`);
  return value;
}) as [number, number, number, number];
const PER_SECOND = 10;
const ONE_WAY_MS = 25;

await using database = await openMariaDb();
await migrate(database.url());
const target = { url: database.url(), port: database.port };

const turns: { ours: number; bare: number }[] = [];
for (let turn = 1; turn <= rounds; turn += 1) {
  const { seconds: ours } = await measureDrain(`drain-${turn}`, events, target);
  const bare = await measureBareInsert(`drain-${turn}`, database);
  turns.push({ ours, bare });
  console.log(`${events} events: ours ${ours.toFixed(2)} s, bare insert ${bare.toFixed(2)} s`);
}
const long = await measureDrain("backlog", backlog, target);
console.log(`${backlog} events: ${long.seconds.toFixed(1)} s`);
await using far = await openChaosProxy(database.port);
far.become({ type: "slow", delayMs: ONE_WAY_MS });
const distant = await measureDrain("far", events, { ...target, port: far.port });
console.log(`over 50 ms: ${distant.seconds.toFixed(2)} s`);
const lags = await measureLags("steady", { database, target, seconds, perSecond: PER_SECOND });
const given = { target, backlog: events, idleSeconds: 5 };
const { idle, draining } = await measureDisturbance("disturbed", given);

console.log(
  JSON.stringify({
    drain_over_bare_insert: round(
      toPercentile(
        turns.map(({ ours, bare }) => bare / ours),
        0.5,
      ),
    ),
    drain_seconds_10k: round(
      (toPercentile(
        turns.map(({ ours }) => ours),
        0.5,
      ) /
        events) *
        10_000,
    ),
    backlog_seconds: round(long.seconds),
    steady_over_first: round(long.lastRate / long.firstRate),
    rtt50_seconds_10k: round((distant.seconds / events) * 10_000),
    lag_p50_seconds: round(toPercentile(lags, 0.5)),
    lag_p95_seconds: round(toPercentile(lags, 0.95)),
    insert_p99_ms_idle: round(idle.insertP99Ms),
    insert_p99_ms_draining: round(draining.insertP99Ms),
    loop_p99_ms_idle: round(idle.loopP99Ms),
    loop_p99_ms_draining: round(draining.loopP99Ms),
  }),
);

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
