import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createAccounts } from "../../src/access/accounts.ts";
import { createApiTokens } from "../../src/access/api-tokens.ts";
import { createAttempts } from "../../src/access/attempts.ts";
import { createAudit } from "../../src/access/audit.ts";
import { createCallers } from "../../src/access/callers.ts";
import { createFirstAdmin } from "../../src/access/first-admin.ts";
import { createPasswords } from "../../src/access/passwords.ts";
import { createSessions } from "../../src/access/sessions.ts";
import { openSetupCode } from "../../src/access/setup-code.ts";
import { createSignIn } from "../../src/access/sign-in.ts";
import { createTokens } from "../../src/access/tokens.ts";
import { openVault } from "../../src/access/vault.ts";
import { type AppParts, createApp } from "../../src/api/app.ts";
import type { Status } from "../../src/api/contract.ts";
import { type NamedCamera, toQueueReport } from "../../src/api/representation.ts";
import { createCameraKeeper } from "../../src/assembly/camera-keeper.ts";
import { createId } from "../../src/base/ids.ts";
import { createLog } from "../../src/base/log.ts";
import { createAddressPolicy } from "../../src/camera/address-policy.ts";
import { toCamel } from "../../src/config/load.ts";
import { cameraFile } from "../../src/config/schema.ts";
import type { MotionEvent } from "../../src/events/event.ts";
import { createTickets } from "../../src/feed/ticket.ts";
import { createAddedCameraStore } from "../../src/store/added-cameras.ts";
import { createApiTokenStore } from "../../src/store/api-tokens.ts";
import { createAuditStore } from "../../src/store/audit.ts";
import { openDatabase } from "../../src/store/database.ts";
import { createEarlierPictureStore } from "../../src/store/earlier-pictures.ts";
import { createEventStore } from "../../src/store/events.ts";
import { holdUnwritten } from "../../src/store/held-sessions.ts";
import { createJobStore } from "../../src/store/jobs.ts";
import { createSessionStore } from "../../src/store/sessions.ts";
import { createSyncMarks } from "../../src/store/sync-marks.ts";
import { createTamperingStore } from "../../src/store/tamperings.ts";
import { createUserStore, type Role } from "../../src/store/users.ts";
import { createManualClock } from "./manual-clock.ts";
import { createCounts, createQueueState } from "./queue-counts.ts";
import { openTempFolder } from "./temp-folder.ts";

export const SECRET = "a-secret-of-at-least-32-bytes-for-tests";
export const PASSWORD = "correct horse battery";

/** Access and the API on a real database, with a camera that stands still. */
export async function openFrontDoor(given: Partial<AppParts> = {}) {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(await openTempFolder()).path;
  const clock = createManualClock();
  const log = createLog({ level: "silent" });
  const database = stack.use(await openDatabase({ path: join(folder, "edge.db"), log }));
  const users = createUserStore(database);
  const events = createEventStore(database);
  const earlierPictures = createEarlierPictureStore(database);
  const tamperings = createTamperingStore(database);
  const jobs = createJobStore(database);
  const marks = createSyncMarks(database);
  const apiTokens = createApiTokens({ store: createApiTokenStore(database), clock });
  const audit = createAudit({ store: createAuditStore(database), clock, log });
  const sessions = createSessions({
    store: holdUnwritten(createSessionStore(database), log),
    audit,
    clock,
    log,
  });
  const tokens = createTokens({ secret: SECRET, clock });
  const passwords = createPasswords();
  const attempts = createAttempts();
  const callers = createCallers({ users, sessions, tokens, apiTokens });
  const setupCode = await openSetupCode({ folder, needed: true, clock });
  const tickets = createTickets({ clock });
  const pictures = new Map<string, Buffer>();
  const webFolder = join(folder, "web");
  const keeper = createCameraKeeper({
    fromFile: [toCamel(cameraFile.parse({ id: dockDoor.cameraId, url: "rtsp://192.0.2.1/a" }))],
    store: createAddedCameraStore(database),
    vault: await openVault({ folder }),
    policy: createAddressPolicy({ allowedHosts: [], resolve: async () => ["192.168.1.9"] }),
    ...{ clock, log },
    nameCamera: () => {},
    cameras: () => ({ put: async () => {}, remove: async () => {}, tune: () => null }),
  });

  const parts: AppParts = {
    log,
    clock,
    version: "0.0.0",
    allowedOrigins: [],
    trustedProxies: [],
    tls: { mode: "off", authority: null },
    webFolder,
    callers,
    sessions,
    users,
    audit,
    apiTokens,
    accounts: createAccounts({ users, passwords, attempts, sessions, clock, log }),
    signIn: createSignIn({ users, passwords, attempts, sessions, tokens, audit, log }),
    firstAdmin: createFirstAdmin({ users, passwords, attempts, setupCode, clock, log }),
    cameraSettings: {
      ...keeper,
      probe: async () => ({
        ...{ codec: "h264", width: 640, height: 360, framesPerSecond: 5 },
        jpeg: Buffer.from("a jpeg"),
      }),
    },
    cameras: {
      list: () => [dockDoor],
      find: (id) => (id === dockDoor.cameraId ? dockDoor : null),
      listTampering: (query) => tamperings.list(query),
      takePicture: async () => Buffer.from("a jpeg"),
    },
    motion: {
      ...{ read: () => null, restless: () => null, change: () => null },
      rehearse: async () => null,
    },
    readLog: () => [],
    models: {
      isInUse: () => false,
      shelf: { list: async () => [], pull: async function* () {}, remove: async () => {} },
    },
    events,
    listEarlierPictures: (eventId) => earlierPictures.of(eventId),
    readPicture: async (name) => pictures.get(name) ?? null,
    makeBackup: async () => ({
      content: new Blob(["a backup"]).stream(),
      ...{ bytes: 8, name: "nightjar-site-1-2026-01-01.backup" },
    }),
    markEvent: (id, marks) => void events.mark(id, marks),
    removeEvent: async (id) => events.remove(id) !== null,
    requestAnalysis: (id) => events.requestAnalysis(id, clock.now()),
    deadJobs: {
      ...jobs,
      retryDead: (id) => jobs.retryDead(id, clock.now()),
    },
    readQueue: () => ({
      counts: createCounts({ waiting: 1, oldestAt: clock.now() }),
      state: createQueueState(),
    }),
    sync: {
      ...marks,
      read: () => ({
        ...{ code: "synced", sentence: "All is sent.", unsent: 0, refused: 0, lagMs: 0 },
        thumbnailsUnsent: null,
        ...{ sentAt: clock.now(), lastTrouble: null, nextTryAt: null },
      }),
      run: () => true,
    },
    readStatus: () => createStatus(),
    issueTicket: tickets.issue,
    isReady: () => true,
    onMisfit(misfit) {
      throw new Error(`${misfit.route} answered ${misfit.status}: ${misfit.reason}`);
    },
    ...given,
  };
  const passwordHash = await passwords.hash(PASSWORD);

  return {
    ...{
      app: createApp(parts),
      clock,
      database,
      users,
      events,
      earlierPictures,
      jobs,
      marks,
      tamperings,
      sessions,
      tokens,
      callers,
      tickets,
    },
    ...{ apiTokens, audit, setupCode, pictures, folder, webFolder },
    addUser(username: string, role: Role, cameraIds: readonly string[] | null = null) {
      const user = { id: createId(), username, passwordHash, role, disabled: false, cameraIds };
      users.insert({ ...user, createdAt: clock.now() });
      return user;
    },
    /** A header as one who is signed in already. */
    signedIn(user: { id: string; role: Role }) {
      const { sessionId } = sessions.open(user.id);
      const token = tokens.sign({ userId: user.id, sessionId, role: user.role });
      return { sessionId, headers: { Authorization: `Bearer ${token}` } };
    },
    async writePage(files: Record<string, string>) {
      await mkdir(join(webFolder, "assets"), { recursive: true });
      for (const [name, text] of Object.entries(files))
        await writeFile(join(webFolder, name), text);
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** A body and the header that says what it is. */
export function asJson(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}

export const dockDoor: NamedCamera = {
  cameraId: "dock-door",
  name: "Dock door",
  state: "online",
  reason: null,
  since: 1_000,
  tampering: null,
  codec: "h264",
  width: 640,
  height: 360,
  framesPerSecond: 5,
  lastFrameAt: 2_000,
  framesSeen: 0,
  framesDropped: 0,
  unitsDamaged: 0,
  decoding: { mode: "full", now: "watching", reason: null },
  connections: 1,
};

export function createEvent(changes: Partial<MotionEvent> = {}): MotionEvent {
  return {
    id: createId(),
    cameraId: "dock-door",
    startedAt: Date.UTC(2026, 0, 1),
    endedAt: null,
    timestamp: Date.UTC(2026, 0, 1),
    confidence: 0.9,
    significanceScore: 0.7,
    boxes: [[0.1, 0.2, 0.3, 0.4]],
    snapshot: null,
    analysisStatus: "pending",
    analysisReason: "Waiting for its best picture and its turn at the model.",
    motionSummary: "Something moved.",
    revision: 1,
    ...changes,
  };
}

export function createStatus(): Status {
  const verdict = { code: "ok", sentence: "All is well." };
  return {
    state: "ok",
    site: { id: "site-1", name: "Site", time_zone: "UTC" },
    version: "0.0.0",
    started_at: "2026-01-01T00:00:00.000Z",
    uptime_s: 1,
    event_loop_lag: { p99_ms: 2, max_ms: 30 },
    cameras: [],
    queue: toQueueReport({ counts: createCounts(), state: createQueueState() }),
    model: { ...verdict, name: "llava:7b", version: null, digest: null },
    sync: {
      ...{ ...verdict, unsent: 0, refused: 0, thumbnails_unsent: null, lag_s: 0 },
      ...{ last_sent_at: null, last_trouble: null, next_try_at: null },
    },
    disk: { ...verdict, free_bytes: 1, free_percent: 50 },
    retention: {
      ...verdict,
      removed: { age: 0, pictures: 0, disk: 0 },
      held: { important: 0, unsynced: 0, waiting: 0 },
      ...{ picture_bytes: 0, last_run_at: null },
    },
    ledger: [],
    problems: [],
  };
}
