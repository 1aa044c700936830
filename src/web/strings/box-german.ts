/**
 * What the box says of itself, in German. The box speaks English, to every reader of its API; a
 * sentence of it that is not known here is shown as it is. Pure.
 */
import { type Rule, SENTENCES } from "./box-sentences.ts";

export function toGerman(sentence: string): string {
  return (
    toKnown(sentence) ??
    toGermanMotion(sentence) ??
    toGermanMeasures(sentence) ??
    toQuoted(sentence, /^(Descriptions wait): (.+)$/s, () => "Beschreibungen warten") ??
    toQuoted(sentence, /^([^:]+): (.+)$/s, (camera) => camera) ??
    sentence
  );
}

function toKnown(sentence: string): string | null {
  for (const [english, german] of [...SENTENCES, ...OF_MOTION]) {
    if (english.test(sentence)) return sentence.replace(english, german);
  }
  return null;
}

/** Another sentence with something before it; null where that is not known. */
function toQuoted(
  sentence: string,
  pattern: RegExp,
  toOpening: (opening: string) => string,
): string | null {
  const [, opening, rest] = pattern.exec(sentence) ?? [];
  if (opening === undefined || rest === undefined) return null;
  const known = toKnown(rest);
  return known === null ? null : `${toOpening(opening)}: ${known}`;
}

const EDGES: Readonly<Record<string, string>> = {
  left: "links",
  right: "rechts",
  top: "oben",
  bottom: "unten",
};
const SIZES: Readonly<Record<string, string>> = {
  tiny: "winzig",
  small: "klein",
  medium: "mittel",
  large: "groß",
  "most of the view": "fast das ganze Bild",
};

/** The one sentence that each event has before the model has seen it. */
function toGermanMotion(sentence: string): string | null {
  const told = /^Motion for (less than )?(.+?)( so far)?(?:: (.+))?\.$/s.exec(sentence);
  if (!told) return null;
  const [, isLess, span, isLasting, facts] = told;
  const time = `${isLess ? "unter " : ""}${span}`;
  const opening = isLasting ? `Bewegung seit ${time}` : `Bewegung, ${time} lang`;
  return facts === undefined ? `${opening}.` : `${opening}: ${toGermanFacts(facts)}.`;
}

function toGermanFacts(facts: string): string {
  return facts
    .replace(/^entered from the (\w+)/, (_, edge: string) => `kam von ${EDGES[edge]}`)
    .replace(/^appeared in the middle/, "erschien mitten im Bild")
    .replace(/(^|, )was in /, "$1war in ")
    .replace(/(war in .+?) and /, "$1 und ")
    .replace(/, left (?:on|at) the (\w+)/, (_, edge: string) => `, ging nach ${EDGES[edge]} hinaus`)
    .replace(
      /, came to rest or vanished in the middle/,
      ", kam mitten darin zur Ruhe oder verschwand",
    )
    .replace(
      /at its largest (less than )?(\d+) % of the picture \((.+)\)$/,
      (_, isLess: string | undefined, percent: string, size: string) =>
        `am größten mit ${isLess ? "weniger als " : ""}${percent} % des Bildes (${SIZES[size] ?? size})`,
    );
}

/** Why a motion was an event or not, in numbers, for whoever tunes. */
function toGermanMeasures(sentence: string): string | null {
  const told = /^Significance (\S+) (.+?): (.+)\.( No event: .+)?$/.exec(sentence);
  if (!told) return null;
  const [, significance, verdict = "", measures = "", refusal = ""] = told;
  const [known, measured] = [verdict, measures].map((text) =>
    MEASURES.reduce((german, [english, word]) => german.replace(english, word), text),
  );
  return `Bedeutung ${significance} ${known}: ${measured}.${REFUSALS[refusal] ?? refusal}`;
}

const MEASURES: readonly Rule[] = [
  [/^reaches the threshold of (\S+)$/, "erreicht die Schwelle von $1"],
  [
    /^is below the threshold of (\S+) for (.+)$/,
    "liegt unter der Schwelle von $1, denn es fehlt: $2",
  ],
  [/lack of coherence/, "Zusammenhang"],
  [/lack of persistence/, "Dauer"],
  [/being usual here at this hour/, "Seltenheit"],
  [/lying in a place that always moves/, "Ruhe ringsum"],
  [/its size$/, "Größe"],
  [/ or /g, " oder "],
  [/\bsize /, "Größe "],
  [/\bcoherence /, "Zusammenhang "],
  [/\bpersistence /, "Dauer "],
  [/\bcontrast /, "Kontrast "],
  [/\brarity (\S+) at this place and hour/, "Seltenheit $1 hier um diese Zeit"],
  [/\brestlessness (\S+) of this place/, "Unruhe $1 dieses Ortes"],
];
const REFUSALS: Readonly<Record<string, string>> = {
  " No event: it did not last long enough.": " Kein Ereignis: es dauerte nicht lange genug.",
  " No event: at this hour nothing may become an event.":
    " Kein Ereignis: um diese Zeit darf nichts eines werden.",
};

const OF_MOTION: readonly Rule[] = [
  [/^The scene is still being learned\.$/, "Die Szene wird noch gelernt."],
  [/^Nothing moves\.$/, "Nichts bewegt sich."],
  [/^Something moves\.$/, "Etwas bewegt sich."],
  [
    /^Something changed, but not for long enough .+$/,
    "Etwas hat sich verändert, aber nicht lange genug an einem Ort.",
  ],
  [
    /^The whole picture changed at once: .+$/,
    "Das ganze Bild hat sich auf einmal verändert: das ist Licht, nichts Bewegtes.",
  ],
  [/^All of the picture is masked\.$/, "Das ganze Bild ist maskiert."],
  [
    /^Something moves, but outside of every zone\.$/,
    "Etwas bewegt sich, aber außerhalb aller Zonen.",
  ],
  [
    /^Something moves, but it is smaller than the least size .+$/,
    "Etwas bewegt sich, aber es ist kleiner als die Mindestgröße (min_area).",
  ],
];
