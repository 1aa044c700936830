/** A camera's newest picture, asked for again while someone can see it. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Camera } from "../api/contract.ts";
import { usePage } from "./page.ts";
import { fetchPicture } from "./pictures.ts";
import type { Strings } from "./strings.ts";
import { useVisible } from "./visibility.ts";

/** Each picture costs the box a decoder, so it is asked for calmly, and never twice at once. */
const PAUSE_MS = 4000;

/** A line or a box that is slow is left alone for as much longer as it took. */
const PAUSE_PER_WAIT = 4;

export function CameraPicture(props: { camera: Camera; children?: ComponentChildren }) {
  const { session, clock, strings } = usePage();
  const frame = useRef<HTMLDivElement>(null);
  const isVisible = useVisible(frame);
  const [url, setUrl] = useState<string | null>(null);
  const { id, name, state } = props.camera;
  const isOnline = state === "online";

  useEffect(() => {
    if (!isVisible || !isOnline) return;
    const abort = new AbortController();
    const { signal } = abort;
    const ask = (path: string) => session.ask(path, { signal, cache: "no-store" });

    const follow = async () => {
      while (!signal.aborted) {
        // No picture this time: the one before stays, and the card's state says why.
        const askedAt = clock.monotonic();
        const next = await fetchPicture(ask, `/cameras/${encodeURIComponent(id)}/frame.jpg`).catch(
          () => null,
        );
        if (next !== null) setUrl(next);
        const pauseMs = Math.max(PAUSE_MS, PAUSE_PER_WAIT * (clock.monotonic() - askedAt));
        await clock.sleep(pauseMs, { signal }).catch(() => {});
      }
    };
    // Ends with its signal and catches all that can fail inside.
    void follow();
    return () => abort.abort();
  }, [isVisible, isOnline, id, session, clock]);

  useEffect(() => () => void (url !== null && URL.revokeObjectURL(url)), [url]);

  return (
    <div class={`picture ${isOnline ? "" : "is-old"}`} ref={frame}>
      {url === null ? (
        <span class="picture-word">{toWord(state, strings)}</span>
      ) : (
        <img src={url} alt={strings.pictureOf(name)} />
      )}
      {props.children}
    </div>
  );
}

function toWord(state: Camera["state"], strings: Strings): string {
  if (state === "online") return strings.loadingPicture;
  return state === "connecting" ? strings.noPictureYet : strings.noPicture;
}
