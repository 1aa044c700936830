/**
 * One refresh at a time over all tabs. Each refresh token works once, so two tabs that renew in the
 * same moment would look like a stolen token and be signed out.
 *
 * Web Locks do this, but browsers have them only on https and localhost, and on a LAN the page comes
 * over plain http. There a lease in localStorage stands in: write a name, wait until every tab that
 * raced has written too, and go ahead if the name is still ours.
 */
import type { Clock } from "./clock.ts";

const LOCK_NAME = "nightjar.refresh";
/** A tab that was closed in the middle leaves its lease behind for this long. */
const LEASE_MS = 8000;
const SETTLE_MS = 40;
const PATIENCE_MS = 15_000;

export type RefreshLock = <T>(work: () => Promise<T>) => Promise<T>;

/** What is used of the browser's LockManager and of its Storage. */
export interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>;
}
export interface LeaseStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export function createRefreshLock(options: {
  locks: Locks | undefined;
  storage: LeaseStorage | null;
  clock: Clock;
}): RefreshLock {
  const { locks, storage, clock } = options;
  if (locks) return (work) => locks.request(LOCK_NAME, work);
  if (!storage) return (work) => work();
  return async (work) => {
    const name = await takeLease(storage, clock);
    try {
      return await work();
    } finally {
      if (storage.getItem(LOCK_NAME)?.startsWith(`${name} `)) storage.removeItem(LOCK_NAME);
    }
  };
}

/** Gives up waiting after a while: being signed out is better than a page that hangs. */
async function takeLease(storage: LeaseStorage, clock: Clock): Promise<string> {
  const name = crypto.getRandomValues(new Uint32Array(2)).join("-");
  const { signal } = new AbortController();
  const deadline = clock.monotonic() + PATIENCE_MS;
  while (clock.monotonic() < deadline) {
    if (!isLeased(storage, clock)) {
      storage.setItem(LOCK_NAME, `${name} ${clock.now() + LEASE_MS}`);
      await clock.sleep(SETTLE_MS, { signal });
      if (storage.getItem(LOCK_NAME)?.startsWith(`${name} `)) return name;
    }
    await clock.sleep(SETTLE_MS, { signal });
  }
  return name;
}

function isLeased(storage: LeaseStorage, clock: Clock): boolean {
  const until = Number(storage.getItem(LOCK_NAME)?.split(" ")[1] ?? 0);
  // A lease that reaches further than any lease can was written before the clock was set back.
  return until > clock.now() && until <= clock.now() + LEASE_MS;
}
