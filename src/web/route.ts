/** Which view and which event is open is part of the address, so that it can be shared and left by going back. */
import { useEffect, useRef, useState } from "preact/hooks";

const EVENT_ROUTE = /^#\/events\/([^/?]+)$/;
const EVENTS = "#/events";

export function toEventHref(id: string): string {
  return `#/events/${encodeURIComponent(id)}`;
}

/** The id in an address's hash; null when it names no event. */
export function toEventId(hash: string): string | null {
  const encoded = EVENT_ROUTE.exec(hash)?.[1];
  if (encoded === undefined) return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}

/** The parts of the address behind `#/`, without what is asked of them. */
export function toSegments(hash: string): readonly string[] {
  const parts = hash.replace(/^#\/?|\?.*$/g, "").split("/");
  try {
    return parts.filter((part) => part !== "").map(decodeURIComponent);
  } catch {
    return [];
  }
}

/** The address's hash. An open event lies over a view and is none: the view's own address stays. */
export function useViewHash(): string {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => {
      if (toEventId(location.hash) === null) setHash(location.hash);
    };
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  return hash;
}

export function useSegments(): readonly string[] {
  return toSegments(useViewHash());
}

export function useOpenEventId(): { id: string | null; close(): void } {
  const [id, setId] = useState(() => toEventId(location.hash));
  /** Of the view that lies under it. */
  const under = useRef(EVENTS);
  useEffect(() => {
    const follow = ({ oldURL }: HashChangeEvent) => {
      const before = new URL(oldURL).hash;
      if (toEventId(before) === null) under.current = before;
      setId(toEventId(location.hash));
    };
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  return {
    id,
    close() {
      history.replaceState(null, "", location.pathname + location.search + under.current);
      setId(null);
    },
  };
}
