/**
 * The only door to argon2. A hash costs 19 MiB and some 30 ms of a thread that file reads need too,
 * so two at most are made at once, a few wait, and the rest are sent away.
 */
import { availableParallelism } from "node:os";

import { argon2id, hash, needsRehash, verify } from "argon2";

import { ApplianceError } from "../base/errors.ts";

export const PASSWORD_CHARACTERS_MIN = 12;
export const PASSWORD_BYTES_MAX = 256;

/** One processor is left to those who are signed in already, whoever guesses meanwhile. */
const AT_ONCE_MAX = Math.max(1, Math.min(2, availableParallelism() - 1));
const WAITING_MAX = 16;

/** The floor that OWASP and ASVS give for argon2id. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Fits no password, and takes as long to find that out as any other. */
const NOBODYS_HASH =
  `$argon2id$v=19$m=${COST.memoryCost},t=${COST.timeCost},p=${COST.parallelism}` +
  "$bm9ib2R5LW5vYm9keQ$Tm9ib2R5IGhhcyB0aGlzIHBhc3N3b3JkLCBub2JvZHk";

export interface Passwords {
  /** A PHC string. Throws `invalid` for a password that may not be used, `exhausted` when busy. */
  hash(password: string): Promise<string>;
  /**
   * Takes as long for an account that does not exist (null) as for one that does. `outdated`: the
   * hash was made at another cost and should be made anew. Throws `exhausted` when busy.
   */
  verify(passwordHash: string | null, password: string): Promise<Verdict>;
}

export type Verdict = { type: "wrong" } | { type: "right"; outdated: boolean };

export function createPasswords(): Passwords {
  const inTurn = createTurnstile();

  return {
    async hash(password) {
      refuseWeak(password);
      if (await isCommon(password)) {
        const sentence = "This password is on the lists that everybody tries. Choose another one.";
        throw new ApplianceError("invalid", sentence);
      }
      return inTurn(() => hash(password, { type: argon2id, ...COST }));
    },
    async verify(passwordHash, password) {
      const matches = await inTurn(() => verify(passwordHash ?? NOBODYS_HASH, password));
      if (passwordHash === null || !matches) return { type: "wrong" };
      return { type: "right", outdated: needsRehash(passwordHash, COST) };
    },
  };
}

function refuseWeak(password: string): void {
  if ([...password].length < PASSWORD_CHARACTERS_MIN) {
    throw new ApplianceError(
      "invalid",
      `Choose a password of at least ${PASSWORD_CHARACTERS_MIN} characters.`,
    );
  }
  if (Buffer.byteLength(password) > PASSWORD_BYTES_MAX) {
    throw new ApplianceError(
      "invalid",
      `Choose a password of at most ${PASSWORD_BYTES_MAX} bytes.`,
    );
  }
}

/** Read only when somebody chooses a password; the list is let go afterwards. */
async function isCommon(password: string): Promise<boolean> {
  const { dictionary } = await import("@zxcvbn-ts/language-common");
  return dictionary["passwords-common"].includes(password.toLowerCase());
}

/** Runs at most so many pieces of work at once, first come, first served. */
function createTurnstile(): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (work) => {
    if (running < AT_ONCE_MAX) {
      running += 1;
    } else {
      if (waiting.length >= WAITING_MAX) {
        const sentence = "Too many people are signing in at this moment. Try again shortly.";
        throw new ApplianceError("exhausted", sentence, { details: { retryAfterS: 2 } });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      // The one who leaves hands over the turn, so that nobody can slip in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
