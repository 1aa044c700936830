/**
 * The access token: in memory only, renewed through the cookie before it ends, once at a time however
 * many requests want it.
 */
import type { Grant } from "../api/contract.ts";
import type { Clock } from "./clock.ts";
import { cookieRequest } from "./http.ts";
import type { RefreshLock } from "./refresh-lock.ts";

/** Renewed this long before it ends, so that no request is sent with a token about to expire. */
const RENEW_BEFORE_MS = 60_000;

export interface AccessToken {
  /** Keeps what a sign-in or a refresh granted. */
  take(grant: Response): Promise<void>;
  renew(): Promise<void>;
  /** One that will last for the next request; renewed first when it would not. */
  fresh(): Promise<string>;
  drop(): void;
}

export function createAccessToken(ports: { clock: Clock; lock: RefreshLock }): AccessToken {
  let text: string | null = null;
  /** On the monotonic clock: the viewer's wall clock may be wrong. */
  let endsAt = 0;
  let renewal: Promise<void> | null = null;

  const take = async (grant: Response): Promise<void> => {
    const body = (await grant.json()) as Grant;
    text = body.access_token;
    endsAt = ports.clock.monotonic() + body.expires_in * 1000;
  };
  const renew = (): Promise<void> => {
    renewal ??= ports
      .lock(async () => take(await cookieRequest("/auth/refresh")))
      .finally(() => {
        renewal = null;
      });
    return renewal;
  };

  return {
    take,
    renew,
    async fresh() {
      if (text === null || endsAt - ports.clock.monotonic() < RENEW_BEFORE_MS) await renew();
      return text ?? "";
    },
    drop() {
      text = null;
    },
  };
}
