import { expect, test } from "vitest";

import { toListCommand, toOpenCommand } from "../../src/web/events/keys.ts";
import { toSwipe } from "../../src/web/events/swipe.ts";

const press = (key: string, held = {}) => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false },
  ...held,
});

test("keys move through the list and act on what they are at", () => {
  expect(toListCommand(press("ArrowDown"))).toEqual({ type: "move", by: 1 });
  expect(toListCommand(press("k"))).toEqual({ type: "move", by: -1 });
  expect(toListCommand(press("/"))).toEqual({ type: "search" });
  expect(toListCommand(press("Delete"))).toEqual({ type: "delete" });
  expect(toOpenCommand(press("ArrowRight"))).toEqual({ type: "older" });
  expect(toOpenCommand(press("s"))).toEqual({ type: "toggle-seen" });
});

test("the browser's own keys are left to it", () => {
  expect(toListCommand(press("s", { ctrlKey: true }))).toBeNull();
  expect(toListCommand(press("Enter"))).toBeNull();
  expect(toOpenCommand(press("Escape"))).toBeNull();
  expect(toOpenCommand(press("ArrowLeft", { altKey: true }))).toBeNull();
});

test("a finger drawn sideways is a swipe; one that scrolls, or hardly moves, is none", () => {
  expect(toSwipe({ x: -120, y: 20 })).toBe("left");
  expect(toSwipe({ x: 90, y: -30 })).toBe("right");
  expect(toSwipe({ x: 90, y: 80 })).toBeNull();
  expect(toSwipe({ x: 20, y: 0 })).toBeNull();
});
