/**
 * Box and centre side by side: the sums of each day first, and the events of the days that differ.
 * What waits to be sent explains itself; everything else that differs can be sent again.
 */
import type { Centre, DayTally } from "./central-rows.ts";

export interface AuditPorts {
  /** Every day that has an event may be among them. */
  days(): string[];
  tallyOfDay(day: string): { events: number; revisions: number };
  revisionsOfDay(day: string): Map<string, number>;
  /** Of these events, those that the centre has not been told of as they are. */
  findMarked(eventIds: readonly string[]): Set<string>;
  /** Has them sent again; `revision`: of the centre, 0 where it has none. */
  remark(events: readonly Difference[]): void;
}

export interface Difference {
  eventId: string;
  /** Of the centre; 0 where it has none. */
  revision: number;
  day: string;
}

export interface Comparison {
  /** The box has them. */
  events: number;
  days: number;
  /** The box has them, the centre has not. */
  missing: Difference[];
  /** The centre has them, the box has not. */
  extra: Difference[];
  /** Both have them, as of different revisions. */
  different: Difference[];
  /** Differ only because they are still to be sent, or were refused. */
  waiting: number;
}

/** One day at a time, and between two days others have their turn. */
export async function compareWithCentre(
  centre: Pick<Centre, "tallyByDay" | "revisionsOfDay">,
  box: Omit<AuditPorts, "remark">,
): Promise<Comparison> {
  // The centre first: what changes meanwhile is then newer at the box, and marked.
  const central = new Map((await centre.tallyByDay()).map((tally) => [tally.day, tally]));
  const days = [...new Set([...central.keys(), ...box.days()])].sort();
  const found: Comparison = {
    ...{ events: 0, days: 0, missing: [], extra: [], different: [], waiting: 0 },
  };
  for (const day of days) {
    const mine = box.tallyOfDay(day);
    found.events += mine.events;
    if (mine.events > 0 || central.has(day)) found.days += 1;
    if (!isSame(mine, central.get(day))) await compareDay(day, { centre, box, found });
    else await new Promise((resolve) => setImmediate(resolve));
  }
  return found;
}

function isSame(
  { events, revisions }: { events: number; revisions: number },
  central: DayTally | undefined,
): boolean {
  return events === (central?.events ?? 0) && revisions === (central?.revisions ?? 0);
}

async function compareDay(
  day: string,
  {
    centre,
    box,
    found,
  }: {
    centre: Pick<Centre, "revisionsOfDay">;
    box: Omit<AuditPorts, "remark">;
    found: Comparison;
  },
): Promise<void> {
  const theirs = await centre.revisionsOfDay(day);
  const mine = box.revisionsOfDay(day);
  const ids = [...new Set([...theirs.keys(), ...mine.keys()])];
  const differing = ids.filter((id) => theirs.get(id) !== mine.get(id));
  const marked = box.findMarked(differing);
  for (const eventId of differing) {
    const revision = theirs.get(eventId) ?? 0;
    const difference = { eventId, day, revision };
    // A box that was restored may have a mark and still be behind: that would be sent in vain.
    const isBehind = (mine.get(eventId) ?? revision) < revision;
    if (marked.has(eventId) && !isBehind) found.waiting += 1;
    else if (!theirs.has(eventId)) found.missing.push(difference);
    else if (!mine.has(eventId)) found.extra.push(difference);
    else found.different.push(difference);
  }
}

/** What differs is sent again, as it is at the box; answers how many. */
export function repair(
  { missing, extra, different }: Comparison,
  box: Pick<AuditPorts, "remark">,
): number {
  const all = [...missing, ...extra, ...different];
  for (let at = 0; at < all.length; at += REMARKED_AT_ONCE) {
    box.remark(all.slice(at, at + REMARKED_AT_ONCE));
  }
  return all.length;
}

const REMARKED_AT_ONCE = 500;
