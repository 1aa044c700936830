/**
 * In: requests. Out: answers from the store, or a problem. Every mount is on this screen.
 * Never: work that outlasts its request; what takes long is asked for here and done elsewhere.
 */
import { type Handler, Hono } from "hono";
import { cors } from "hono/cors";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { generateSpecs } from "hono-openapi";

import type { ApiTokens } from "../access/api-tokens.ts";
import type { Audit } from "../access/audit.ts";
import type { FirstAdmin } from "../access/first-admin.ts";
import type { Clock } from "../base/clock.ts";
import { createId } from "../base/ids.ts";
import type { Log } from "../base/log.ts";
import { createAnswerCheck, type Misfit } from "./answer-check.ts";
import { createAuditTrail } from "./audit-trail.ts";
import { demandJson, withBodyLimit } from "./body.ts";
import { type Document, withExamples } from "./examples.ts";
import { type ApiEnv, createGuard } from "./guard.ts";
import { createHeaders } from "./headers.ts";
import { refuseUnknown } from "./methods.ts";
import { operation } from "./operation.ts";
import { pageRoutes } from "./page.ts";
import { createPeerReader } from "./peer.ts";
import { createPlainRefusal } from "./plain-http.ts";
import { toProblem } from "./problems.ts";
import { API_PATH } from "./representation.ts";
import { createRequestLog } from "./request-log.ts";
import { activityRoutes } from "./routes/activity.ts";
import { auditRoutes } from "./routes/audit.ts";
import { type AuthPorts, authRoutes } from "./routes/auth.ts";
import { type BackupPorts, backupRoutes } from "./routes/backup.ts";
import { type CameraSettingPorts, cameraSettingRoutes } from "./routes/camera-settings.ts";
import { type CameraReader, cameraRoutes } from "./routes/cameras.ts";
import { type DeadJobPorts, deadJobRoutes } from "./routes/dead-jobs.ts";
import { type DeskPorts, deskRoutes } from "./routes/desk.ts";
import { docsRoutes } from "./routes/docs.ts";
import { eventPictureRoutes } from "./routes/event-pictures.ts";
import { type EventPorts, eventRoutes } from "./routes/events.ts";
import { exportRoutes } from "./routes/export.ts";
import { feedRoutes, type IssueTicket } from "./routes/feed.ts";
import { healthRoutes } from "./routes/health.ts";
import { type LogPorts, logRoutes } from "./routes/logs.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { type ModelPorts, modelRoutes } from "./routes/models.ts";
import { type MotionTuner, motionRoutes } from "./routes/motion.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { setupRoutes } from "./routes/setup.ts";
import { type SyncPorts, syncRoutes } from "./routes/sync.ts";
import { tlsRoutes } from "./routes/tls.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { userRoutes } from "./routes/users.ts";
import { withTags } from "./tags.ts";

const BODY_BYTES_MAX = 64 * 1024;

/** Everything that the API asks of the rest of the house. */
export interface AppParts
  extends AuthPorts,
    EventPorts,
    DeskPorts,
    DeadJobPorts,
    LogPorts,
    BackupPorts,
    SyncPorts {
  log: Log;
  clock: Pick<Clock, "monotonic">;
  version: string;
  /** Of other sites whose pages may call; usually none. */
  allowedOrigins: readonly string[];
  /** Addresses and ranges whose word on the caller's address is taken. */
  trustedProxies: readonly string[];
  /** `authority`: in PEM, where the box has one of its own. */
  tls: { mode: "off" | "files" | "self-signed"; authority: string | null };
  /** Where the built page is; may be missing. */
  webFolder: string;
  firstAdmin: FirstAdmin;
  audit: Audit;
  apiTokens: ApiTokens;
  cameras: CameraReader;
  cameraSettings: CameraSettingPorts;
  motion: MotionTuner;
  models: ModelPorts;
  issueTicket: IssueTicket;
  /** For development: told of each answer that is not as its route declares. */
  onMisfit?: (misfit: Misfit) => void;
  /** False while the appliance starts and once it stops. */
  isReady(): boolean;
}

export type App = Hono<ApiEnv>;

export function createApp(parts: AppParts): App {
  const { callers, firstAdmin, allowedOrigins } = parts;
  const app: App = new Hono<ApiEnv>();
  const readPeer = createPeerReader(parts.trustedProxies);

  app.use(async (c, next) => {
    c.set("requestId", createId());
    c.set("peer", readPeer(c.env?.incoming));
    await next();
  });
  app.use(createRequestLog(parts));
  if (parts.onMisfit) app.use(createAnswerCheck(parts.onMisfit));
  app.use(createAuditTrail(parts.audit));
  app.use(createHeaders({ isVouchedFor: parts.tls.mode === "files" }));
  if (parts.tls.mode !== "off" || parts.trustedProxies.length > 0) {
    app.use(createPlainRefusal({ leads: parts.tls.mode !== "off" }));
  }
  app.use(`${API_PATH}/*`, withTags);
  if (allowedOrigins.length > 0) app.use(`${API_PATH}/*`, cors({ origin: [...allowedOrigins] }));
  app.use(withBodyLimit(BODY_BYTES_MAX));
  app.use(createGuard({ callers, isSetupMissing: firstAdmin.isMissing }));
  app.use(demandJson);

  app.route(`${API_PATH}/setup`, setupRoutes(firstAdmin));
  app.route(`${API_PATH}/auth`, authRoutes(parts));
  app.route(`${API_PATH}/users`, userRoutes(parts.accounts));
  app.route(`${API_PATH}/sessions`, sessionRoutes(parts.sessions));
  app.route(`${API_PATH}/tokens`, tokenRoutes(parts.apiTokens));
  app.route(`${API_PATH}/audit`, auditRoutes(parts.audit));
  app.route(`${API_PATH}/logs`, logRoutes(parts));
  app.route(`${API_PATH}/backup`, backupRoutes(parts));
  app.route(`${API_PATH}/cameras`, cameraSettingRoutes(parts.cameraSettings));
  app.route(`${API_PATH}/cameras`, cameraRoutes(parts.cameras));
  app.route(`${API_PATH}/cameras`, motionRoutes(parts.motion));
  app.route(`${API_PATH}/events`, exportRoutes(parts));
  app.route(`${API_PATH}/events`, activityRoutes(parts));
  app.route(`${API_PATH}/events`, eventRoutes(parts));
  app.route(`${API_PATH}/events`, eventPictureRoutes(parts));
  app.route(`${API_PATH}/models`, modelRoutes(parts.models));
  app.route(`${API_PATH}/ws`, feedRoutes(parts.issueTicket));
  app.route(`${API_PATH}/queue/dead`, deadJobRoutes(parts));
  app.route(`${API_PATH}/sync`, syncRoutes(parts));
  app.route(API_PATH, deskRoutes(parts));
  app.route(`${API_PATH}/docs`, docsRoutes(parts.webFolder));
  app.route(`${API_PATH}/tls`, tlsRoutes(parts.tls.authority));
  app.get(`${API_PATH}/openapi.json`, openapi, describe(app, parts.version));
  app.route("/", healthRoutes(parts.isReady));
  app.route("/", metricsRoutes(parts));
  app.route("/", pageRoutes(parts.webFolder));

  app.notFound((c) => refuseUnknown(app.routes, c));
  app.onError((error, c) => {
    const { body, headers } = toProblem(error, c.get("requestId"));
    return c.body(JSON.stringify(body), body.status as ContentfulStatusCode, headers);
  });
  return app;
}

const openapi = operation({
  callers: "viewer",
  summary: "This description",
  tag: "Box",
  answers: { 200: "application/json" },
});

/** Made when it is first asked for: nothing in it changes while the box runs. */
function describe(app: App, version: string): Handler<ApiEnv> {
  let made: Promise<object> | null = null;
  const make = async (): Promise<object> => {
    const specs = await generateSpecs(app, {
      excludeStaticFile: false,
      // The `default` answer of every operation is a problem; the generator's own 400 is not ours.
      defaultValidationErrorResponse: false,
      documentation: {
        openapi: "3.1.0",
        info: { title: "Nightjar", version, description: "The box on the LAN." },
        components: {
          securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
        },
      },
    });
    return withExamples(specs as Document);
  };
  return async (c) => {
    made ??= make();
    return c.json(await made);
  };
}
