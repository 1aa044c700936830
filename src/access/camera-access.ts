/**
 * Which cameras someone may see: the one place that decides. What may not be seen is told of as if it
 * were not there. Pure.
 */

/** Null for all cameras, those to come included. */
export type CameraAccess = readonly string[] | null;

export function maySee(access: CameraAccess, cameraId: string): boolean {
  return access === null || access.includes(cameraId);
}

/** What is left of the cameras that were asked for; undefined asks for all. */
export function narrow(
  access: CameraAccess,
  asked: readonly string[] | undefined,
): readonly string[] | undefined {
  if (access === null) return asked;
  return asked === undefined ? access : asked.filter((id) => access.includes(id));
}
