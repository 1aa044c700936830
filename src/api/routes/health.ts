import { Hono } from "hono";

import { ApplianceError } from "../../base/errors.ts";
import { health } from "../contract.ts";
import type { ApiEnv } from "../guard.ts";
import { operation } from "../operation.ts";

const base = {
  callers: "public",
  beforeSetup: true,
  tag: "Box",
  answers: { 200: health },
} as const;
const alive = operation({ ...base, summary: "Whether the process answers" });
const ready = operation({ ...base, summary: "Whether it does its work" });

export function healthRoutes(isReady: () => boolean) {
  return new Hono<ApiEnv>()
    .get("/healthz", alive, (c) => c.json({ state: "ok" }))
    .get("/readyz", ready, (c) => {
      if (!isReady()) throw new ApplianceError("unavailable", "Starting or stopping.");
      return c.json({ state: "ok" });
    });
}
