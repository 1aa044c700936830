/** The newest lines of the log, kept in memory for whoever looks after the box over the LAN. */
export interface LogTail {
  keep(line: string): void;
  /** Oldest first. */
  list(): readonly string[];
}

const LINES_MAX = 500;
/** A few lines with long stacks must not grow it without limit. */
const CHARACTERS_MAX = 512 * 1024;

export function createLogTail(): LogTail {
  const lines: string[] = [];
  let characters = 0;
  return {
    keep(line) {
      lines.push(line);
      characters += line.length;
      while (lines.length > LINES_MAX || characters > CHARACTERS_MAX) {
        characters -= lines.shift()?.length ?? 0;
      }
    },
    list: () => [...lines],
  };
}
