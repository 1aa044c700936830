/** What the last minutes would have been with other settings, asked again at each change of them. */
import { useEffect, useState } from "preact/hooks";

import type { MotionSettings, Rehearsal } from "../../api/motion-contract.ts";
import { useAsk } from "../answer.ts";
import { isStatus } from "../http.ts";
import { usePage } from "../page.ts";

/** A slider in motion is not asked about at each step. */
const PAUSE_MS = 200;
const BUSY_MS = 2000;

export interface Rehearsing {
  /** The latest there is; of the settings before while it waits. */
  found: Rehearsal | null;
  /** The settings that it is of, as JSON. */
  judged: string | null;
  waits: boolean;
  error: unknown;
}

const NOTHING_YET: Rehearsing = { found: null, judged: null, waits: true, error: null };

/** Another `turn` judges what came since. */
export function useRehearsal(cameraId: string, draft: MotionSettings, turn: number): Rehearsing {
  const { clock } = usePage();
  const ask = useAsk();
  const [state, setState] = useState<Rehearsing>(NOTHING_YET);
  const asked = JSON.stringify(draft);

  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const path = `/cameras/${encodeURIComponent(cameraId)}/motion/rehearsal`;
    const rehearse = async (): Promise<Rehearsal> => {
      try {
        return await ask<Rehearsal>(path, { method: "POST", body: JSON.parse(asked), signal });
      } catch (error) {
        if (!isStatus(error, 429, 503)) throw error;
        await clock.sleep(BUSY_MS, { signal });
        return await rehearse();
      }
    };
    setState((before) => ({ ...before, waits: true, error: null }));
    clock
      .sleep(PAUSE_MS, { signal })
      .then(rehearse)
      .then(
        (found) => setState({ found, judged: asked, waits: false, error: null }),
        (error: unknown) => {
          if (!signal.aborted) setState((before) => ({ ...before, waits: false, error }));
        },
      );
    return () => abort.abort();
  }, [ask, clock, cameraId, asked, turn]);

  return state;
}
