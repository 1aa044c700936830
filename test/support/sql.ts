/** SQL as a program without any library of ours would ask it. */
import { createConnection } from "mysql2/promise";

/** One statement after the other over a connection of its own; answers the rows of the last. */
export async function ask(
  uri: string,
  statements: readonly string[],
): Promise<Record<string, unknown>[]> {
  const connection = await createConnection({ uri, timezone: "Z", dateStrings: true });
  try {
    let rows: unknown = [];
    for (const statement of statements) [rows] = await connection.query(statement);
    return rows as Record<string, unknown>[];
  } finally {
    connection.destroy();
  }
}
