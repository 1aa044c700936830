/** What a key means in the list of events, and over an open one. Pure. */

/** A move by more than there are leads to the end. */
export type ListCommand = { type: "move"; by: number } | EventCommand | { type: "search" };

export type EventCommand =
  | { type: "toggle-seen" }
  | { type: "toggle-important" }
  | { type: "delete" };

export type OpenCommand = { type: "older" } | { type: "newer" } | EventCommand;

export interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** Enter and Escape are the browser's own: the row is a link, and what is open is a dialog. */
export function toListCommand(key: Key): ListCommand | null {
  if (key.ctrlKey || key.metaKey || key.altKey) return null;
  switch (key.key) {
    case "ArrowDown":
    case "j":
      return { type: "move", by: 1 };
    case "ArrowUp":
    case "k":
      return { type: "move", by: -1 };
    case "Home":
      return { type: "move", by: Number.NEGATIVE_INFINITY };
    case "End":
      return { type: "move", by: Number.POSITIVE_INFINITY };
    case "/":
      return { type: "search" };
    default:
      return toEventCommand(key);
  }
}

export function toOpenCommand(key: Key): OpenCommand | null {
  if (key.ctrlKey || key.metaKey || key.altKey) return null;
  if (key.key === "ArrowRight" || key.key === "j") return { type: "older" };
  if (key.key === "ArrowLeft" || key.key === "k") return { type: "newer" };
  return toEventCommand(key);
}

function toEventCommand({ key }: Key): EventCommand | null {
  if (key === "s") return { type: "toggle-seen" };
  if (key === "i") return { type: "toggle-important" };
  return key === "Delete" ? { type: "delete" } : null;
}
