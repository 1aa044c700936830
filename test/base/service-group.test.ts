import { expect, test } from "vitest";

import type { Service } from "../../src/base/lifecycle.ts";
import { createServiceGroup } from "../../src/base/service-group.ts";

/** Writes down when it starts and when it has stopped; ends by itself, or badly, when told. */
function createMember(name: string, diary: string[]) {
  const over = Promise.withResolvers<void>();
  const service: Service = {
    name,
    async run(signal) {
      diary.push(`${name} starts`);
      signal.addEventListener("abort", () => over.resolve());
      await over.promise;
      await Promise.resolve();
      diary.push(`${name} stopped`);
    },
  };
  return { service, end: () => over.resolve(), fail: (error: Error) => over.reject(error) };
}

function openGroup() {
  const diary: string[] = [];
  const group = createServiceGroup("cameras");
  const stop = new AbortController();
  const [one, other] = [createMember("one", diary), createMember("other", diary)];
  group.add(one.service);
  return { diary, group, stop, one, other, run: () => group.run(stop.signal) };
}

test("those that come later run as well, and one that goes is waited for while the others go on", async () => {
  const { diary, group, stop, one, other, run } = openGroup();
  const running = run();
  group.add(other.service);
  expect(diary).toEqual(["one starts", "other starts"]);
  await group.remove(one.service);
  expect(diary).toEqual(["one starts", "other starts", "one stopped"]);
  await group.remove(one.service);

  stop.abort();
  await running;
  expect(diary).toEqual(["one starts", "other starts", "one stopped", "other stopped"]);
});

test("one that ends by itself, or fails, is the group's failure", async () => {
  const ended = openGroup();
  const running = ended.run();
  ended.one.end();
  await expect(running).rejects.toThrow("one ended by itself.");

  const failed = openGroup();
  const failing = failed.run();
  failed.one.fail(new Error("It broke."));
  await expect(failing).rejects.toThrow("It broke.");
});

test("what is removed before the group runs never starts", async () => {
  const { diary, group, stop, one, run } = openGroup();
  await group.remove(one.service);
  stop.abort();
  await run();
  expect(diary).toEqual([]);
});
