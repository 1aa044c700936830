import { systemClock } from "../../src/base/clock.ts";
import { createId } from "../../src/base/ids.ts";
import { migrateCentre } from "../../src/sync/central-migrations.ts";
import type {
  CentralEvent,
  CentralFacts,
  ClaimKeeper,
  SiteClaim,
  SiteHeartbeat,
} from "../../src/sync/central-rows.ts";
import { openSession } from "../../src/sync/central-session.ts";

const AT = Date.parse("2026-11-23T09:15:00.000Z");

export function createCentralEvent(
  given: Partial<CentralEvent> & { ofFacts?: Partial<CentralFacts> } = {},
): CentralEvent {
  const { ofFacts, ...event } = given;
  return {
    eventId: createId(),
    revision: 1,
    cameraId: "yard",
    startedAt: AT,
    deletedAt: null,
    facts: {
      cameraName: "Yard",
      endedAt: AT + 8_000,
      peakAt: AT + 3_000,
      significanceScore: 0.62,
      confidence: 0.4,
      motionSummary: "Something moved for 8 s from the left to the right.",
      analysisStatus: "done",
      analysisReason: null,
      ai: {
        title: "A person with a parcel",
        description: "A person crosses the yard with a parcel and stops at the door.",
        objects: ["person", "parcel"],
        people: 1,
        vehicles: 0,
        activity: "walking",
        concern: 1,
        confidence: 0.71,
        model: "llava:7b",
        modelDigest: "sha256:0123",
        promptVersion: 4,
        reusedFrom: null,
        processingMs: 8_000,
        describedAt: AT + 20_000,
      },
      isCut: false,
      ...ofFacts,
    },
    ...event,
  };
}

export function createHeartbeat(given: Partial<SiteHeartbeat> = {}): SiteHeartbeat {
  return {
    version: "0.1.0",
    sentAt: AT,
    isClockSynchronised: true,
    camerasUp: 3,
    camerasWanted: 4,
    model: "llava:7b",
    modelState: "ready",
    backlog: 2,
    shed: 0,
    unsent: 1,
    lagS: 1,
    ...given,
  };
}

/** A box's memory of itself that a test can copy, as a disk is copied. */
export function createClaim(known: Partial<SiteClaim> = {}): ClaimKeeper & {
  copy(): ReturnType<typeof createClaim>;
  send(last: SiteClaim["lastSent"]): void;
  readonly hasLost: boolean;
} {
  const claim = { nonce: createId(), claims: 0, claimsTried: 0, lastSent: null, ...known };
  let hasLost = false;
  return {
    read: () => ({ ...claim }),
    keepTry(claims) {
      claim.claimsTried = claims;
    },
    confirm(claims, told) {
      claim.claims = claims;
      hasLost = told.hasLost;
    },
    send(last) {
      claim.lastSent = last;
    },
    copy: () => createClaim(claim),
    get hasLost() {
      return hasLost;
    },
  };
}

/** Makes the tables with the account of the url. */
export async function migrate(url: string, options: { renewsEpoch?: boolean } = {}) {
  const address = { url, tls: { mode: "auto" as const, ca: null } };
  const signal = new AbortController().signal;
  await using session = await openSession({ address, clock: systemClock, signal });
  return await migrateCentre(session, { now: AT, log: () => undefined, ...options });
}
