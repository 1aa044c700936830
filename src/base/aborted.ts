/**
 * Whether a signal has aborted, for those who ask at every frame: a signal made of others asks all
 * of them each time, and leaves garbage behind.
 */
export function watchAborted(signal: AbortSignal): () => boolean {
  let isAborted = signal.aborted;
  const note = (): void => {
    isAborted = true;
  };
  signal.addEventListener("abort", note, { once: true });
  return () => isAborted;
}
