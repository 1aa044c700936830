/** node:fs as the appliance sees it. */
import { rmSync as really } from "node:fs";

import { DATA_FOLDER } from "../data-folder.ts";
import { theWorld } from "../world.ts";

export * from "node:fs";

export function rmSync(path: string, options: { force?: boolean } = {}): void {
  if (path.startsWith(DATA_FOLDER)) theWorld().disk.remove(path);
  else really(path, options);
}
