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

/**
 * What the system refused (ENOSPC, EIO, EMFILE), as a failure with what to do about it; anything else
 * comes back as it was. `place` is the folder that it was about.
 */
export function toSystemFailure(error: unknown, place: string): unknown {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return error;
  const { code, syscall } = error;
  if (code === "ENOSPC" || code === "EDQUOT") {
    const message = `The disk under ${place} is full. Free some space.`;
    return new ApplianceError("exhausted", message, { cause: error });
  }
  if (code === "EMFILE" || code === "ENFILE") {
    const message = "Too many files and connections are open. Restart it, or raise LimitNOFILE.";
    return new ApplianceError("exhausted", message, { cause: error });
  }
  return new ApplianceError(
    "unavailable",
    `${place} cannot be used (${code}, ${syscall}). Check its disk, its mount and its permissions.`,
    { cause: error, details: { code, syscall } },
  );
}
