import { Hono } from "hono";

import { motionEvent } from "../contract.ts";
import { CSV_HEAD, toCsvLine } from "../csv.ts";
import { exportQuery } from "../export-contract.ts";
import { type ApiEnv, camerasOf } from "../guard.ts";
import { LINES_MEDIA_TYPE, lines, operation, valid } from "../operation.ts";
import { toMotionEvent } from "../representation.ts";
import { type EventPorts, toEventQuery } from "./events.ts";

/** So many are in memory at once, whatever is asked for. */
const PAGE = 200;

const operationOfExport = operation({
  callers: "viewer",
  summary: "All events that fit, newest first, as lines of JSON or as a table",
  tag: "Events",
  answers: { 200: lines(motionEvent, "text/csv") },
});

export function exportRoutes({ events }: Pick<EventPorts, "events">) {
  /** A page at a time, and no further than it is read. */
  async function* read(query: ReturnType<typeof toEventQuery>, isTable: boolean) {
    if (isTable) yield CSV_HEAD;
    let cursor: string | undefined;
    do {
      const page = events.list({ ...query, cursor, limit: PAGE });
      const items = page.items.map(toMotionEvent);
      yield items.map(isTable ? toCsvLine : toJsonLine).join("");
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  return new Hono<ApiEnv>().get("/export", operationOfExport, valid("query", exportQuery), (c) => {
    const { format, ...query } = c.req.valid("query");
    const isTable = format === "csv";
    const wanted = toEventQuery(query, camerasOf(c));
    // What cannot be looked for is refused now: once the answer has begun, only breaking it is left.
    events.list({ ...wanted, limit: 1 });
    // An error on the way breaks the connection: what ended early must not look whole.
    const text = ReadableStream.from(read(wanted, isTable));
    return c.body(text.pipeThrough(new TextEncoderStream()), 200, {
      "Content-Type": isTable ? "text/csv; charset=utf-8" : LINES_MEDIA_TYPE,
      "Content-Disposition": `attachment; filename="events.${format}"`,
    });
  });
}

function toJsonLine(event: unknown): string {
  return `${JSON.stringify(event)}\n`;
}
