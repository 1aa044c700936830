/**
 * Pictures behind the sign-in: an <img> cannot send a token, so they are fetched and shown from
 * memory. A limited number is kept; what was not shown for longest goes first.
 */
const PICTURES_MAX = 150;

export interface Pictures {
  /** The object URL of a picture; `version` changes when the picture behind the path does. */
  load(path: string, version: string): Promise<string>;
  /** The same where it is there already; null where it must be loaded. */
  peek(path: string, version: string): string | null;
  /** Forgets all; after this no object URL is valid. */
  clear(): void;
}

export function createPictures(ask: (path: string) => Promise<Response>): Pictures {
  const kept = new Map<string, Promise<string>>();
  const there = new Map<string, string>();

  const forget = (key: string): void => {
    const url = kept.get(key);
    kept.delete(key);
    there.delete(key);
    // A picture that never arrived has no URL to give back.
    url?.then(URL.revokeObjectURL, () => {});
  };

  return {
    load(path, version) {
      const key = `${path} ${version}`;
      const known = kept.get(key);
      const url = known ?? fetchPicture(ask, path);
      kept.delete(key);
      kept.set(key, url);
      url.then(
        (loaded) => kept.get(key) === url && there.set(key, loaded),
        () => kept.get(key) === url && kept.delete(key),
      );
      const oldest = kept.keys().next().value;
      if (kept.size > PICTURES_MAX && oldest !== undefined) forget(oldest);
      return url;
    },
    peek: (path, version) => there.get(`${path} ${version}`) ?? null,
    clear() {
      for (const key of [...kept.keys()]) forget(key);
    },
  };
}

export async function fetchPicture(
  ask: (path: string) => Promise<Response>,
  path: string,
): Promise<string> {
  const response = await ask(path);
  return URL.createObjectURL(await response.blob());
}
