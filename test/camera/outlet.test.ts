import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

import { openOutlet } from "../../src/camera/outlet.ts";

const buffer = Buffer.alloc(1_024);

/** Runs a shell command and gives what it wrote, once the outlet told its end. */
async function readAll(command: string): Promise<string> {
  const parts: string[] = [];
  const { ours, theirs } = await openOutlet({
    buffer,
    onBytes: (bytes) => {
      parts.push(bytes.toString());
    },
  });
  spawn("/bin/sh", ["-c", command], { stdio: ["ignore", theirs, "inherit"] });
  theirs.destroy();
  await once(ours, "close");
  return parts.join("");
}

test("what a child writes comes whole and in order, also when it is more than the buffer", async () => {
  expect(await readAll("seq 1 5000")).toBe(
    Array.from({ length: 5_000 }, (_, i) => `${i + 1}\n`).join(""),
  );
});

test("outlets that share a buffer do not mix their bytes", async () => {
  const letters = ["a", "b", "c", "d"];
  const texts = await Promise.all(
    letters.map((letter) => readAll(`for i in $(seq 1 300); do echo ${letter}${letter}; done`)),
  );
  expect(texts).toEqual(letters.map((letter) => `${letter}${letter}\n`.repeat(300)));
});

test("a child that writes nothing ends as well", async () => {
  expect(await readAll("true")).toBe("");
});

test("a child whose outlet is closed is told so when it writes", async () => {
  const { ours, theirs } = await openOutlet({ buffer, onBytes: () => {} });
  const child = spawn("/bin/sh", ["-c", "while echo more; do :; done 2>&-; exit 7"], {
    stdio: ["ignore", theirs, "ignore"],
  });
  theirs.destroy();
  ours.destroy();
  // Which of the two depends on whether something was still unread.
  const [code, signal] = await once(child, "exit");
  expect(signal ?? code).toBeOneOf(["SIGPIPE", 7]);
});
