import { type Context, Hono } from "hono";

import { maySee } from "../../access/camera-access.ts";
import { ApplianceError } from "../../base/errors.ts";
import type { TamperingPage, TamperingQuery } from "../../store/tamperings.ts";
import { camera, cameraPage, slugParameter } from "../contract.ts";
import { type ApiEnv, camerasOf } from "../guard.ts";
import { operation, valid } from "../operation.ts";
import { type NamedCamera, toCamera, toTampering } from "../representation.ts";
import { tamperingPage, tamperingQuery } from "../tampering-contract.ts";

export interface CameraReader {
  list(): readonly NamedCamera[];
  find(id: string): NamedCamera | null;
  /** Newest first. Throws `invalid` for a cursor that is not ours. */
  listTampering(query: TamperingQuery): TamperingPage;
  /** The newest frame as a JPEG; null while there is none. One call at a time for each camera. */
  takePicture(id: string, options: { signal: AbortSignal }): Promise<Uint8Array | null>;
}

const PICTURE_PATIENCE_MS = 10_000;

const tag = "Cameras";
const list = operation({
  callers: "viewer",
  summary: "All cameras",
  tag,
  answers: { 200: cameraPage },
});
const one = operation({ callers: "viewer", summary: "A camera", tag, answers: { 200: camera } });
const tampering = operation({
  callers: "viewer",
  summary: "When its sight was taken away, newest first",
  tag,
  answers: { 200: tamperingPage },
});
const frame = operation({
  callers: "viewer",
  summary: "The newest frame",
  tag,
  answers: { 200: "image/jpeg" },
});

export function cameraRoutes(cameras: CameraReader) {
  const takePicture = shareWork((id) =>
    cameras.takePicture(id, { signal: AbortSignal.timeout(PICTURE_PATIENCE_MS) }),
  );
  const find = (c: Context<ApiEnv>, id: string): NamedCamera => {
    const found = maySee(camerasOf(c), id) ? cameras.find(id) : null;
    if (!found) throw new ApplianceError("not-found", "There is no such camera.");
    return found;
  };

  return new Hono<ApiEnv>()
    .get("/", list, (c) => {
      const seen = cameras.list().filter(({ cameraId }) => maySee(camerasOf(c), cameraId));
      return c.json({ items: seen.map(toCamera), next_cursor: null });
    })
    .get("/:id", one, valid("param", slugParameter), (c) =>
      c.json(toCamera(find(c, c.req.valid("param").id))),
    )
    .get(
      "/:id/tampering",
      tampering,
      valid("param", slugParameter),
      valid("query", tamperingQuery),
      (c) => {
        const { cameraId } = find(c, c.req.valid("param").id);
        const page = cameras.listTampering({ cameraId, ...c.req.valid("query") });
        return c.json({ items: page.items.map(toTampering), next_cursor: page.nextCursor });
      },
    )
    .get("/:id/frame.jpg", frame, valid("param", slugParameter), async (c) => {
      const { cameraId, name } = find(c, c.req.valid("param").id);
      const picture = await takePicture(cameraId);
      if (!picture) {
        const sentence = `${name} has no picture at this moment. Its state says why.`;
        throw new ApplianceError("unavailable", sentence);
      }
      return c.body(new Uint8Array(picture), 200, {
        "Content-Type": "image/jpeg",
        "Cache-Control": "private, no-store",
      });
    });
}

/** Decoding costs a process; everyone who asks while one picture is made gets that one. */
function shareWork<T>(work: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const inHand = new Map<string, Promise<T>>();
  return (key) => {
    const begun = inHand.get(key) ?? work(key).finally(() => inHand.delete(key));
    inHand.set(key, begun);
    return begun;
  };
}
