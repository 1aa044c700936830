/** A line that is typed at a terminal and not shown. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

import { ApplianceError } from "../base/errors.ts";

/** Throws `invalid` where nobody can type. */
export async function readHidden(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new ApplianceError("invalid", "Nobody can type here. Use --password-stdin.");
  }
  process.stderr.write(prompt);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await lines.question("");
  } finally {
    lines.close();
    process.stderr.write("\n");
  }
}
