/**
 * How often someone may try. Failures count, successes are given back: a household that signs in
 * often is no attack, and a stranger who guesses cannot lock the owner out from elsewhere.
 */
import { isIPv6 } from "node:net";

import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";

import type { Clock } from "../base/clock.ts";
import { ApplianceError } from "../base/errors.ts";
import type { KeepShut, ShutDoor } from "./shut-doors.ts";

const WINDOW_SECONDS = 60;
const BY_ACCOUNT_AND_ADDRESS_MAX = 5;
const BY_ADDRESS_MAX = 30;
const SETUPS_MAX = 10;

export interface Attempts {
  /** Counts a try before it is made. Throws `exhausted` with `retryAfterS`. */
  countSignIn(attempt: SignInAttempt): Promise<void>;
  /** It succeeded after all. */
  forgiveSignIn(attempt: SignInAttempt): Promise<void>;
  /** Counts for the whole box: there is only one code to guess. */
  countSetup(): Promise<void>;
}

export interface SignInAttempt {
  username: string;
  /** Of the socket; what a client says of itself is never asked. */
  address: string;
}

/** Without `kept` a restart forgives: for what runs once and ends. */
export function createAttempts(kept?: {
  before: readonly ShutDoor[];
  keep: KeepShut;
  clock: Pick<Clock, "now">;
}): Attempts {
  const shut = createShut(kept);
  const byBoth = createLimiter("sign-in", BY_ACCOUNT_AND_ADDRESS_MAX);
  const byAddress = createLimiter("address", BY_ADDRESS_MAX);
  const setups = createLimiter("set-up", SETUPS_MAX);
  for (const limiter of [byBoth, byAddress, setups]) shut.reopen(limiter);
  const count = async (limiter: RateLimiterMemory, key: string): Promise<void> => {
    try {
      await limiter.consume(key);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      await shut.add({ limit: limiter.keyPrefix, key }, refusal.msBeforeNext);
      const retryAfterS = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      const sentence = `Too many tries. Try again in ${retryAfterS} seconds.`;
      throw new ApplianceError("exhausted", sentence, { details: { retryAfterS } });
    }
  };

  return {
    async countSignIn(attempt) {
      await count(byAddress, toNeighbourhood(attempt.address));
      await count(byBoth, toKey(attempt));
    },
    async forgiveSignIn(attempt) {
      await byAddress.reward(toNeighbourhood(attempt.address), 1);
      await byBoth.delete(toKey(attempt));
    },
    countSetup: () => count(setups, "all"),
  };
}

function createLimiter(keyPrefix: string, points: number): RateLimiterMemory {
  return new RateLimiterMemory({ keyPrefix, points, duration: WINDOW_SECONDS });
}

/** The doors that are shut, each told once when it shuts. */
function createShut(kept: Parameters<typeof createAttempts>[0]) {
  let doors = [...(kept?.before ?? [])];
  return {
    /** For what is left of their time; a clock that was set back shuts nobody out for longer. */
    reopen(limiter: RateLimiterMemory): void {
      const now = kept?.clock.now() ?? 0;
      for (const { limit, key, until } of doors) {
        const leftS = Math.min(WINDOW_SECONDS, Math.ceil((until - now) / 1000));
        if (limit === limiter.keyPrefix && leftS > 0) void limiter.block(key, leftS);
      }
    },
    async add(door: Pick<ShutDoor, "limit" | "key">, leftMs: number): Promise<void> {
      if (!kept) return;
      const now = kept.clock.now();
      doors = doors.filter(({ until }) => until > now && until <= now + WINDOW_SECONDS * 1000);
      if (doors.some(({ limit, key }) => limit === door.limit && key === door.key)) return;
      doors.push({ ...door, until: now + leftMs });
      await kept.keep(doors);
    },
  };
}

function toKey({ username, address }: SignInAttempt): string {
  return `${toNeighbourhood(address)} ${username.toLowerCase()}`;
}

/** One household has a whole /64 of IPv6 addresses to try from; it counts as one. */
function toNeighbourhood(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "");
  if (!isIPv6(plain)) return plain;
  const [head = "", tail] = plain.split("%", 1).join("").split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  return [...left, ...gap, ...right].slice(0, 4).join(":").toLowerCase();
}
