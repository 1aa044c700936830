/** How far the box's clock is ahead of the viewer's, in milliseconds; null until it is known. */
import { useEffect, useState } from "preact/hooks";

import { usePage } from "../page.ts";

export function useClockSkew(): number | null {
  const { session, clock } = usePage();
  const [skewMs, setSkewMs] = useState<number | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const askedMs = clock.now();
    session.ask("/auth/me", { signal: abort.signal }).then(
      (answer) => {
        // Told in whole seconds, and about half-way between the asking and now.
        const boxMs = Date.parse(answer.headers.get("Date") ?? "") + 500;
        if (!Number.isNaN(boxMs)) setSkewMs(boxMs - (askedMs + clock.now()) / 2);
      },
      // A box that does not answer is told of everywhere already.
      () => {},
    );
    return () => abort.abort();
  }, [session, clock]);
  return skewMs;
}
