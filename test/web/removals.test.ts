import { expect, test } from "vitest";

import { createRemovals, noRemovals } from "../../src/web/removals.ts";

const one = { id: "one", camera_id: "dock-door" };
const two = { id: "two", camera_id: "dock-door" };

/** A clock that stands until the test lets the wait end. */
function openPage(removeEvent: (event: { id: string }) => Promise<void> = async () => {}) {
  const sent: string[] = [];
  let view = noRemovals;
  let wait = Promise.withResolvers<void>();
  const removals = createRemovals({
    clock: {
      sleep(_, { signal }) {
        wait = Promise.withResolvers<void>();
        signal.addEventListener("abort", () => wait.reject(signal.reason));
        return wait.promise;
      },
    },
    show(changed) {
      view = changed;
    },
    async removeEvent(event) {
      sent.push(event.id);
      await removeEvent(event);
    },
  });
  return { removals, sent, pass: () => wait.resolve(), read: () => view };
}

test("a deleted event is gone at once, and the box is told when it can no longer be undone", async () => {
  const { removals, sent, pass, read } = openPage();
  removals.remove(one);
  removals.remove(two);
  removals.remove(two);
  expect([...read().pending]).toEqual(["one", "two"]);
  expect(read().notice).toEqual({ type: "undoable", events: 2 });
  expect(sent).toEqual([]);
  pass();
  await expect.poll(() => read().pending.size).toBe(0);
  expect(sent).toEqual(["one", "two"]);
  expect(read().notice).toBeNull();
});

test("undone, it was never deleted", async () => {
  const { removals, sent, read } = openPage();
  removals.remove(one);
  removals.undo();
  await removals.flush();
  expect([read().pending.size, read().notice, sent]).toEqual([0, null, []]);
});

test("when the page is left the box is told before anything is waited for", () => {
  const { removals, sent } = openPage();
  removals.remove(one);
  removals.remove(two);
  void removals.flush();
  expect(sent).toEqual(["one", "two"]);
});

test("what could not be deleted is back, and it is said", async () => {
  const error = new Error("refused");
  const { removals, read } = openPage(() => Promise.reject(error));
  removals.remove(one);
  await removals.flush();
  expect(read().pending.size).toBe(0);
  expect(read().notice).toEqual({ type: "failed", error });
  removals.dismiss();
  expect(read().notice).toBeNull();
});
