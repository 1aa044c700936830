import jsonwebtoken from "jsonwebtoken";

import { type Admission, readAdmission } from "../../src/api/guard.ts";
import { createId } from "../../src/base/ids.ts";
import type { TokenScope } from "../../src/store/api-tokens.ts";
import { dockDoor, openFrontDoor, SECRET } from "./front-door.ts";
import type { Json } from "./lan-client.ts";

type House = Awaited<ReturnType<typeof openFrontDoor>>;

export interface WalkedRoute {
  name: string;
  /** Null for a route that forgot to say who may call it. */
  admission: Admission | null;
  /** By who called: the status, and whether it is as the route declares. */
  answers: Record<string, { status: number; isAsDeclared: boolean }>;
}

export interface Walk {
  routes: readonly WalkedRoute[];
  /** As OpenAPI describes them; the page is no part of the API. */
  described: readonly string[];
  declared: readonly string[];
  callers: readonly string[];
}

const PAGE = "GET *";
/** May see a camera, but not the one that is asked for. */
const STRANGER = "of other camera";

/** Calls every route of the app as everyone who could; no route is named. */
export async function walkRoutes(): Promise<Walk> {
  await using house = await openFrontDoor();
  house.addUser("keeper", "admin");
  const callers = createCallers(house);
  const routes: WalkedRoute[] = [];
  for (const { name, method, path, admission } of listRoutes(house)) {
    const answers: WalkedRoute["answers"] = {};
    for (const [caller, createHeaders] of Object.entries(callers)) {
      const answer = await call(house, { method, path, headers: createHeaders() });
      const isAsDeclared =
        admission !== null && fits(answer.status, { path, method, admission, caller });
      answers[caller] = { status: answer.status, isAsDeclared };
    }
    routes.push({ name, admission, answers });
  }
  const declared = routes.map(({ name }) => name).filter((name) => name !== PAGE);
  return { routes, described: await readDescribed(house), declared, callers: Object.keys(callers) };
}

export function listRoutes({ app }: House) {
  const routes = app.routes.filter(({ method }) => method !== "ALL");
  const names = [...new Set(routes.map(({ method, path }) => `${method} ${path}`))];
  return names.map((name) => {
    const [method = "", path = ""] = name.split(" ");
    const own = routes.filter((route) => route.method === method && route.path === path);
    const admission = own.map(({ handler }) => readAdmission(handler)).find(Boolean) ?? null;
    return { name: name.replace(" /*", " *"), method, path, admission };
  });
}

/** A camera that is there, and for everything else an id that nothing has. */
export function toAddress(path: string): string {
  const id = isOfCamera(path) ? dockDoor.cameraId : createId();
  return path.replace(/:\w+(?:\{[^}]*\})?/g, id);
}

function isOfCamera(path: string): boolean {
  return /\/cameras\/:/.test(path);
}

/**
 * Each caller comes with headers of its own, made anew for each call: a route that ends sessions ends
 * only the one that called it.
 */
function createCallers(house: House): Record<string, () => Record<string, string>> {
  const admin = house.addUser("anna", "admin");
  const viewer = house.addUser("ben", "viewer");
  const stranger = house.addUser("dora", "viewer", ["another-camera"]);
  const gone = house.addUser("cleo", "admin");
  house.users.change(gone.id, { disabled: true });
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
  const forge = (changes: object, secret = SECRET) => {
    const { sessionId } = house.sessions.open(admin.id);
    const now = Math.floor(house.clock.now() / 1000);
    const claims = {
      ...{ iss: "nightjar", aud: "nightjar-api", typ: "access", sub: admin.id, sid: sessionId },
      ...{ role: "admin", iat: now, exp: now + 600, jti: createId(), ...changes },
    };
    return bearer(jsonwebtoken.sign(claims, secret));
  };
  // Each in place of the one before: a user may have so many.
  const createScript = (scope: TokenScope) => {
    for (const { id } of house.apiTokens.listOfUser(admin.id)) house.apiTokens.remove(id);
    const owner = { userId: admin.id, role: admin.role };
    return house.apiTokens.create({ owner, name: scope, scope, expiresAt: null });
  };
  return {
    nobody: () => ({}),
    junk: () => bearer("a.b.c"),
    basic: () => ({ Authorization: "Basic YW5uYTphbm5h" }),
    "refresh token": () => bearer(house.sessions.open(admin.id).refreshToken),
    "feed ticket": () =>
      bearer(house.tickets.issue(house.sessions.open(admin.id).sessionId).ticket),
    "other kind": () => forge({ typ: "refresh" }),
    "other key": () => forge({}, "another-secret-of-at-least-32-bytes"),
    expired: () => forge({ exp: Math.floor(house.clock.now() / 1000) - 3600 }),
    "signed out": () => {
      const { sessionId, headers } = house.signedIn(admin);
      house.sessions.revoke(sessionId);
      return headers;
    },
    disabled: () => house.signedIn(gone).headers,
    "revoked script": () => {
      const { token, row } = createScript("admin");
      house.apiTokens.remove(row.id);
      return bearer(token);
    },
    "script that reads": () => bearer(createScript("read").token),
    "script that operates": () => bearer(createScript("operate").token),
    "script as admin": () => bearer(createScript("admin").token),
    viewer: () => house.signedIn(viewer).headers,
    [STRANGER]: () => house.signedIn(stranger).headers,
    admin: () => house.signedIn(admin).headers,
  };
}

/** A body that no route takes: whoever is let in is told so, and nothing happens. */
async function call(
  { app }: House,
  { method, path, headers }: { method: string; path: string; headers: Record<string, string> },
): Promise<Response> {
  const body = ["POST", "PUT", "PATCH"].includes(method)
    ? { body: "{", headers: { ...headers, "Content-Type": "application/json" } }
    : { headers };
  return app.request(toAddress(path), { method, ...body });
}

/** What someone may not see is answered as if it were not there. */
function fits(
  status: number,
  {
    path,
    method,
    admission,
    caller,
  }: { path: string; method: string; admission: Admission; caller: string },
): boolean {
  const isRefusal = status === 401 || status === 403;
  if (admission.callers === "public" || caller === "admin") return !isRefusal;
  if (caller.startsWith("script")) {
    return mayScript(caller, { method, admission }) ? !isRefusal : status === 403;
  }
  if (caller !== "viewer" && caller !== STRANGER) return status === 401;
  if (admission.callers === "admin") return status === 403;
  return caller === STRANGER && isOfCamera(path) ? status === 404 : !isRefusal;
}

function mayScript(
  caller: string,
  { method, admission }: { method: string; admission: Admission },
): boolean {
  if (admission.isPersonal || (caller === "script that reads" && method !== "GET")) return false;
  return admission.callers === "viewer" || caller === "script as admin";
}

async function readDescribed(house: House): Promise<string[]> {
  const { headers } = house.signedIn(house.addUser("reader", "viewer"));
  const answer = await house.app.request("/api/v1/openapi.json", { headers });
  const { paths }: Json = await answer.json();
  return Object.entries<Record<string, object>>(paths).flatMap(([path, item]) =>
    Object.keys(item).map(
      (method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
    ),
  );
}
