/** Whose name a site's is: one box's, told even from a copy of its disk. */
import { and, eq } from "drizzle-orm";

import type { Clock } from "../base/clock.ts";
import { createSyncError } from "./central-faults.ts";
import type { ClaimKeeper } from "./central-rows.ts";
import type { CentralSession } from "./central-session.ts";
import type { Tables } from "./central-tables.ts";
import { toTimeText } from "./central-values.ts";

export interface Site {
  id: string;
  name: string;
}

/**
 * The centre counts how often the name was taken, and so does each box: who finds it taken more often
 * than it did itself has a double. Who finds less, or misses what it sent last, sees a centre that
 * has forgotten.
 */
export async function takeName(
  { orm, ask }: CentralSession,
  { sites, motionEvents }: Tables,
  parts: { site: Site; claim: ClaimKeeper; clock: Clock; takesOver?: boolean },
): Promise<number> {
  const { site, claim } = parts;
  const mine = claim.read();
  const isSite = eq(sites.siteId, site.id);
  const [known] = await ask(() => orm.select().from(sites).where(isSite).limit(1));
  const isOthers = known && (known.nonce !== mine.nonce || known.claims > mine.claimsTried);
  if (isOthers && !parts.takesOver) {
    throw createSyncError("site_conflict");
  }
  let hasLost = (known?.claims ?? 0) < mine.claims;
  if (mine.lastSent) {
    const isLast = and(
      eq(motionEvents.siteId, site.id),
      eq(motionEvents.eventId, mine.lastSent.eventId),
    );
    const [last] = await ask(() =>
      orm.select({ revision: motionEvents.revision }).from(motionEvents).where(isLast).limit(1),
    );
    hasLost ||= (last?.revision ?? 0) < mine.lastSent.revision;
  }

  const claims = (known?.claims ?? 0) + 1;
  claim.keepTry(claims);
  if (known) {
    const isUntaken = and(isSite, eq(sites.nonce, known.nonce), eq(sites.claims, known.claims));
    const [taken] = await ask(() =>
      orm.update(sites).set({ claims, nonce: mine.nonce, name: site.name }).where(isUntaken),
    );
    // The driver counts the rows that were found.
    if (taken.affectedRows !== 1) throw createSyncError("site_conflict");
  } else {
    const registeredAt = toTimeText(parts.clock.now());
    const row = { siteId: site.id, name: site.name, nonce: mine.nonce, claims, registeredAt };
    await ask(() => orm.insert(sites).values(row));
  }
  claim.confirm(claims, { hasLost });
  return claims;
}
