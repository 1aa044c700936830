/** The place of a row in a list, newest first: not a row number, so that new rows shift nothing. */
import { ApplianceError } from "../base/errors.ts";

export interface Place {
  startedAt: number;
  id: string;
}

export function toCursor({ startedAt, id }: Place): string {
  return Buffer.from(`${startedAt}/${id}`).toString("base64url");
}

/** Throws `invalid` for a cursor that is not ours. */
export function parseCursor(cursor: string): Place {
  const match = /^(\d{1,15})\/([0-9a-f-]{36})$/.exec(Buffer.from(cursor, "base64url").toString());
  const [, startedAt, id] = match ?? [];
  if (startedAt === undefined || id === undefined) {
    throw new ApplianceError("invalid", "This cursor is not one of ours. Read the list anew.");
  }
  return { startedAt: Number(startedAt), id };
}
