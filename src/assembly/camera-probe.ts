/** A camera that somebody thinks of adding, tried out once. */
import { toJpeg } from "../analysis/picture.ts";
import type { CameraSettingPorts } from "../api/routes/camera-settings.ts";
import { ApplianceError } from "../base/errors.ts";
import { probeCamera } from "../camera/probe.ts";
import type { Given } from "./given.ts";
import type { LanParts } from "./lan.ts";

const JPEG_QUALITY = 70;

export function createProbe(
  { keeper, ffmpeg }: Pick<LanParts, "keeper" | "ffmpeg">,
  { clock, log }: Pick<Given, "clock" | "log">,
): CameraSettingPorts["probe"] {
  return async (url, { signal }) => {
    await keeper.refuseAddress(url);
    const { still, ...facts } = await probeCamera(url, { ffmpeg, clock, log, signal }).catch(
      (error: unknown) => {
        // The camera refuses its login, not the box the caller's.
        const isLogin = error instanceof ApplianceError && error.kind === "unauthenticated";
        throw isLogin ? new ApplianceError("invalid", error.message, { cause: error }) : error;
      },
    );
    return { ...facts, jpeg: await toJpeg(still, { quality: JPEG_QUALITY }) };
  };
}
