/**
 * Expected failures carry a kind, a sentence for a person, and variables in details. Everything
 * else that is thrown is a bug and may end the process.
 */
export type ErrorKind =
  | "invalid"
  | "unauthenticated"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "exhausted"
  | "unavailable"
  | "timed-out"
  | "internal";

export class ApplianceError extends Error {
  readonly kind: ErrorKind;
  readonly details: Record<string, unknown>;

  constructor(
    kind: ErrorKind,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown> } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "ApplianceError";
    this.kind = kind;
    this.details = options.details ?? {};
  }
}

/** True for the rejection that an aborted signal causes; says nothing about whose signal it was. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}

/** The sentence of any thrown thing, for a log field or a state's reason. */
export function toSentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A full, failing or locked disk may come back; anything else from the database is a bug. */
export function isDiskTrouble(error: unknown): boolean {
  return (
    error instanceof ApplianceError && (error.kind === "exhausted" || error.kind === "unavailable")
  );
}
