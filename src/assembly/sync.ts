/** The way to the centre, where one is configured: the courier, the days in figures, the heartbeat. */
import { toThumbnail } from "../analysis/picture.ts";
import type { SyncPorts } from "../api/routes/sync.ts";
import { ApplianceError } from "../base/errors.ts";
import type { Service } from "../base/lifecycle.ts";
import { createScheduled } from "../base/schedule.ts";
import type { Config } from "../config/schema.ts";
import { readCentralAddress } from "../sync/central-address.ts";
import type { OpenCentre, SiteHeartbeat } from "../sync/central-rows.ts";
import { openCentre } from "../sync/centre.ts";
import { readClockQuality } from "../sync/clock-quality.ts";
import { type CourierState, createCourier } from "../sync/courier.ts";
import { createDayWriter } from "../sync/day-writer.ts";
import { createDigestClerk } from "../sync/digest.ts";
import { createDowntimeWatch } from "../sync/downtime.ts";
import type { ThumbnailPorts } from "../sync/thumbnails.ts";
import type { Cameras } from "./cameras.ts";
import type { Desk } from "./desk.ts";
import type { Given } from "./given.ts";
import type { Memory } from "./memory.ts";

export interface Sync {
  readonly services: readonly Service[];
  /** To be called after every transaction that changed events. */
  wake(): void;
  readonly ports: SyncPorts["sync"];
}

/** Days change slowly, and a day's last minutes must not wait for the next day's first hour. */
const DIGEST_SCHEDULE = "4,19,34,49 * * * *";
const DAY_SENTENCE_SCHEDULE = "7,22,37,52 * * * *";

export interface SyncParts {
  desk: Desk;
  cameras: () => Cameras;
  /** Code of the language in which the model writes of this camera. */
  languageOf(cameraId: string): string;
  version: string;
}

export function createSync(config: Config, given: Given, memory: Memory, parts: SyncParts): Sync {
  const { url, schedule } = config.central;
  if (url === null) return createNoSync(memory);
  const { clock } = given;
  const { marks, site, audit, digests } = memory.sync;
  const log = given.log.child({ room: "sync" });
  const courier = createCourier({
    ...{ marks, site, audit, digests, clock, log },
    thumbnails: config.central.thumbnails ? createThumbnailPorts(memory) : null,
    open: given.openCentre ?? createOpen(config, url, given, memory),
    readHeartbeat: () => readHeartbeat(config, given, memory, parts),
  });
  const clerk = createDigestClerk({
    digests,
    cameraIds: () => listWanted(parts.cameras()).map(({ cameraId }) => cameraId),
    now: clock.now,
  });
  const downtime = createDowntimeWatch({
    clock,
    camerasDown: () =>
      listWanted(parts.cameras())
        .filter(({ state }) => state !== "online")
        .map(({ cameraId }) => cameraId),
    addDowntime: digests.addDowntime,
    onFailed: (error) => log.warn("downtime not stored", { error }),
  });
  const countDays = async (): Promise<void> => {
    await clerk.count();
    courier.wake();
  };
  const writeDays = async (signal: AbortSignal): Promise<void> => {
    await writeDaySentences(config, given, memory, parts, signal);
    courier.wake();
  };
  return {
    services: [
      courier,
      downtime,
      createScheduled({ name: "sync", schedule, work: courier.wake, log }),
      createScheduled({ name: "digests", schedule: DIGEST_SCHEDULE, work: countDays, log }),
      createScheduled({ name: "sentences", schedule: DAY_SENTENCE_SCHEDULE, work: writeDays, log }),
    ],
    wake: courier.wake,
    ports: {
      listRefused: marks.listRefused,
      read: () => ({
        ...readSync(courier.state(), memory, clock.now()),
        thumbnailsUnsent: config.central.thumbnails ? memory.sync.thumbnails.unsent() : null,
      }),
      run() {
        courier.runNow();
        return true;
      },
      retryRefused(eventId) {
        const count = marks.retryRefused(eventId);
        courier.runNow();
        return count;
      },
    },
  };
}

function createNoSync({ sync: { marks } }: Memory): Sync {
  const sentence = "No central database is configured (central.url).";
  return {
    services: [],
    wake: () => {},
    ports: {
      listRefused: marks.listRefused,
      retryRefused: marks.retryRefused,
      run: () => false,
      read: () => ({
        ...{ code: "not_configured", sentence, unsent: 0, refused: 0, lagMs: 0 },
        thumbnailsUnsent: null,
        ...{ sentAt: null, lastTrouble: null, nextTryAt: null },
      }),
    },
  };
}

/** What the centre's column of pictures is meant for: a look, at a site's price of a line. */
const THUMBNAIL_BYTES_MAX = 20_000;

function createThumbnailPorts({ sync, pictures }: Memory): ThumbnailPorts {
  return {
    marks: sync.thumbnails,
    async shrink(snapshot) {
      const jpeg = await pictures.read(snapshot);
      if (!jpeg) return null;
      try {
        return await toThumbnail(jpeg, { bytesMax: THUMBNAIL_BYTES_MAX });
      } catch (error) {
        if (error instanceof ApplianceError && error.kind === "invalid") return null;
        throw error;
      }
    },
  };
}

async function writeDaySentences(
  { site }: Config,
  { clock, log }: Given,
  { sync: { digests } }: Memory,
  { desk: { queue, watch, writeDaySentence }, languageOf }: SyncParts,
  signal: AbortSignal,
): Promise<void> {
  const writer = createDayWriter({
    digests,
    isIdle() {
      const { waiting, shed, running } = queue.counts();
      return waiting + shed + running === 0 && watch.latest()?.state === "ready";
    },
    ask: (day) => {
      const facts = { ...day, siteName: site.name, language: languageOf(day.cameraId) };
      return writeDaySentence(facts, { signal });
    },
    now: clock.now,
  });
  try {
    await writer.write();
  } catch (error) {
    // It is asked again at the next time; why it cannot be asked stands in its own state.
    if (!(error instanceof ApplianceError)) throw error;
    log.debug("no sentence of a day", { room: "sync", reason: error.message });
  }
}

/** The authority's file is read each time: it may be replaced while the box runs. */
function createOpen(
  { site, central }: Config,
  url: string,
  { clock }: Given,
  memory: Memory,
): OpenCentre {
  return async (signal) => {
    const address = await readCentralAddress({ ...central, url });
    return openCentre({ address, site, claim: memory.sync.site, clock, signal });
  };
}

function listWanted(cameras: Cameras) {
  return cameras.list().filter(({ state }) => state !== "disabled");
}

function readHeartbeat(
  { ollama }: Config,
  { clock }: Given,
  { sync: { marks } }: Memory,
  { desk, cameras, version }: SyncParts,
): SiteHeartbeat {
  const wanted = listWanted(cameras());
  const { waiting, shed } = desk.queue.counts();
  const unsent = marks.counts();
  return {
    version,
    sentAt: clock.now(),
    isClockSynchronised: readClockQuality(),
    camerasUp: wanted.filter(({ state }) => state === "online").length,
    camerasWanted: wanted.length,
    model: ollama.model,
    modelState: desk.watch.latest()?.state ?? "unknown",
    backlog: waiting,
    shed,
    unsent: unsent.waiting,
    lagS: Math.round(toLagMs(unsent.oldestAt, clock.now()) / 1000),
  };
}

function readSync(state: CourierState, { sync: { marks } }: Memory, now: number) {
  const { waiting, refused, oldestAt, sentAt } = marks.counts();
  const { code, sentence, lastTrouble, nextTryAt } = state;
  const isRefused = code === "synced" && refused > 0;
  return {
    ...(isRefused ? toRefusal(refused) : { code, sentence }),
    unsent: waiting,
    refused,
    lagMs: toLagMs(oldestAt, now),
    sentAt,
    lastTrouble,
    nextTryAt,
  };
}

function toRefusal(count: number) {
  const what = count === 1 ? "an event" : `${count} events`;
  const sentence = `The central database refuses ${what}. See what it says, and try again.`;
  return { code: "sync_rejected", sentence };
}

/** 0 when the clock stepped back since. */
function toLagMs(oldestAt: number | null, now: number): number {
  return oldestAt === null ? 0 : Math.max(0, now - oldestAt);
}
