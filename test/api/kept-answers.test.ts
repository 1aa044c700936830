import { expect, test } from "vitest";

import { createKeptAnswers } from "../../src/api/kept-answers.ts";

test("an answer is made once, and anew when what it tells of has changed", () => {
  const answers = createKeptAnswers();
  let made = 0;
  const take = (key: string, version: string) =>
    answers.take(key, version, () => {
      made += 1;
      return { key, version };
    });
  const first = take("a", "1");
  expect(take("a", "1")).toBe(first);
  expect(made).toBe(1);
  expect(take("a", "2").text).toBe('{"key":"a","version":"2"}');
  expect(take("a", "2").tag).not.toBe(first.tag);
  expect(take("a", "1").tag).toBe(first.tag);
});

test("only the last few that were asked for are kept", () => {
  const answers = createKeptAnswers();
  const made: string[] = [];
  const take = (key: string) => answers.take(key, "1", () => made.push(key));
  take("first");
  for (let n = 0; n < 31; n += 1) take(`other ${n}`);
  take("first");
  take("one more");
  take("first");
  expect(made.filter((key) => key === "first")).toHaveLength(1);
  take("other 0");
  expect(made.filter((key) => key === "other 0")).toHaveLength(2);
});
