/** What the cameras look at: rendered once, looked at by every seed. */
import { renderScene } from "../support/scenes.ts";

export interface View {
  /** Nobody is there; each with noise of its own. */
  quiet: readonly Uint8Array[];
  /** Somebody walks by, frame by frame. */
  walks: readonly (readonly Uint8Array[])[];
}

export const VIEW = { width: 64, height: 48, framesPerSecond: 3 } as const;

const QUIET_SECONDS = 3;
const WAYS = [
  { from: [-0.2, 0.3], to: [1, 0.3], width: 0.16, height: 0.45, contrast: 70 },
  { from: [1, 0.4], to: [0.1, 0.45], width: 0.12, height: 0.4, contrast: -60 },
  { from: [-0.3, 0.5], to: [1, 0.35], width: 0.3, height: 0.3, contrast: 80 },
] as const;

export function renderView(seed: number): View {
  const { frames: quiet } = { frames: renderScene({ ...VIEW, seconds: QUIET_SECONDS, seed }) };
  const walks = WAYS.map((way) =>
    renderScene({
      ...VIEW,
      ...{ seconds: 8, seed },
      movers: [{ ...way, startsAt: 1, endsAt: 5 }],
    }).map(({ luma }) => luma),
  );
  return { quiet: quiet.map(({ luma }) => luma), walks };
}
