import { setTimeout as pause } from "node:timers/promises";

import { createAnalyzer } from "../../src/analysis/analyzer.ts";
import { familyOf } from "../../src/analysis/model-family.ts";
import { createOllama } from "../../src/analysis/ollama.ts";
import { toJpeg } from "../../src/analysis/picture.ts";
import type { VisionModel } from "../../src/analysis/vision-model.ts";
import { createLog } from "../../src/base/log.ts";
import { openTestDesk, type TestDesk } from "./analysis-desk.ts";
import { type FakeOllama, openFakeOllama } from "./fake-ollama/server.ts";
import { createManualClock, type ManualClock } from "./manual-clock.ts";
import { createRandom } from "./random.ts";
import { createPlace } from "./sample-events.ts";

export interface ModelDesk extends AsyncDisposable {
  readonly desk: TestDesk;
  readonly fake: FakeOllama;
  readonly clock: ManualClock;
  /** Each look at a picture: whose, when by the clock, and how many were under way with it. */
  readonly looks: readonly Look[];
  /** Lets time pass while nobody waits for the model, until it is so. */
  until(isSo: () => boolean): Promise<void>;
  /** Until a question is with the model that it does not answer by itself. */
  untilAsked(count: number): Promise<void>;
}

export interface Look {
  eventId: string;
  at: number;
  underWay: number;
}

/**
 * The desk with the real analysis before the stand-in for Ollama, on a clock that is turned. Events
 * have pictures of their own, each with other tiles.
 */
export async function openModelDesk(options: {
  concurrency?: number;
  attemptsMax?: number;
  deadlineMs?: number;
}) {
  await using opened = new AsyncDisposableStack();
  const fake = opened.use(await openFakeOllama());
  const clock = createManualClock();
  const log = createLog({ level: "silent" });
  const looks: Look[] = [];
  const seeds = new Map<string, number>();
  let questions = 0;
  const counted = async <T>(question: Promise<T>): Promise<T> => {
    questions += 1;
    try {
      return await question;
    } finally {
      questions -= 1;
    }
  };
  const door = createOllama({ url: fake.url, model: "llava:7b", timeoutMs: 120_000, clock });
  const model: VisionModel = {
    ...door,
    describe: (...given) => counted(door.describe(...given)),
    status: (...given) => counted(door.status(...given)),
  };
  const analyzer = createAnalyzer({
    ...{ model, family: familyOf("llava:7b"), clock, log, timeZone: "UTC" },
    loadEvent(id) {
      const event = desk.events.find(id);
      return event && { event: { ...event, snapshot: id }, earlier: [], place: createPlace() };
    },
    readPicture: (id) => createPicture(seeds, id),
  });
  let underWay = 0;
  const desk = opened.use(
    await openTestDesk({
      ...options,
      clock,
      isModelReady: () => analyzer.isModelReady({ signal: AbortSignal.any([]) }),
      async analyze(job, given) {
        underWay += 1;
        looks.push({ eventId: job.eventId, at: clock.now(), underWay });
        try {
          return await analyzer.analyze(job, given);
        } finally {
          underWay -= 1;
        }
      },
    }),
  );

  const resources = opened.move();
  return {
    ...{ desk, fake, clock, looks },
    until: (isSo) => passTime(clock, isSo, () => questions === 0),
    async untilAsked(count) {
      while (fake.journal.asked().length < count) await pause(1);
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  } satisfies ModelDesk as ModelDesk;
}

const SECONDS_MAX = 20_000;

async function passTime(
  clock: ManualClock,
  isSo: () => boolean,
  mayPass: () => boolean,
): Promise<void> {
  for (let seconds = 0; seconds < SECONDS_MAX; ) {
    // better-queue and the network have timers of their own, which no clock of ours moves.
    await pause(1);
    if (isSo()) return;
    if (!mayPass()) continue;
    await clock.advance(1000);
    seconds += 1;
  }
  throw new Error(`It did not happen within ${SECONDS_MAX} s.`);
}

/** No two events are alike, or the second would repeat the words of the first. */
async function createPicture(seeds: Map<string, number>, id: string): Promise<Uint8Array> {
  const seed = seeds.get(id) ?? seeds.size + 1;
  seeds.set(id, seed);
  const random = createRandom(seed);
  const [width, height, tilePx] = [320, 240, 40];
  const tiles = Array.from({ length: (width / tilePx) * (height / tilePx) }, () => 255 * random());
  const rgb = new Uint8Array(width * height * 3).map((_, at) => {
    const pixel = Math.floor(at / 3);
    const row = Math.floor(Math.floor(pixel / width) / tilePx);
    return tiles[row * (width / tilePx) + Math.floor((pixel % width) / tilePx)] ?? 0;
  });
  return await toJpeg({ width, height, rgb }, { quality: 80 });
}
