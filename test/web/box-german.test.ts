import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";

import { toMotionSummary } from "../../src/events/motion-summary.ts";
import { toGerman } from "../../src/web/strings/box-german.ts";

/** Where the sentences are made that the page shows as they come. */
const SOURCES = [
  ...["camera/complaint.ts", "camera/key-rhythm.ts", "camera/gate.ts", "events/tampering.ts"],
  ...["analysis/refusal.ts", "analysis/server-questions.ts", "analysis/model-trial.ts"],
  ...["sync/central-faults.ts", "sync/courier.ts", "motion/explanation.ts"],
  ...["config/exposure.ts", "events/recorder.ts"],
];
/** Made of parts that another test has, or with an answer of Ollama's in it. */
const OF_PARTS = [/^Significance /, /^Ollama refused the picture /, / much of the time without /];

test.each(SOURCES)("each sentence of src/%s has its German", (file) => {
  const sentences = listSentences(
    readFileSync(new URL(`../../src/${file}`, import.meta.url), "utf8"),
  );
  expect(sentences).not.toEqual([]);
  for (const sentence of sentences) {
    if (OF_PARTS.some((part) => part.test(sentence))) continue;
    expect(toGerman(sentence)).not.toBe(sentence);
  }
});

/** Literals that begin as a sentence and end as one; what is put into them is `x`. */
function listSentences(source: string): string[] {
  const code = source.replace(/^\s*(?:\*|\/\/|\/\*).*$/gm, "").replace(/["`] \+\s*["`]/g, "");
  const literals = code.match(/"[^"\n]*"|`[^`\n]*`/g) ?? [];
  return literals
    .map((literal) => literal.slice(1, -1).replace(/\$\{[^}]*\}/g, "x"))
    .filter((text) => /^(?:[A-Z]|x )\S* .+[.)x]$/.test(text));
}

test("a camera's name and what was quoted stay as they are", () => {
  const reason = "The camera closed the connection; it is tried again until it is back.";
  expect(toGerman(`Tor 3: ${reason}`)).toMatch(/^Tor 3: Die Kamera hat die Verbindung geschlossen/);
  expect(toGerman("Ollama does not answer at http://box:1. Start it, or else.")).toContain(
    "http://box:1",
  );
  expect(toGerman("Given up after one try: It was no JSON.")).toBe(
    "Nach einem Versuch aufgegeben: It was no JSON.",
  );
});

test("what is not known is shown as it came", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const sentence = `unheard-of ${text}`;
      expect(toGerman(sentence)).toBe(sentence);
    }),
  );
});

const ENGLISH = /\b(?:entered|appeared|left|came|vanished|largest|picture|small|less|for|was)\b/;
const box = fc.tuple(
  ...([0.5, 0.5, 0.5, 0.5] as const).map((max) => fc.double({ min: 0, max, noNaN: true })),
);

test("whatever a motion was, its sentence is German, with the zones' own names", () => {
  fc.assert(
    fc.property(
      fc.record({
        lastsMs: fc.integer({ min: 0, max: 9_000_000 }),
        isOver: fc.boolean(),
        boxes: fc.array(box, { maxLength: 3 }),
        zones: fc.subarray(["Hof", "Tor 3", "Weg"]),
      }),
      ({ lastsMs, isOver, boxes, zones }) => {
        const path = boxes.map((it, at) => ({ at, box: it as [number, number, number, number] }));
        const peakBox = path[0]?.box ?? null;
        const endedAt = isOver ? lastsMs : null;
        const english = toMotionSummary({ startedAt: 0, endedAt, path, peakBox, zones });
        const german = toGerman(english);
        expect(german).toMatch(/^Bewegung/);
        expect(german).not.toMatch(ENGLISH);
        for (const zone of zones) expect(german).toContain(zone);
      },
    ),
  );
});

test("the measures of a motion are told in German with their numbers", () => {
  const measures = "size 0.27 %, coherence 1.00, persistence 2.00, contrast 2.7";
  expect(toGerman(`Significance 0.52 reaches the threshold of 0.3: ${measures}.`)).toBe(
    "Bedeutung 0.52 erreicht die Schwelle von 0.3: Größe 0.27 %, Zusammenhang 1.00, Dauer 2.00, Kontrast 2.7.",
  );
  const lack = "lack of coherence or lack of persistence";
  expect(
    toGerman(`Significance 0.10 is below the threshold of 0.3 for ${lack}: ${measures}.`),
  ).toContain("denn es fehlt: Zusammenhang oder Dauer");
});
