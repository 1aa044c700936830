/** How much moves in front of one camera, as the feed tells it, over the last minute. */
import { useEffect, useState } from "preact/hooks";

import type { Ticket } from "../../api/contract.ts";
import type { MotionLevel } from "../../api/motion-contract.ts";
import { useAsk } from "../answer.ts";
import { createFeedClient } from "../feed-client.ts";
import { API } from "../http.ts";
import { usePage } from "../page.ts";
import { createReconnectPolicy } from "../reconnect.ts";

export const LEVELS_MS = 60_000;

/** Oldest first. Over a socket of its own, which lasts as long as it is shown. */
export function useMotionLevels(cameraId: string): readonly MotionLevel[] {
  const { clock } = usePage();
  const ask = useAsk();
  const [levels, setLevels] = useState<readonly MotionLevel[]>([]);

  useEffect(() => {
    const abort = new AbortController();
    const client = createFeedClient({
      url: `${location.origin.replace(/^http/, "ws")}${API}/ws`,
      getTicket: async ({ signal }) =>
        (await ask<Ticket>("/ws/ticket", { method: "POST", signal })).ticket,
      clock,
      policy: createReconnectPolicy({ firstMs: 500, longestMs: 8000, random: Math.random }),
      cameras: [cameraId],
      onMessage(message) {
        if (message.type === "motion.level")
          setLevels((before) => withNewest(before, message.level));
      },
      onState() {},
    });
    // Ends with its signal; what fails inside is tried again inside.
    void client.run(abort.signal);
    return () => abort.abort();
  }, [ask, clock, cameraId]);

  return levels;
}

function withNewest(levels: readonly MotionLevel[], newest: MotionLevel): readonly MotionLevel[] {
  const oldestMs = Date.parse(newest.at) - LEVELS_MS;
  return [...levels.filter(({ at }) => Date.parse(at) >= oldestMs), newest];
}
