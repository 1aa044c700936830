/** An event's picture in the list. A row that only flies by costs the box nothing. */
import { useEffect, useState } from "preact/hooks";

import type { MotionEvent } from "../../api/contract.ts";
import { usePage } from "../page.ts";
import { BoxedImage } from "../picture.tsx";

/** So long a row must be there before its picture is asked for. */
const REST_MS = 120;

export function Thumbnail(props: { event: MotionEvent; label: string }) {
  const { pictures, clock, strings } = usePage();
  const { snapshot_url: path, timestamp, boxes } = props.event;
  const known = path === null ? null : pictures.peek(path, timestamp);
  const [state, setState] = useState<"waiting" | "loaded" | "failed">("waiting");

  useEffect(() => {
    if (path === null || known !== null) return;
    const abort = new AbortController();
    const { signal } = abort;
    const load = async () => {
      await clock.sleep(REST_MS, { signal });
      await pictures.load(path, timestamp);
    };
    load().then(
      () => !signal.aborted && setState("loaded"),
      () => !signal.aborted && setState("failed"),
    );
    return () => abort.abort();
  }, [path, timestamp, known, pictures, clock]);

  if (known !== null) {
    return (
      <div class="picture">
        <BoxedImage url={known} label={props.label} boxes={boxes} />
      </div>
    );
  }
  const word = path === null ? strings.pictureMissing : strings.pictureFailed;
  const isWaiting = path !== null && state !== "failed";
  return (
    <div class="picture">
      {isWaiting ? (
        <span class="picture-waits" aria-hidden="true" />
      ) : (
        <span class="picture-word">{word}</span>
      )}
    </div>
  );
}
