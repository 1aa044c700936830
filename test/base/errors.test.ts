import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { expect, test } from "vitest";

import { ApplianceError, toSystemFailure } from "../../src/base/errors.ts";
import { openTempFolder } from "../support/temp-folder.ts";

test("what the system refuses is told with the place and what to do about it", async () => {
  await using folder = await openTempFolder();
  const refusal: unknown = await mkdir(join(folder.path, "none", "deeper")).catch((error) => error);
  expect(toSystemFailure(refusal, "/data")).toMatchObject({
    ...{ kind: "unavailable", cause: refusal },
    message: "/data cannot be used (ENOENT, mkdir). Check its disk, its mount and its permissions.",
  });
  const full = Object.assign(new Error("ENOSPC"), { code: "ENOSPC", syscall: "write" });
  expect(toSystemFailure(full, "/data")).toMatchObject({
    ...{ kind: "exhausted", message: "The disk under /data is full. Free some space." },
  });
});

test("a bug, and what has its sentence already, stays what it is", () => {
  const bug = new TypeError("x is not a function");
  const told = new ApplianceError("conflict", "Stop the other one first.");
  expect(toSystemFailure(bug, "/data")).toBe(bug);
  expect(toSystemFailure(told, "/data")).toBe(told);
});
