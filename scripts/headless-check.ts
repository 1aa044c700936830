import { setTimeout as pause } from "node:timers/promises";

import { type Json, type LanClient, openLanClient } from "../test/support/lan-client.ts";

/** One line for a machine: what came out, and whether that is all that had to. */
export interface CheckSummary {
  frames: number;
  events: number;
  described: number;
  queue: Json;
  websocket_events: number;
  ok: boolean;
}

export interface CheckResult {
  summary: CheckSummary;
  /** What is missing, a sentence each; empty when all is well. */
  missing: string[];
}

interface CheckOptions {
  daemon: { url: string; setupCode(): Promise<string> };
  /** How long to watch. */
  seconds: number;
  /** How much longer to wait for a slow model, and for nothing else; 0 when none is at hand. */
  patienceS: number;
}

/**
 * Watches the appliance from outside, as a browser in the LAN would: sets it up with the code, signs
 * in, listens to the feed, and at the end reads over HTTP what the feed told.
 */
export async function runHeadlessCheck(options: CheckOptions): Promise<CheckResult> {
  const client = await openLanClient(options.daemon);
  await client.listen();
  await pause(options.seconds * 1000);
  let result = await judge(client, options.patienceS > 0);
  for (let second = 0; second < options.patienceS && !result.summary.ok; second += 1) {
    await pause(1000);
    result = await judge(client, true);
  }
  client.close();
  return result;
}

async function judge(client: LanClient, expectsDescription: boolean): Promise<CheckResult> {
  const cameras: Json[] = (await client.get("/cameras")).items;
  const frames = cameras.reduce((sum, camera) => sum + camera.frames_seen, 0);
  const stored: Json[] = (await client.get("/events?limit=100")).items;
  const told = new Set(client.messages.filter(isOfEvent).map(({ event }) => event.id));
  const described = stored.filter((event) => event.ai !== null);
  const shown = described[0] ?? stored[0];

  const missing: string[] = [];
  if (frames === 0) missing.push("No camera delivered a frame.");
  if (stored.length === 0) missing.push("No event was stored.");
  if (told.size === 0) missing.push("No event was told over the WebSocket.");
  if (shown && !told.has(shown.id)) missing.push(`The WebSocket never told of event ${shown.id}.`);
  if (shown) missing.push(...(await findPictureFaults(client, shown.id)));
  if (expectsDescription && described.length === 0) missing.push("No event was described.");

  const summary = {
    frames,
    events: stored.length,
    described: described.length,
    queue: await client.get("/queue"),
    websocket_events: told.size,
    ok: missing.length === 0,
  };
  return { summary, missing };
}

function isOfEvent(message: Json): boolean {
  return message.type.startsWith("event.") && message.type !== "event.deleted";
}

/** Fetches one event and its picture the way a client does. */
async function findPictureFaults(client: LanClient, id: string): Promise<string[]> {
  const event = await client.get(`/events/${id}`);
  if (event.id !== id) return [`GET /events/${id} answered with another event.`];
  const answer = await client.fetch(`/events/${id}/snapshot.jpg`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const isJpeg = answer.ok && bytes[0] === 0xff && bytes[1] === 0xd8;
  return isJpeg ? [] : [`The snapshot of event ${id} is not a JPEG (${answer.status}).`];
}
