import fc from "fast-check";
import { expect, test } from "vitest";

import { parseDescription, toPlainText } from "../../src/analysis/description.ts";
import { activities } from "../../src/analysis/prompt.ts";

const sound = {
  people: 1,
  vehicles: 0,
  concern: 1,
  activity: "walking",
  title: "A person at the dock door",
  description: "A person in a dark coat walks to the door.",
  objects: ["person", "door"],
};

const parse = (value: object) => parseDescription(JSON.stringify(value));

test("a sound answer is taken as it is", () => {
  expect(parse(sound)).toEqual(sound);
});

const text = JSON.stringify(sound);
const dressed: [string, string][] = [
  ["a fence", `\`\`\`json\n${text}\n\`\`\``],
  ["a byte order mark", `\ufeff${text}`],
  ["prose before it", `Sure! Here {as asked} is the JSON:\n${text}`],
  ["prose after it", `${text}\n\nI hope this helps {really}.`],
  ["a run of white space inside", JSON.stringify(sound, null, "\t\t\t\t\t\t\n")],
  ["NUL bytes", text.replace(":", ":\0\0")],
  ["a second object", `${text}${text.replace("walking", "running")}`],
];

test.each(dressed)("an answer with %s is the same answer", (_, rawAnswer) => {
  expect(parseDescription(rawAnswer)).toEqual(sound);
});

test("line feeds inside of a string are spaces", () => {
  const rawAnswer = text.replace("A person in", "A person\n\tin");
  expect(parseDescription(rawAnswer)).toEqual(sound);
});

test("braces and quotes inside of a string do not end the object", () => {
  const odd = { ...sound, title: 'Sign says "}{" \\ here' };
  expect(parse(odd)).toEqual(odd);
});

test("numbers as text are numbers, and every number is brought into its range", () => {
  const answered = parse({ ...sound, people: " 2 ", vehicles: -3, concern: 17 });
  expect(answered).toMatchObject({ people: 2, vehicles: 0, concern: 3 });
  expect(parse({ ...sound, people: 1e9, vehicles: 1.6 })).toMatchObject({
    people: 99,
    vehicles: 2,
  });
});

test("an activity nobody offered is another one", () => {
  expect(parse({ ...sound, activity: "Juggling" }).activity).toBe("other");
  expect(parse({ ...sound, activity: " Walking " }).activity).toBe("walking");
});

test("objects come as a list, each once, and few", () => {
  const many = Array.from({ length: 30 }, (_, index) => `thing ${index}`);
  expect(parse({ ...sound, objects: "dog, bicycle,dog" }).objects).toEqual(["dog", "bicycle"]);
  expect(parse({ ...sound, objects: many }).objects).toHaveLength(8);
  expect(parse({ ...sound, objects: null }).objects).toEqual([]);
});

test("a missing title is the description's first sentence, a missing description the title", () => {
  expect(parse({ ...sound, title: "" }).title).toBe("A person in a dark coat walks to the door.");
  expect(parse({ ...sound, description: undefined }).description).toBe(sound.title);
});

const unreadable: [string, string][] = [
  ["nothing", ""],
  ["prose alone", "There is a person at the door."],
  ["half an object", text.slice(0, -20)],
  ["a list", JSON.stringify(["person"])],
  ["no count of people", JSON.stringify({ ...sound, people: undefined })],
  ["an empty count of people", JSON.stringify({ ...sound, people: " " })],
  ["a count in words", JSON.stringify({ ...sound, vehicles: "several" })],
  ["no concern", JSON.stringify({ ...sound, concern: null })],
  ["no words at all", JSON.stringify({ ...sound, title: " ", description: "\u202e" })],
];

test.each(unreadable)("an answer with %s is refused and kept", (_, rawAnswer) => {
  expect(() => parseDescription(rawAnswer)).toThrow(
    expect.objectContaining({ kind: "invalid", details: { rawAnswer } }),
  );
});

test("marks that hide or turn text around are gone", () => {
  const title = "safe\u202Eevil\u2066 x\u200By\u0007z\u2028next";
  expect(parse({ ...sound, title }).title).toBe("safeevil xy z next");
});

test.each([
  ["a line with commas", "car, person", ["car", "person"]],
  ["names with their counts", { car: 2, person: 1 }, ["car", "person"]],
  [
    "an object that cannot be made a string",
    { toString: null, valueOf: 1 },
    ["toString", "valueOf"],
  ],
  ["a number", 7, []],
  ["nothing", null, []],
])("objects may come as %s", (_, objects, expected) => {
  expect(parse({ ...sound, objects }).objects).toEqual(expected);
});

test("any text at all gives a description within its limits or a refusal", () => {
  const anything = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc
      .record({
        people: fc.anything(),
        vehicles: fc.anything(),
        concern: fc.anything(),
        activity: fc.anything(),
        title: fc.string({ unit: "binary", maxLength: 300 }),
        description: fc.string({ unit: "binary", maxLength: 900 }),
        objects: fc.anything(),
      })
      .map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(anything, (rawAnswer) => {
      try {
        const answered = parseDescription(rawAnswer);
        expect([0, 1, 2, 3]).toContain(answered.concern);
        expect(activities).toContain(answered.activity);
        expect([...answered.title].length).toBeLessThanOrEqual(80);
        expect([...answered.description].length).toBeLessThanOrEqual(400);
        expect(answered.title).not.toBe("");
      } catch (error) {
        expect(error).toMatchObject({ name: "ApplianceError", kind: "invalid" });
      }
    }),
  );
});

test("a sound answer is found whatever surrounds it, as long as that has no braces", () => {
  const prose = fc.string({ unit: "binary" }).filter((it) => !/[{}"]/.test(it));
  fc.assert(
    fc.property(prose, prose, (before, after) => {
      expect(parseDescription(before + text + after)).toEqual(sound);
    }),
  );
});

test("plain text is plain however often it is made so", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 60 }), (value, max) => {
      const plain = toPlainText(value, max);
      expect(toPlainText(plain, max)).toBe(plain);
      expect(plain).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }),
  );
});
