/** Requests to the box and what can come of them: an answer, a refusal with a reason, or silence. */

import type { Problem } from "../api/contract.ts";

export const API = "/api/v1";

/** What the box's own problem types end with; everything else is told by its status. */
const SETUP_REQUIRED = "setup-required";

export type RequestFailure =
  /** No answer at all: power, network, or the box is starting. */
  | { type: "unreachable" }
  | { type: "refused"; status: number; problem: string; detail: string | null };

export class RequestError extends Error {
  readonly failure: RequestFailure;

  constructor(failure: RequestFailure, options: { cause?: unknown } = {}) {
    super(failure.type === "refused" ? (failure.detail ?? failure.problem) : failure.type, options);
    this.name = "RequestError";
    this.failure = failure;
  }
}

/**
 * `path` is below the API's root, or complete as the box itself gives it in its answers. Throws a
 * RequestError for everything but a good answer; an abort stays an abort.
 */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const url = path.startsWith(`${API}/`) ? path : `${API}${path}`;
  const response = await fetch(url, { credentials: "same-origin", ...init }).catch(
    (cause: unknown) => {
      if (init.signal?.aborted) throw cause;
      throw new RequestError({ type: "unreachable" }, { cause });
    },
  );
  if (response.ok) return response;
  throw new RequestError(await toFailure(response));
}

/** A request that may set or clear the session cookie: the header proves that it is ours. */
export function cookieRequest(path: string, body: object = {}): Promise<Response> {
  return request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Requested-With": "nightjar" },
    body: JSON.stringify(body),
  });
}

export function isStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return (
    error instanceof RequestError &&
    error.failure.type === "refused" &&
    statuses.includes(error.failure.status)
  );
}

export function isSetupRequired(error: unknown): boolean {
  return (
    error instanceof RequestError &&
    error.failure.type === "refused" &&
    error.failure.problem.endsWith(SETUP_REQUIRED)
  );
}

async function toFailure(response: Response): Promise<RequestFailure> {
  const { status } = response;
  // A proxy in between may answer with something else entirely; then the status has to do.
  const body = (await response.json().catch(() => null)) as Partial<Problem> | null;
  const issues = body?.issues?.map((issue) => `${issue.path}: ${issue.message}.`) ?? [];
  const sentences = [body?.detail, ...issues].filter((sentence) => sentence !== undefined);
  const detail = sentences.length > 0 ? sentences.join(" ") : null;
  return { type: "refused", status, problem: body?.type ?? "", detail };
}
