/** The rows of the table of faults, as docs/FAILURES.md has them, and what a run of tests says of each. */
import { z } from "zod";

export interface Row {
  row: string;
  /** What breaks, and what the box does then. */
  fault: string;
  /** The files of its tests; none where it is not provoked. */
  files: readonly string[];
  /** Why it is not provoked; null where it is. */
  skipped: string | null;
}

const NOT_PROVOKED = "not provoked: ";

/** Throws for a row of the table that has not all of its cells. */
export function readRows(page: string): Row[] {
  return [...page.matchAll(/^\| ([ACDMOT]\d+) \|.*$/gm)].map(([line, row = ""]) => {
    const cells = line
      .slice(1, -1)
      .split(" | ")
      .map((cell) => cell.trim());
    const [, breaks, does, , , proof] = cells;
    if (cells.length !== 6 || !breaks || !does || !proof) {
      throw new Error(`The row ${row} of docs/FAILURES.md does not have six cells.`);
    }
    const skipped = proof.startsWith(NOT_PROVOKED) ? proof.slice(NOT_PROVOKED.length) : null;
    const files = [...proof.matchAll(/`(test\/[^`]+)`/g)].map((match) => match[1] ?? "");
    return { row, fault: `${breaks}: ${does}`, files, skipped };
  });
}

export interface RowResult {
  row: string;
  result: "held" | "fell short" | "skipped";
  detail: string;
}

const report = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(z.object({ title: z.string(), status: z.string() })),
    }),
  ),
});

/** `ran`: vitest's JSON. Tests that its filter left out say nothing. */
export function toRowResults(rows: readonly Row[], ran: unknown): RowResult[] {
  const tests = report.parse(ran).testResults.flatMap(({ assertionResults }) => assertionResults);
  return rows.map(({ row, fault, skipped }) => {
    if (skipped !== null) return { row, result: "skipped", detail: `${fault} (${skipped})` };
    const own = tests.filter(({ title }) => title.startsWith(`${row}: `));
    const failed = own.filter(({ status }) => status !== "passed").map(({ title }) => title);
    if (own.length === 0) return { row, result: "fell short", detail: `no test: ${fault}` };
    if (failed.length > 0) return { row, result: "fell short", detail: failed.join("; ") };
    const count = own.length === 1 ? "1 test" : `${own.length} tests`;
    return { row, result: "held", detail: `${fault} (${count})` };
  });
}
