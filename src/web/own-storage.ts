/** Browsers may forbid storage altogether, by throwing. */
export function ownStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
