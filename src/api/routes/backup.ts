/** A backup of the box, to be kept elsewhere. */
import { Hono } from "hono";

import type { ApiEnv } from "../guard.ts";
import { operation } from "../operation.ts";

export interface BackupPorts {
  /** Made now; the file is gone once it was read, or nobody reads it any more. */
  makeBackup(): Promise<{ content: ReadableStream<Uint8Array>; bytes: number; name: string }>;
}

const make = operation({
  callers: "admin",
  summary: "Make a backup of database, keys and configuration, and download it",
  audit: "backup.downloaded",
  tag: "Box",
  isPersonal: true,
  answers: { 200: "application/octet-stream" },
});

export function backupRoutes({ makeBackup }: BackupPorts) {
  return new Hono<ApiEnv>().post("/", make, async (c) => {
    const { content, bytes, name } = await makeBackup();
    return c.body(content, 200, {
      "Content-Type": "application/octet-stream",
      "Content-Length": String(bytes),
      "Content-Disposition": `attachment; filename="${name}"`,
      "Cache-Control": "no-store",
    });
  });
}
