import { execFileSync } from "node:child_process";

import { openTempFolder } from "./temp-folder.ts";

export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** Nothing can be written any more; only while no file is open for writing. */
  makeReadOnly(): void;
}

/** A disk of 3 MB; null, and a loud line, where this account may not mount one. */
export async function openSmallDisk(): Promise<SmallDisk | null> {
  const opened = new AsyncDisposableStack();
  const { path } = opened.use(await openTempFolder());
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", path], { stdio: "ignore" });
  } catch {
    console.warn("NOT TESTED on a disk of its own: mounting a tmpfs needs root.");
    await opened.disposeAsync();
    return null;
  }
  opened.defer(() => void execFileSync("umount", [path]));
  return {
    path,
    makeReadOnly: () => void execFileSync("mount", ["-o", "remount,ro", path]),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
