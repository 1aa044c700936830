/** The box's state as parts, each well or not, in sentences. Pure. */
import type { Status } from "../../api/contract.ts";
import type { healthWords } from "../strings/health.ts";
import type { Times } from "../times.ts";

export interface Part {
  name: string;
  isWell: boolean;
  sentences: readonly string[];
}

/** Whoever set a clock by hand is seldom closer. */
const SKEW_MS_MAX = 5000;

export function toParts(given: {
  status: Status;
  skewMs: number | null;
  words: (typeof healthWords)["en"];
  times: Pick<Times, "toAge">;
  /** What the box says, in the viewer's language. */
  ofBox(sentence: string): string;
}): readonly Part[] {
  const { status, skewMs, words, ofBox } = given;
  const { cameras, model, disk, sync, problems } = status;
  const told = [model.sentence, disk.sentence, sync.sentence];
  const ofCameras = problems.filter(({ code }) => code.startsWith("camera_"));
  const others = problems.filter(
    (problem) => !ofCameras.includes(problem) && !told.includes(problem.sentence),
  );
  const isTold = (sentence: string) => problems.some((problem) => problem.sentence === sentence);
  const part = (name: string, sentence: string): Part => ({
    name,
    isWell: !isTold(sentence),
    sentences: [ofBox(sentence)],
  });
  return [
    {
      name: words.part.cameras,
      isWell: ofCameras.length === 0,
      sentences:
        ofCameras.length === 0
          ? [toCalm(cameras, words)]
          : ofCameras.map((it) => ofBox(it.sentence)),
    },
    part(words.part.model, model.sentence),
    ...others.map(({ code, sentence }) => ({
      name: toName(code),
      isWell: false,
      sentences: [ofBox(sentence)],
    })),
    toDisk(disk, part(words.part.disk, disk.sentence), words),
    toClock(skewMs, given),
    part(words.part.centre, sync.sentence),
  ];
}

function toDisk(
  { free_bytes }: Status["disk"],
  part: Part,
  words: (typeof healthWords)["en"],
): Part {
  if (free_bytes === null) return part;
  const free = words.freeSpace((free_bytes / 1e9).toFixed(1));
  return { ...part, sentences: [`${part.sentences.join(" ")} ${free}`] };
}

function toClock(
  skewMs: number | null,
  { words, times }: Pick<Parameters<typeof toParts>[0], "words" | "times">,
): Part {
  const name = words.part.clock;
  if (skewMs === null) return { name, isWell: true, sentences: [words.clockLoading] };
  const isWell = Math.abs(skewMs) <= SKEW_MS_MAX;
  const span = times.toAge(Math.abs(skewMs));
  return { name, isWell, sentences: [isWell ? words.clockWell : words.clockOff(span, skewMs > 0)] };
}

function toCalm(cameras: Status["cameras"], words: (typeof healthWords)["en"]): string {
  return cameras.length === 0 ? words.camerasNone : words.camerasWell(cameras.length);
}

/** "picture_failed" as "Picture failed": what a later version finds wrong has a name at once. */
function toName(code: string): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
