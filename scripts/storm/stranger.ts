/**
 * The other side of the storm, in a process of its own: what it takes of the machine is not taken from
 * the one who measures. It is told the box's address and a user's cookie, storms for so many seconds,
 * and prints what it was answered.
 */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const SLOW_CONNECTIONS = 500;
const SIGN_INS = 1_000;
const SIGN_INS_AT_ONCE = 50;
/** Strangers with many addresses: one address alone is sent away after 30 tries. */
const ADDRESSES = 50;
const REFRESHES = 50;

const [address = "", cookie = "", seconds = "10"] = process.argv.slice(2);
const { hostname, port } = new URL(address);
const over = AbortSignal.timeout(Number(seconds) * 1000);

const [slow, signIns, refreshes] = await Promise.all([
  dawdle(),
  guess(),
  refresh(),
  over.aborted || once(over, "abort"),
]);
console.log(JSON.stringify({ slow_connections: slow, sign_ins: signIns, refreshes }));
process.exit();

/** Keeps so many connections open, each of which sends a letter a second. Answers the least there were. */
async function dawdle(): Promise<number> {
  const open = new Set<Socket>();
  let least = Number.POSITIVE_INFINITY;
  while (!over.aborted) {
    while (open.size < SLOW_CONNECTIONS) open.add(await startSlowly(open));
    await pause(1_000);
    least = Math.min(least, open.size);
    for (const socket of open) socket.write("x");
  }
  for (const socket of open) socket.destroy();
  return least;
}

async function startSlowly(open: Set<Socket>): Promise<Socket> {
  const socket = connect({ host: hostname, port: Number(port) });
  socket.on("error", () => {});
  socket.once("close", () => open.delete(socket));
  await once(socket, "connect");
  socket.write("GET /api/v1/events HTTP/1.1\r\nHost: box\r\nX-Slow: ");
  return socket;
}

/** Spread over the whole storm, so many at once. Answers how often which status came. */
async function guess(): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  const rounds = SIGN_INS / SIGN_INS_AT_ONCE;
  const gapMs = (Number(seconds) * 1000) / rounds;
  for (let round = 0; round < rounds; round += 1) {
    const answers = Array.from({ length: SIGN_INS_AT_ONCE }, (_, at) => {
      const body = { username: "guard", password: `guess ${round} ${at} of many` };
      return post("/api/v1/auth/login", body, {}, `127.0.1.${1 + (at % ADDRESSES)}`);
    });
    await Promise.all([count(answers, statuses), pause(gapMs)]);
  }
  return statuses;
}

/** All tabs of one browser at once. */
async function refresh(): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  const headers = { Cookie: cookie, "Sec-Fetch-Site": "same-origin" };
  const answers = Array.from({ length: REFRESHES }, () =>
    post("/api/v1/auth/refresh", {}, headers, "127.0.0.1"),
  );
  await count(answers, statuses);
  return statuses;
}

async function count(
  answers: readonly Promise<string>[],
  statuses: Record<string, number>,
): Promise<void> {
  for (const status of await Promise.all(answers)) {
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
}

async function post(
  path: string,
  body: object,
  headers: Record<string, string>,
  localAddress: string,
): Promise<string> {
  const asked = request({
    ...{ hostname, port, path, localAddress, method: "POST", agent: false },
    headers: { "Content-Type": "application/json", ...headers },
  });
  asked.end(JSON.stringify(body));
  try {
    const [answer] = (await once(asked, "response")) as [IncomingMessage];
    answer.resume();
    return String(answer.statusCode);
  } catch {
    return "no answer";
  }
}
