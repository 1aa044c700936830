/** Which view and which event is open is part of the address, so that it can be shared and left by going back. */
import { useEffect, useState } from "preact/hooks";

const EVENT_ROUTE = /^#\/events\/([^/]+)$/;

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

/** The parts of the address behind `#/`. */
export function toSegments(hash: string): readonly string[] {
  const parts = hash.replace(/^#\/?/, "").split("/");
  try {
    return parts.filter((part) => part !== "").map(decodeURIComponent);
  } catch {
    return [];
  }
}

export function useSegments(): readonly string[] {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  return toSegments(hash);
}

export function useOpenEventId(): { id: string | null; close(): void } {
  const [id, setId] = useState(() => toEventId(location.hash));
  useEffect(() => {
    const follow = () => setId(toEventId(location.hash));
    window.addEventListener("hashchange", follow);
    return () => window.removeEventListener("hashchange", follow);
  }, []);
  return {
    id,
    close() {
      history.replaceState(null, "", location.pathname + location.search);
      setId(null);
    },
  };
}
