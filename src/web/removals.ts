/**
 * Events that someone deleted. The box is told only after a few seconds, in which it can be undone
 * by doing nothing at all; or at once when the page is left.
 */
import type { MotionEvent } from "../api/contract.ts";
import type { Clock } from "./clock.ts";

/** Each further deletion begins it anew, so that all can be undone together. */
export const UNDO_MS = 7000;

export type Removed = Pick<MotionEvent, "id" | "camera_id">;

export type RemovalNotice =
  | { type: "undoable"; events: number }
  | { type: "failed"; error: unknown };

export interface RemovalView {
  /** As good as gone: not shown any more. */
  pending: ReadonlySet<string>;
  notice: RemovalNotice | null;
}

export const noRemovals: RemovalView = { pending: new Set(), notice: null };

export interface Removals {
  remove(event: Removed): void;
  undo(): void;
  /** Tells the box now. Whatever fails is in the notice. */
  flush(): Promise<void>;
  dismiss(): void;
}

export function createRemovals(ports: {
  clock: Pick<Clock, "sleep">;
  /** Has it gone though the page goes, too. */
  removeEvent(event: Removed): Promise<void>;
  /** Told of every change. */
  show(view: RemovalView): void;
}): Removals {
  let view = noRemovals;
  let undoable: readonly Removed[] = [];
  let wait = new AbortController();

  const show = (changes: Partial<RemovalView>): void => {
    view = { ...view, ...changes };
    ports.show(view);
  };
  const without = (events: readonly Removed[]): ReadonlySet<string> => {
    const back = new Set(events.map(({ id }) => id));
    return new Set([...view.pending].filter((id) => !back.has(id)));
  };
  const send = async (event: Removed): Promise<void> => {
    await ports.removeEvent(event).catch((error: unknown) => {
      show({ notice: { type: "failed", error } });
    });
    show({ pending: without([event]) });
  };
  const flush = async (): Promise<void> => {
    const events = undoable;
    wait.abort();
    undoable = [];
    if (view.notice?.type === "undoable") show({ notice: null });
    // All at once: of a page that is left nothing runs after its first wait.
    await Promise.all(events.map(send));
  };

  return {
    flush,
    remove(event) {
      if (view.pending.has(event.id)) return;
      undoable = [...undoable, event];
      show({
        pending: new Set([...view.pending, event.id]),
        notice: { type: "undoable", events: undoable.length },
      });
      wait.abort();
      wait = new AbortController();
      // A wait that is broken off ends here; `flush` turns every failure into the notice.
      void ports.clock.sleep(UNDO_MS, { signal: wait.signal }).then(flush, () => {});
    },
    undo() {
      wait.abort();
      show({ pending: without(undoable), notice: null });
      undoable = [];
    },
    dismiss() {
      show({ notice: null });
    },
  };
}
