/** The LAN page: files of one folder, and its index for every address that a person may visit. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { type Context, Hono } from "hono";
import { getMimeType } from "hono/utils/mime";

import { type ApiEnv, withAdmission } from "./guard.ts";
import { API_PATH } from "./representation.ts";

/** One folder deep at most, and nothing hidden: what cannot be spelled cannot be reached. */
const FILE = /^\/((?:assets\/)?[\w-][\w.-]*\.[a-z0-9]+)$/;
/** Names in assets carry a hash of what is in them. */
const FOR_EVER = "public, max-age=31536000, immutable";
const NOT_BUILT = "The page is not built yet. Run npm run build, then load this again.\n";

export function pageRoutes(folder: string) {
  const page = withAdmission(
    async (c: Context<ApiEnv>) => {
      const { path } = c.req;
      if (path.startsWith(`${API_PATH}/`)) return c.notFound();
      const name = FILE.exec(path)?.[1];
      if (name !== undefined) return sendFile(c, folder, name);
      const wantsPage = path === "/" || (c.req.header("Accept") ?? "").includes("text/html");
      return wantsPage ? sendFile(c, folder, "index.html") : c.notFound();
    },
    { callers: "public", beforeSetup: true, audit: null, isPersonal: false },
  );
  return new Hono<ApiEnv>().get("*", page);
}

export async function sendFile(
  c: Context<ApiEnv>,
  folder: string,
  name: string,
): Promise<Response> {
  const file = await readFile(join(folder, name)).catch(() => null);
  if (!file) return name.endsWith(".html") ? c.text(NOT_BUILT, 503) : c.notFound();
  return c.body(file, 200, {
    "Content-Type": getMimeType(name) ?? "application/octet-stream",
    "Cache-Control": name.startsWith("assets/") ? FOR_EVER : "no-cache",
  });
}
