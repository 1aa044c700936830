/** What the LAN sees: the API, the page and the feed behind one port. */
import { fileURLToPath } from "node:url";

import { openCertificateFiles } from "../access/certificate-files.ts";
import { type CertificateSource, openOwnCertificate } from "../access/own-certificate.ts";
import { toJpeg } from "../analysis/picture.ts";
import { toFullName } from "../analysis/server-shapes.ts";
import type { Misfit } from "../api/answer-check.ts";
import { type AppParts, createApp } from "../api/app.ts";
import { hello } from "../api/contract.ts";
import { createNearness } from "../api/peer.ts";
import type { CameraReader } from "../api/routes/cameras.ts";
import { type ApiServer, openServer } from "../api/server.ts";
import { type EventLoopWatch, openEventLoopWatch } from "../base/event-loop.ts";
import type { Ffmpeg } from "../camera/ffmpeg.ts";
import { EXPOSED, isExposed } from "../config/exposure.ts";
import type { Config } from "../config/schema.ts";
import { openFeed } from "../feed/socket.ts";
import { createTickets } from "../feed/ticket.ts";
import { explainWait, type Pause } from "../queue/pause.ts";
import type { EventStore } from "../store/events.ts";
import type { CameraKeeper } from "./camera-keeper.ts";
import { createProbe } from "./camera-probe.ts";
import type { Cameras } from "./cameras.ts";
import type { Desk } from "./desk.ts";
import type { Entrance } from "./entrance.ts";
import type { Given } from "./given.ts";
import type { Memory } from "./memory.ts";
import type { Recording } from "./recording.ts";
import type { Reloading } from "./reloading.ts";
import { createStatusReader } from "./status.ts";
import type { Sync } from "./sync.ts";
import type { Teller } from "./teller.ts";
import { downloadBackup, removeEvent, type Upkeep } from "./upkeep.ts";

/** The same place from src and from dist. */
const WEB_FOLDER = fileURLToPath(new URL("../../dist/web", import.meta.url));
/** A look at a camera is taken again every few seconds, and never kept. */
const LOOK_JPEG_QUALITY = 70;

export interface LanParts {
  reloading: Pick<Reloading, "trouble">;
  memory: Memory;
  entrance: Entrance;
  teller: Teller;
  desk: Desk;
  cameras: Cameras;
  keeper: CameraKeeper;
  ffmpeg: Ffmpeg;
  recording: Recording;
  sync: Sync;
  upkeep: Upkeep;
  version: string;
  isReady(): boolean;
}

export async function openLan(
  config: Config,
  given: Given,
  parts: LanParts,
  opened: AsyncDisposableStack,
): Promise<ApiServer> {
  const { clock, log } = given;
  const { entrance, teller } = parts;
  const tickets = createTickets({ clock });
  const feed = opened.use(
    openFeed({
      clock,
      log: log.child({ room: "feed" }),
      hub: teller.hub,
      redeemTicket: (ticket) => tickets.redeem(ticket),
      isSessionInForce: (sessionId) => entrance.callers.isSessionInForce(sessionId),
      camerasOf: (sessionId) => entrance.callers.camerasOf(sessionId),
      onSessionRevoked: (listener) => entrance.sessions.onRevoked(listener),
      parseHello: (message) => hello.safeParse(message).data ?? null,
      allowedOrigins: config.allowedOrigins,
    }),
  );
  const source = await openCertificate(config, { clock, log: log.child({ room: "access" }) });
  if (isExposed(config.server)) log.warn(EXPOSED.sentence, { problem: EXPOSED.code });
  const eventLoop = opened.use(openEventLoopWatch());
  const lan = { ...parts, eventLoop, authority: source?.authority ?? null };
  const app = createLanApp(config, given, lan, (sessionId) => tickets.issue(sessionId));
  const { host, port, trustedProxies } = config.server;
  const isNear = createNearness(trustedProxies);
  const tls = source && { source, clock };
  return opened.use(await openServer({ app, feed, host, port, isNear, tls }));
}

async function openCertificate(
  { dataDir, server: { tls } }: Config,
  given: Pick<Given, "clock" | "log">,
): Promise<CertificateSource | null> {
  if (tls.mode === "off") return null;
  if (tls.mode === "files") return openCertificateFiles({ ...tls, ...given });
  return openOwnCertificate({ folder: dataDir, ...given });
}

function createLanApp(
  config: Config,
  { clock, log, readLog = () => [] }: Given,
  parts: LanParts & { eventLoop: EventLoopWatch; authority: string | null },
  issueTicket: (sessionId: string) => { ticket: string; expiresInS: number },
) {
  const { memory, entrance, teller, desk, cameras, recording } = parts;
  const readQueue = () => ({ counts: desk.queue.counts(), state: desk.queue.state() });
  const requestAnalysis = (eventId: string): boolean => {
    const found = memory.events.requestAnalysis(eventId, clock.now());
    desk.queue.announceDue();
    teller.tellChanges();
    return found;
  };
  return createApp({
    ...entrance,
    log: log.child({ room: "api" }),
    clock,
    version: parts.version,
    allowedOrigins: config.allowedOrigins,
    trustedProxies: config.server.trustedProxies,
    tls: { mode: config.server.tls.mode, authority: parts.authority },
    webFolder: WEB_FOLDER,
    isReady: parts.isReady,
    ...(config.environment === "development" && {
      onMisfit: (misfit: Misfit) => log.error("an answer is not as its route declares", { misfit }),
    }),
    issueTicket,
    cameras: toCameraReader(cameras, memory),
    cameraSettings: { ...parts.keeper, probe: createProbe(parts, { clock, log }) },
    motion: {
      read: cameras.motion,
      restless: cameras.restless,
      change: parts.keeper.tune,
      rehearse: cameras.rehearse,
    },
    readLog,
    models: {
      shelf: desk.shelf,
      isInUse: (name) => toFullName(name) === toFullName(config.ollama.model),
    },
    events: toExplainedEvents(memory.events, () => desk.queue.paused),
    ...{ listEarlierPictures: memory.earlierPictures.of, readPicture: memory.pictures.read },
    markEvent(eventId, marks) {
      memory.events.mark(eventId, marks);
      teller.tellChanges();
    },
    removeEvent: async (eventId) => (await removeEvent(eventId, { memory, teller })) !== null,
    requestAnalysis,
    makeBackup: () => downloadBackup(config, parts.upkeep, clock.now()),
    deadJobs: {
      ...memory.jobs,
      retryDead(id) {
        const request = memory.jobs.retryDead(id, clock.now());
        desk.queue.announceDue();
        teller.tellChanges();
        return request;
      },
    },
    readQueue,
    sync: parts.sync.ports,
    readStatus: createStatusReader(config, parts.version, {
      ...{ clock, eventLoopLag: parts.eventLoop.read },
      cameras: () => cameras.list(),
      queue: readQueue,
      sync: parts.sync.ports.read,
      model: () => desk.watch.latest(),
      ledger: () => memory.events.ledger(),
      pictureTrouble: recording.pictureTrouble,
      retention: parts.upkeep.retention,
      configurationTrouble: parts.reloading.trouble,
      backup: parts.upkeep.backups.report,
      ...{ recovery: memory.recovery, isDiskFull: memory.ballast.isFreed },
    }),
  });
}

/** Events as they are told outside: those that wait while the desk rests say why it does. */
function toExplainedEvents(events: EventStore, pause: () => Pause | null): AppParts["events"] {
  return {
    activity: events.activity,
    version: () => `${events.version()} ${pause()?.since} ${pause()?.reason}`,
    find(id) {
      const event = events.find(id);
      return event && explainWait(event, pause());
    },
    list(query) {
      const page = events.list(query);
      const current = pause();
      return { ...page, items: page.items.map((event) => explainWait(event, current)) };
    },
  };
}

function toCameraReader(cameras: Cameras, { tamperings }: Memory): CameraReader {
  return {
    list: () => cameras.list(),
    find: (id) => cameras.list().find(({ cameraId }) => cameraId === id) ?? null,
    listTampering: (query) => tamperings.list(query),
    async takePicture(id, options) {
      const still = await cameras.latestStill(id, options);
      return still && toJpeg(still, { quality: LOOK_JPEG_QUALITY });
    },
  };
}
