/** What the centre knows of its sites, as far as the account may see them. */
import { asc, eq } from "drizzle-orm";

import type { CentralSession } from "./central-session.ts";
import { createTables } from "./central-tables.ts";
import { findNames } from "./central-views.ts";

export interface SiteReport {
  id: string;
  name: string;
  /** By the centre's clock; null before the first heartbeat. */
  heardAt: string | null;
  version: string | null;
  camerasUp: number | null;
  camerasWanted: number | null;
  modelState: string | null;
  backlog: number | null;
  unsent: number | null;
  lagS: number | null;
}

export async function listSites(session: CentralSession, ownSiteId: string): Promise<SiteReport[]> {
  const { sites, siteHeartbeats: beats } = createTables(await findNames(session, ownSiteId));
  const columns = {
    id: sites.siteId,
    name: sites.name,
    heardAt: beats.receivedAt,
    version: beats.version,
    camerasUp: beats.camerasUp,
    camerasWanted: beats.camerasWanted,
    modelState: beats.modelState,
    backlog: beats.backlog,
    unsent: beats.unsent,
    lagS: beats.lagS,
  };
  return await session.ask(() =>
    session.orm
      .select(columns)
      .from(sites)
      .leftJoin(beats, eq(beats.siteId, sites.siteId))
      .orderBy(asc(sites.siteId)),
  );
}
