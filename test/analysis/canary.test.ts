import { expect, test } from "vitest";

import { judge, pickColours } from "../../src/analysis/canary.ts";

const shown = ["red", "blue", "green"] as const;
const judged = (text: string, doneReason: "stop" | "length" = "stop") =>
  judge({ text, doneReason }, shown);

test("the colours of a card are three different ones, the same for the same seed", () => {
  const cards = Array.from({ length: 50 }, (_, seed) => pickColours(`${seed}`));
  expect(cards.every((card) => new Set(card).size === 3)).toBe(true);
  expect(new Set(cards.map((card) => card.join())).size).toBeGreaterThan(25);
  expect(pickColours("7")).toEqual(cards[7]);
});

test.each([
  ["the form asked for", '{"left":"red","middle":"blue","right":"green","sentence":"Stripes."}'],
  ["another order", '{"left":"green","middle":"red","right":"blue"}'],
  ["prose", "I can see a Red stripe, a blue one and a GREEN one."],
  ["a fence", '```json\n{"left": "red", "middle": "blue", "right": "green"}\n```'],
])("whoever names the colours sees, in %s", (_, text) => {
  expect(judged(text)).toEqual({ type: "sees", speaks: "as asked" });
});

test.each([
  ["German", '{"links":"rot","mitte":"blau","rechts":"grün"}'],
  ["Spanish", "Hay una franja rojo, una azul y una verde."],
  ["Chinese", "红色、蓝色和绿色的条纹。"],
  [
    "German beside the right words",
    '{"left":"red","middle":"blue","right":"green","sentence":"Das sind drei Streifen."}',
  ],
])("whoever names them in %s sees, and speaks another language", (_, text) => {
  expect(judged(text)).toEqual({ type: "sees", speaks: "another language" });
});

test.each([
  ["a colour that is not there", "red, blue and yellow"],
  ["more than there are", "red, blue, green, black and white"],
  ["too few", "red"],
  ["none", "A person walks a dog."],
  ["an excuse", "I cannot see any image."],
])("whoever names %s may be blind", (_, text) => {
  expect(judged(text)).toEqual({ type: "doubtful" });
});

test.each(["", "  \n\t ", "{}", '{"left":"","middle":"","right":"","sentence":""}'])(
  "%j says nothing",
  (text) => {
    expect(judged(text)).toEqual({ type: "fails", state: "model_blank" });
  },
);

test("an answer that its limit had to end is endless, whatever it began with", () => {
  expect(judged("red blue green red blue green", "length")).toMatchObject({
    state: "model_endless",
  });
});
