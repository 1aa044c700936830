/** Identifiers: UUIDv7, ordered by time and, within one process, strictly by call (RFC 9562, 6.2). */
import { v7 } from "uuid";

export function createId(): string {
  return v7();
}
