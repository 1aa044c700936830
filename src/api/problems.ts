/**
 * Everything that goes wrong, as RFC 9457 and in one place. The type is stable, the detail is for a
 * person and says what to do. Stacks, SQL, paths and addresses stay in the journal, under the id of
 * the request.
 */
import { HTTPException } from "hono/http-exception";

import { ApplianceError, type ErrorKind } from "../base/errors.ts";
import type { Problem } from "./contract.ts";

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

const STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  exhausted: 429,
  unavailable: 503,
  "timed-out": 504,
  internal: 500,
};

/** By status; more than the kinds need, because the framework refuses requests too. */
const TITLE: Readonly<Record<number, [slug: string, title: string]>> = {
  400: ["invalid", "The request is not valid"],
  401: ["unauthenticated", "Sign in first"],
  403: ["forbidden", "This is not allowed"],
  404: ["not-found", "There is no such thing"],
  405: ["method-not-allowed", "This cannot be done here"],
  409: ["conflict", "This does not fit what is there"],
  413: ["too-large", "The request is too large"],
  415: ["unsupported-media-type", "This form is not taken"],
  429: ["exhausted", "Too much at once"],
  500: ["internal", "Something broke"],
  503: ["unavailable", "Not available now"],
  504: ["timed-out", "This took too long"],
};

const BROKEN = "Something broke inside. The journal has the rest under this request id.";

/** The part of an error's details that a caller may see. */
export interface ProblemDetails {
  /** A more exact name than the kind. */
  problem?: string;
  retryAfterS?: number;
  issues?: Issue[];
  status?: number;
  allow?: string;
}

export interface Issue {
  path: string;
  message: string;
}

export interface Answer {
  body: Problem;
  headers: Record<string, string>;
}

export function toProblem(error: unknown, requestId: string): Answer {
  const { kind, message, details } = toExpected(error);
  const status = details.status ?? STATUS[kind];
  const [slug, title] = TITLE[status] ?? [kind, "The request failed"];
  const body: Problem = {
    type: `urn:problem:nightjar:${details.problem ?? slug}`,
    title,
    status,
    detail: toDetail(status, message, title),
    request_id: requestId,
    ...(details.issues ? { issues: details.issues } : {}),
  };
  const headers: Record<string, string> = { "Content-Type": PROBLEM_MEDIA_TYPE };
  if (status === 401) headers["WWW-Authenticate"] = "Bearer";
  if (details.retryAfterS !== undefined) headers["Retry-After"] = String(details.retryAfterS);
  if (details.allow !== undefined) headers["Allow"] = details.allow;
  return { body, headers };
}

interface Expected {
  kind: ErrorKind;
  message: string;
  details: ProblemDetails;
}

function toExpected(error: unknown): Expected {
  if (error instanceof ApplianceError) return { ...error, message: error.message };
  if (error instanceof HTTPException) {
    const { status } = error;
    if (status === 413) {
      const message = "The body is too large; at most 64 kB are taken.";
      return { kind: "invalid", message, details: { status } };
    }
    // The framework's own refusals; 400 is a body that cannot be read.
    return status < 500
      ? { kind: "invalid", message: "The body cannot be read. Send JSON.", details: { status } }
      : { kind: "internal", message: BROKEN, details: {} };
  }
  return { kind: "internal", message: BROKEN, details: {} };
}

/** Lower rooms name files and addresses in their sentences; those are for the journal. */
function toDetail(status: number, message: string, title: string): string {
  if (status === 500) return BROKEN;
  const tellsTooMuch = /(?:^|[\s"'(=])\/[\w.-]+\/|\w+:\/\/|SQLITE/.test(message);
  return tellsTooMuch ? `${title}. The journal has the rest under this request id.` : message;
}
