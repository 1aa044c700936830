/**
 * Calls every route of the API as everyone who could, and prints what each was answered: those who
 * come with nothing, with something that is no access token, with one that is not good any more, a
 * viewer and an admin. An answer that is not as the route declares is marked, and ends with 1.
 *
 *     npm run route-walk -- [--json]
 */
import { parseArgs } from "node:util";

import { type Walk, walkRoutes } from "../test/support/route-walk.ts";

const { values: options } = parseArgs({ options: { json: { type: "boolean", default: false } } });
const walk = await walkRoutes();
const answers = walk.routes.flatMap((route) => Object.values(route.answers));
const surprises = answers.filter(({ isAsDeclared }) => !isAsDeclared).length;

console.log(options.json ? JSON.stringify({ ...walk, surprises }) : toTable(walk));
if (!options.json) {
  console.log(
    `${walk.declared.length} routes and the page, ${walk.described.length} operations in openapi.json, ` +
      `${walk.callers.length} callers, ${answers.length} calls, ${surprises} not as declared`,
  );
}
process.exitCode = surprises === 0 && walk.declared.length === walk.described.length ? 0 : 1;

function toTable({ routes, callers }: Walk): string {
  const rows = routes.map(({ name, admission, answers: given }) => [
    name,
    admission?.callers ?? "undeclared",
    ...callers.map((caller) => {
      const answer = given[caller];
      return answer?.isAsDeclared ? String(answer.status) : `${answer?.status} !`;
    }),
  ]);
  const table = [["route", "for", ...callers], ...rows];
  const widths = table[0]?.map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths?.[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
