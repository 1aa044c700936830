import type { VisionModel } from "../analysis/vision-model.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { NotifySocket } from "../base/notify-socket.ts";
import type { CameraOptions } from "../camera/camera.ts";
import type { Camera } from "../camera/frame.ts";
import type { OpenCentre } from "../sync/central-rows.ts";

/** The outside world as the appliance is given it; what may be absent has a real default. */
export interface Given {
  clock: Clock;
  log: Log;
  /** The newest lines of the log, oldest first; none when absent. */
  readLog?: () => readonly string[];
  /** Where the configuration was read from, for backups. */
  configFile?: string | null;
  model?: VisionModel;
  createCamera?: (options: CameraOptions) => Camera;
  openCentre?: OpenCentre;
  /** Where a service manager started the process; `watchdogMs` is null when it does not watch. */
  manager?: { socket: NotifySocket; watchdogMs: number | null };
}
