/** Puts things where the browser puts what is downloaded. */
import type { Clock } from "./clock.ts";

/** Some browsers read it a moment after the click. */
const KEPT_MS = 30_000;

export function saveBlob(blob: Blob, name: string, clock: Clock): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // Ends by itself, whatever the page does meanwhile.
  void clock
    .sleep(KEPT_MS, { signal: new AbortController().signal })
    .then(() => URL.revokeObjectURL(url));
}
