/** What a route is: who may call it, what it takes and what it answers, for the guard and OpenAPI. */
import { zValidator } from "@hono/zod-validator";
import type { MiddlewareHandler, ValidationTargets } from "hono";
import { describeRoute, resolver, uniqueSymbol } from "hono-openapi";
import type { ZodType } from "zod";

import type { Audience } from "../access/callers.ts";
import { ApplianceError } from "../base/errors.ts";
import { problem } from "./contract.ts";
import { withAdmission } from "./guard.ts";
import { PROBLEM_MEDIA_TYPE } from "./problems.ts";

export interface Operation {
  callers: Audience;
  summary: string;
  tag: string;
  /** By status: a schema for JSON or its lines, a media type for bytes, null for nothing. */
  answers: Readonly<
    Record<number, ZodType | Lines | "image/jpeg" | "application/json" | Text | null>
  >;
  beforeSetup?: boolean;
  /** What the audit log calls it. */
  audit?: string;
  /** No token of a script opens it. */
  isPersonal?: boolean;
}

/** One JSON text a line, as it comes. */
export const LINES_MEDIA_TYPE = "application/x-ndjson";

export type Text =
  | "text/plain"
  | "text/html"
  | "application/x-x509-ca-cert"
  | "application/octet-stream";

export interface Lines {
  each: ZodType;
  /** What else the same may come as. */
  also: "text/csv" | null;
}

export function lines(each: ZodType, also: Lines["also"] = null): Lines {
  return { each, also };
}

/** Stands first among the handlers of every route. */
export function operation(spec: Operation): MiddlewareHandler {
  const { callers, summary, tag, beforeSetup = false, audit = null, isPersonal = false } = spec;
  const responses = Object.entries(spec.answers).map(([status, answer]) => [
    status,
    toResponse(answer),
  ]);
  const described = describeRoute({
    summary,
    tags: [tag],
    security: callers === "public" ? [] : [{ bearer: [] }],
    responses: {
      ...Object.fromEntries(responses),
      default: {
        description: "What went wrong, and what to do",
        content: { [PROBLEM_MEDIA_TYPE]: { schema: resolver(problem) } },
      },
    },
  });
  const answering = Object.assign(described, { [ANSWERS]: spec.answers });
  return withAdmission(answering, { callers, beforeSetup, audit, isPersonal });
}

const ANSWERS = Symbol("answers");

/** What a route's first handler says that the route answers; null for other handlers. */
export function readAnswers(handler: object): Operation["answers"] | null {
  return (handler as { [ANSWERS]?: Operation["answers"] })[ANSWERS] ?? null;
}

/** Refuses with every issue at once what does not fit the schema; tells OpenAPI of the schema. */
export function valid<Target extends keyof ValidationTargets, Schema extends ZodType>(
  target: Target,
  schema: Schema,
) {
  const validator = zValidator(target, schema, (result) => {
    if (result.success) return;
    const issues = result.error.issues.map((issue) => ({
      path: issue.path.join("."),
      message: issue.message,
    }));
    throw new ApplianceError("invalid", toSentence(target), { details: { issues } });
  });
  return Object.assign(validator, { [uniqueSymbol]: { target, ...resolver(schema) } });
}

function toSentence(target: keyof ValidationTargets): string {
  return target === "json"
    ? "The body does not fit; issues say where. Send it as application/json."
    : "The address does not fit; issues say where.";
}

function toResponse(answer: Operation["answers"][number]) {
  if (answer === null) return { description: "Done" };
  if (answer === "application/json") return { description: "JSON", content: { [answer]: {} } };
  if (typeof answer === "string") {
    const description = answer === "image/jpeg" ? "A picture" : "Text";
    return { description, content: { [answer]: { schema: { type: "string" as const } } } };
  }
  if ("each" in answer) {
    const content = {
      [LINES_MEDIA_TYPE]: { schema: resolver(answer.each) },
      ...(answer.also && { [answer.also]: { schema: { type: "string" as const } } }),
    };
    return { description: "The answer, a line at a time", content };
  }
  return {
    description: "The answer",
    content: { "application/json": { schema: resolver(answer) } },
  };
}
