/** The API's description as a page, for people. What it shows it reads from the box, signed in. */
import { Hono } from "hono";

import type { ApiEnv } from "../guard.ts";
import { operation } from "../operation.ts";
import { sendFile } from "../page.ts";

/** swagger-ui writes styles into its elements and carries its drawings in its style sheet. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const docs = operation({
  callers: "public",
  summary: "This description as a page",
  tag: "Box",
  answers: { 200: "text/html" },
  beforeSetup: true,
});

export function docsRoutes(webFolder: string) {
  return new Hono<ApiEnv>().get("/", docs, async (c) => {
    c.header("Content-Security-Policy", CONTENT_SECURITY_POLICY);
    return await sendFile(c, webFolder, "docs.html");
  });
}
