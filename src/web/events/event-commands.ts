/** What can be done with an event from wherever it is shown. */
import { useState } from "preact/hooks";

import type { MotionEvent } from "../../api/contract.ts";
import { toAdvice, usePage } from "../page.ts";
import type { EventCommand } from "./keys.ts";

export interface EventCommands {
  /** Of the last one that failed; null once another went well. */
  failure: string | null;
  /** Only admins may. */
  mayDelete: boolean;
  run(command: EventCommand, event: MotionEvent): void;
}

export function useEventCommands(): EventCommands {
  const { site, removals, strings } = usePage();
  const [failure, setFailure] = useState<string | null>(null);
  const mayDelete = site.me.value?.role === "admin";
  const mark = (marking: Promise<void>): void => {
    marking.then(
      () => setFailure(null),
      (error: unknown) => setFailure(toAdvice(error, strings)),
    );
  };

  return {
    ...{ failure, mayDelete },
    run(command, event) {
      switch (command.type) {
        case "toggle-seen":
          mark(site.markEvent(event.id, { seen: !event.seen }));
          return;
        case "toggle-important":
          mark(site.markEvent(event.id, { important: !event.important }));
          return;
        case "delete":
          if (mayDelete) removals.remove(event);
          return;
        default:
          command satisfies never;
      }
    },
  };
}
