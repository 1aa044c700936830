/**
 * Whether the network keeps the box's clock, as systemd-timesyncd says by a file; null where another
 * keeps it, or nobody. The kernel's own word is kept from services by ProtectClock=.
 */
import { existsSync } from "node:fs";

const FOLDER = "/run/systemd/timesync";

export function readClockQuality(): boolean | null {
  return existsSync(FOLDER) ? existsSync(`${FOLDER}/synchronized`) : null;
}
