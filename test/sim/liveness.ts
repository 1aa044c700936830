/** What is not right yet, once nothing is wrong any more; null when all is. */
import type { FeedWatcher } from "./people.ts";
import type { Place } from "./place.ts";
import type { Safety } from "./safety.ts";

export async function findUnfinished(place: Place): Promise<string | null> {
  const { scene, safety } = place;
  if (scene.machine.state !== "running") return `the process is ${scene.machine.state}`;
  return (
    (await findRefused(place)) ??
    findUnfinishedEvent(place) ??
    findAtCentre(place) ??
    findAtWatcher(place) ??
    (safety.rows.size === 0 ? "nobody was seen" : null) ??
    (await findInStatus(place))
  );
}

function findUnfinishedEvent({ safety }: Place): string | null {
  for (const row of safety.rows.values()) {
    const isDone = row.state === null || row.state === "done" || row.state === "dead";
    if (row.endedAt === null) return `event ${row.id} has no end`;
    if (!isDone) return `event ${row.id} waits: ${JSON.stringify(row)}`;
  }
  return null;
}

function findAtCentre({ scene, safety }: Place): string | null {
  const { events } = scene.centre;
  for (const { id, revision } of safety.rows.values()) {
    const row = events.get(id);
    if (row?.revision !== revision)
      return `the centre has ${id} at ${row?.revision}, not ${revision}`;
    if (row.deletedAt !== null) return `the centre takes ${id} for deleted`;
  }
  for (const { eventId, deletedAt } of events.values()) {
    const isGone = !safety.rows.has(eventId);
    if (isGone && deletedAt === null) return `the centre has ${eventId}, which was deleted`;
  }
  return null;
}

/** Who listens knows of every change there is still something to tell of. */
function findAtWatcher({ world, safety, watchers }: Place): string | null {
  const storage = world.storage.findLast(({ name }) => name.endsWith(".db"));
  const changes = (storage
    ?.prepare("select seq, motion_event_id as id from feed_messages order by seq")
    .all() ?? []) as { seq: number; id: string }[];
  for (const watcher of watchers) {
    const found = findAtOne(watcher, changes, safety);
    if (found !== null) return found;
  }
  return null;
}

function findAtOne(
  { isListening, seen, since }: FeedWatcher,
  changes: readonly { seq: number; id: string }[],
  { rows }: Safety,
): string | null {
  if (!isListening || since === null) return "a watcher is away";
  const missed = changes.find(({ seq, id }) => seq > since && rows.has(id) && !seen.has(seq));
  if (missed) return `a watcher was not told ${missed.seq} of ${missed.id}`;
  const told = new Map([...seen.values()].map(({ event }) => [event?.id, event?.analysis_status]));
  for (const { id, status } of rows.values()) {
    if (told.has(id) && told.get(id) !== status) return `a watcher takes ${id} for ${told.get(id)}`;
  }
  return null;
}

/** What the centre refused while it was broken waits for a person's word. */
async function findRefused({ person }: Place): Promise<string | null> {
  const refused = await person.ask("GET", "/sync/refused");
  if (refused?.status !== 200) return `refused rows are answered with ${refused?.status}`;
  if (refused.json.items.length === 0) return null;
  await person.ask("POST", "/sync/refused/retry");
  return "the centre had refused rows";
}

async function findInStatus({ person }: Place): Promise<string | null> {
  const answer = await person.ask("GET", "/status");
  if (answer?.status !== 200) return `the status answers ${answer?.status}`;
  const { state, problems, sync } = answer.json;
  if (state !== "ok") return `the status says ${JSON.stringify(problems)}`;
  return sync.unsent === 0 && sync.refused === 0 ? null : `${JSON.stringify(sync)}`;
}
