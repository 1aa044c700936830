/** The newest lines of the log, for admins: the same that the journal has, logins crossed out. */
import { Hono } from "hono";

import type { ApiEnv } from "../guard.ts";
import { type LogLine, logLine, logPage } from "../log-contract.ts";
import { operation } from "../operation.ts";

export interface LogPorts {
  /** Oldest first, a JSON text each. */
  readLog(): readonly string[];
}

const list = operation({
  callers: "admin",
  summary: "The newest lines of the log since the start, newest first",
  tag: "Box",
  answers: { 200: logPage },
});

export function logRoutes({ readLog }: LogPorts) {
  return new Hono<ApiEnv>().get("/", list, (c) =>
    c.json({ items: readLog().toReversed().flatMap(toLine), next_cursor: null }),
  );
}

/** Nothing but our log writes there; what is no line of it is left out. */
function toLine(text: string): LogLine[] {
  try {
    const { level, time: at, msg: sentence, ...fields } = JSON.parse(text);
    const told = Object.keys(fields).length === 0 ? "" : JSON.stringify(fields);
    const line = logLine.safeParse({ at, level, sentence, fields: told });
    return line.success ? [line.data] : [];
  } catch {
    return [];
  }
}
