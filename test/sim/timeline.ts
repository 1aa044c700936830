/** What goes on at a place, and when: all by the seed's chance. */
import { chooseFault, type Scene } from "./faults.ts";
import type { Person } from "./people.ts";
import type { Place } from "./place.ts";
import type { Safety } from "./safety.ts";
import { pick, type World } from "./world.ts";

const MINUTE_MS = 60_000;

/** Does the work again and again, after waits of such a length on average. */
export function plan(
  random: () => number,
  { everyMs, untilMs }: { everyMs: number; untilMs: number },
  loop: World["loop"],
  work: () => void,
): void {
  const waitMs = everyMs * 2 * random();
  if (loop.monotonic() + waitMs > untilMs) return;
  loop.schedule(waitMs, null, () => {
    work();
    plan(random, { everyMs, untilMs }, loop, work);
  });
}

export function provoke(scene: Scene, endsMs: number): void {
  const { world } = scene;
  const fault = chooseFault(scene);
  world.tell(`fault: ${fault.name}`);
  const end = fault.begin();
  const lastsMs = world.random() * world.random() * 3 * MINUTE_MS;
  if (world.loop.monotonic() + lastsMs < endsMs) {
    world.loop.schedule(lastsMs, null, () => {
      world.tell(`no more: ${fault.name}`);
      end();
    });
  }
}

/** What goes on whatever is wrong: people walk by, look, ask and delete. */
export function goOn(place: Place, untilMs: number): void {
  const { world, scene, watchers } = place;
  const { random, loop } = world;
  plan(random, { everyMs: MINUTE_MS * (0.1 + random() * 0.6), untilMs }, loop, () =>
    pick(random, scene.cameras).walk(),
  );
  plan(random, { everyMs: MINUTE_MS * (0.1 + random() * 0.6), untilMs }, loop, () => {
    act(place).catch((error: unknown) => place.wrongs.push(`a person failed: ${error}`));
  });
  for (const watcher of watchers) {
    plan(random, { everyMs: 5_000, untilMs: Infinity }, loop, () => {
      watcher.come().catch((error: unknown) => place.wrongs.push(`a watcher failed: ${error}`));
    });
    plan(random, { everyMs: MINUTE_MS, untilMs }, loop, watcher.leave);
  }
}

async function act({ world, safety, person }: Place): Promise<void> {
  const { random } = world;
  const ids = [...safety.rows.keys()];
  const id = ids[Math.floor(random() * ids.length)];
  if (id === undefined) return;
  const deed = pick(random, ["analyze", "mark", "delete", "retry", "discard", "read", "status"]);
  const answer = await does(deed, id, person, safety);
  world.tell(`a person: ${deed} ${id.slice(-6)}, ${answer?.status ?? "no answer"}`);
}

async function does(deed: string, id: string, person: Person, safety: Safety) {
  if (deed === "analyze") safety.asked(id);
  if (deed === "analyze") return person.ask("POST", `/events/${id}/analyze`);
  if (deed === "mark") return person.ask("PATCH", `/events/${id}`, { important: true });
  if (deed === "delete") safety.deleted(id);
  if (deed === "delete") return person.ask("DELETE", `/events/${id}`);
  if (deed === "status") return person.ask("GET", "/status");
  if (deed === "read") return person.ask("GET", `/events/${id}`);
  const dead = await person.ask("GET", "/queue/dead");
  const job = dead?.json?.items?.[0];
  if (!job) return dead;
  if (deed === "discard") return person.ask("DELETE", `/queue/dead/${job.id}`);
  safety.asked(job.event.id);
  return person.ask("POST", `/queue/dead/${job.id}/retry`);
}
