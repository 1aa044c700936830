/**
 * What was described of late, camera by camera: the same parked van need not be described a hundred
 * times. In: pictures and their descriptions. Out: the description that fits a new picture, or null.
 * Never: one camera's words for another's, words of a repetition (so none outlives its source), or
 * of another model or question. Kept in memory alone: after a start the model is asked once more.
 */
import type { Box } from "../camera/frame.ts";
import type { Description } from "../events/event.ts";
import type { Described } from "../queue/job.ts";
import type { ScenePicture } from "./picture.ts";
import { isSamePlace, isSameScene, type Look, toRegion } from "./similarity.ts";

export interface Scene {
  cameraId: string;
  /** Wall time of the picture. */
  capturedAt: number;
  boxes: readonly Box[];
  picture: ScenePicture;
}

export interface SceneMemory {
  /** The newest that fits, described by that model and question; null when none does. */
  findSame(
    scene: Scene,
    asked: Pick<Description, "modelDigest" | "promptVersion">,
  ): Promise<Described | null>;
  /** Of the model's own, not of a repetition. */
  remember(scene: Scene, described: Described): Promise<void>;
}

/** Beyond that even the same picture is worth a new look. */
const REUSE_MS = 10 * 60_000;
const SCENES_PER_CAMERA_MAX = 16;
const CAMERAS_MAX = 64;

interface Known {
  capturedAt: number;
  region: Box;
  look: Look;
  described: Described;
}

export function createSceneMemory(): SceneMemory {
  const known = new Map<string, Known[]>();
  return {
    async findSame(scene, { modelDigest, promptVersion }) {
      const region = toRegion(scene.boxes);
      const candidates = (known.get(scene.cameraId) ?? [])
        .filter(({ described }) => described.description.modelDigest === modelDigest)
        .filter(({ described }) => described.description.promptVersion === promptVersion)
        .filter(({ capturedAt }) => Math.abs(scene.capturedAt - capturedAt) <= REUSE_MS)
        .filter((candidate) => isSamePlace(region, candidate.region));
      for (const candidate of candidates) {
        const look = await scene.picture.look(candidate.region);
        const showsPeople = candidate.described.description.people > 0;
        if (isSameScene(look, candidate.look, { showsPeople })) return candidate.described;
      }
      return null;
    },
    async remember(scene, { description, serverVersion, imageHash }) {
      const { cameraId, capturedAt } = scene;
      const region = toRegion(scene.boxes);
      const look = await scene.picture.look(region);
      const described = { description, serverVersion, imageHash };
      const others = known.get(cameraId) ?? [];
      known.delete(cameraId);
      known.set(
        cameraId,
        [{ capturedAt, region, look, described }, ...others].slice(0, SCENES_PER_CAMERA_MAX),
      );
      const [longestUnseen] = known.keys();
      if (known.size > CAMERAS_MAX && longestUnseen !== undefined) known.delete(longestUnseen);
    },
  };
}
