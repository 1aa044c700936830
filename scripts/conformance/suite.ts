/** All checks, in the order in which they are run, and what became of each. */
import { asking } from "./asking.ts";
import { type Check, type Group, type Server, toReasonAgainst } from "./check.ts";
import { loading } from "./loading.ts";
import { pictures } from "./pictures.ts";
import { router } from "./router.ts";
import { shelf } from "./shelf.ts";

export interface Finding {
  group: string;
  name: string;
  result: "held" | "failed" | "not asked";
  /** Why not; null when it held. */
  reason: string | null;
}

export const groups: Group = { router, shelf, ...asking, loading, pictures };

/** One after the other: a server has one model, and some checks are about loading it. */
export async function* runSuite(server: Server): AsyncGenerator<Finding> {
  for (const [group, checks] of Object.entries(groups)) {
    for (const check of checks)
      yield { group, name: check.name, ...(await runCheck(check, server)) };
  }
}

async function runCheck(check: Check, server: Server): Promise<Pick<Finding, "result" | "reason">> {
  const against = toReasonAgainst(check, server);
  if (against !== null) return { result: "not asked", reason: against };
  try {
    await check.run(server);
    return { result: "held", reason: null };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { result: "failed", reason: said.replace(/\s+/g, " ").slice(0, 300) };
  }
}
