/**
 * One turn at an open centre: the oldest changes first, each as its event is now, in statements that
 * are each done or not. A crash anywhere between the lines leads to the same rows being sent again,
 * which changes nothing: a mark goes only where the event is still as it was sent.
 */
import type { Clock } from "../base/clock.ts";
import { toSentence } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { MarkedEvent } from "../store/marked-events.ts";
import type { Sent } from "../store/sync-marks.ts";
import { createBatchSize } from "./batch-size.ts";
import { cutEvent, measureBytes, toCentralEvent } from "./central-event.ts";
import { readSyncCode } from "./central-faults.ts";
import type { CentralEvent, Centre, DailySummary, Turn } from "./central-rows.ts";
import { createThumbnailSender, type ThumbnailPorts } from "./thumbnails.ts";

export interface DeliveryPorts {
  marks: {
    /** Without those that were refused; behind the mark that is told. */
    oldest(limit: number, behind?: number): MarkedEvent[];
    /** Durable before they are sent. */
    handOut(rows: readonly MarkedEvent[]): void;
    /** What changed since it was read stays marked. */
    clear(sent: readonly Sent[], now: number): void;
    refuse(sent: Sent, reason: string, now: number): void;
  };
  digests: {
    unsent(limit: number): DailySummary[];
    markSent(sent: readonly DailySummary[]): void;
    refuse(digest: DailySummary, reason: string): void;
  };
  /** Null when none are to be sent. */
  thumbnails: ThumbnailPorts | null;
  clock: Clock;
  log: Log;
}

export interface Delivery {
  /** Rejects with what is wrong at the centre, where that is not a single row's fault. */
  turn(centre: Centre): Promise<Turn>;
}

export function createDelivery(ports: DeliveryPorts): Delivery {
  const sendEvents = createEventSender(ports);
  const sendSummaries = createSummarySender(ports);
  const { thumbnails } = ports;
  const sendThumbnails = thumbnails && createThumbnailSender(thumbnails, ports);
  return {
    async turn(centre) {
      for (const send of [sendEvents, sendSummaries, sendThumbnails]) {
        const turn = (await send?.(centre)) ?? "idle";
        if (turn !== "idle") return turn;
      }
      return "idle";
    },
  };
}

function createEventSender(ports: DeliveryPorts): (centre: Centre) => Promise<Turn> {
  const { marks, clock, log } = ports;
  const size = createBatchSize();
  /** Too large in their full length. */
  const tooLong = new Set<string>();

  const toEvent = (row: MarkedEvent): CentralEvent => {
    const event = toCentralEvent(row);
    return tooLong.has(row.eventId) ? cutEvent(event) : event;
  };
  /** Whether the first row, which went alone, is itself what the centre will not have. */
  const narrow = (error: unknown, { events, bytes, eventId }: Batch): boolean => {
    switch (readSyncCode(error)) {
      case "sync_row_refused":
        return size.refused(events.length);
      case "sync_packet_too_large": {
        if (!size.tooLarge(events.length, bytes)) return false;
        const isCut = tooLong.has(eventId);
        tooLong.add(eventId);
        return isCut;
      }
      case "sync_slow":
        size.late();
        throw error;
      default:
        throw error;
    }
  };

  /** Of the first rows, as many as may go together; handed out at once, which waits for the disk. */
  const take = (behind = 0): MarkedEvent[] => {
    const rows = marks.oldest(size.rows * size.atOnce, behind);
    if (rows.length > 0) marks.handOut(rows);
    return rows;
  };
  const toBatch = (rows: readonly MarkedEvent[]): Batch => {
    const batch = fill(rows.slice(0, size.rows), { toEvent, bytesMax: size.bytes });
    return { ...batch, eventId: batch.events[0]?.eventId ?? "" };
  };
  let answeredMs = 0;
  /** Answers what went wrong; null when nothing did. */
  const send = async (centre: Centre, { events }: Batch): Promise<{ error: unknown } | null> => {
    const startedMs = clock.monotonic();
    try {
      await centre.sendEvents(events);
      // A batch's time begins when the one before it was answered.
      size.taken(events.length, clock.monotonic() - Math.max(startedMs, answeredMs));
      answeredMs = clock.monotonic();
      marks.clear(events, clock.now());
    } catch (error) {
      return { error };
    }
    for (const { eventId } of events) tooLong.delete(eventId);
    return null;
  };
  /** Read while the rows before were on their way; whatever goes wrong there closes the connection. */
  let ahead: { centre: Centre; rows: readonly MarkedEvent[] } | null = null;
  return async (centre) => {
    const rows = ahead?.centre === centre ? ahead.rows : take();
    const isFull = size.atOnce > 1 && rows.length === size.rows * size.atOnce;
    ahead = null;
    const sent = await sendTogether(rows, {
      ...{ toBatch, batchesMost: size.atOnce },
      send: (batch) => send(centre, batch),
      onAllOnTheirWay() {
        const next = isFull ? take(rows.at(-1)?.markId) : [];
        if (next.length > 0) ahead = { centre, rows: next };
      },
    });
    // What failed behind it may have failed because of it.
    const failed = sent.find(({ failure }) => failure !== null);
    if (!failed?.failure) return sent.length === 0 ? "idle" : "sent";
    const { batch, failure } = failed;
    const [first] = batch.events;
    if (!first || !narrow(failure.error, batch)) return "narrowed";
    const reason = toSentence(failure.error);
    marks.refuse(first, reason, clock.now());
    log.error("the centre refuses an event; it is kept back", { eventId: first.eventId, reason });
    return "refused";
  };
}

interface Outcome {
  batch: Batch;
  failure: { error: unknown } | null;
}

/** Between two of those that are on their way together the box's other work has its turn. */
async function sendTogether(
  rows: readonly MarkedEvent[],
  parts: {
    batchesMost: number;
    toBatch(rows: readonly MarkedEvent[]): Batch;
    send(batch: Batch): Promise<Outcome["failure"]>;
    onAllOnTheirWay(): void;
  },
): Promise<Outcome[]> {
  const sendings: Promise<Outcome>[] = [];
  let left = rows;
  while (left.length > 0 && sendings.length < parts.batchesMost) {
    const batch = parts.toBatch(left);
    sendings.push(parts.send(batch).then((failure) => ({ batch, failure })));
    left = left.slice(batch.events.length);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (left.length === 0) parts.onAllOnTheirWay();
  return Promise.all(sendings);
}

const SUMMARIES_AT_ONCE = 100;

function createSummarySender({ digests, log }: DeliveryPorts): (centre: Centre) => Promise<Turn> {
  let atOnce = SUMMARIES_AT_ONCE;
  const send = async (centre: Centre, rows: readonly DailySummary[]): Promise<Turn> => {
    try {
      await centre.sendSummaries(rows);
    } catch (error) {
      if (!isOfRow(error)) throw error;
      return keepBack(rows, toSentence(error));
    }
    digests.markSent(rows);
    return "sent";
  };
  const keepBack = (rows: readonly DailySummary[], reason: string): Turn => {
    const [first, ...others] = rows;
    atOnce = others.length > 0 ? 1 : SUMMARIES_AT_ONCE;
    if (!first || others.length > 0) return "narrowed";
    digests.refuse(first, reason);
    log.error("the centre refuses a day; it is kept back", { day: first.day, reason });
    return "refused";
  };
  return async (centre) => {
    const rows = digests.unsent(atOnce);
    return rows.length === 0 ? "idle" : send(centre, rows);
  };
}

interface Batch {
  events: CentralEvent[];
  bytes: number;
  /** Of the first. */
  eventId: string;
}

function isOfRow(error: unknown): boolean {
  const code = readSyncCode(error);
  return code === "sync_row_refused" || code === "sync_packet_too_large";
}

/** As many of the first as fit, and one in any case. */
function fill(
  rows: readonly MarkedEvent[],
  { toEvent, bytesMax }: { toEvent(row: MarkedEvent): CentralEvent; bytesMax: number },
): Pick<Batch, "events" | "bytes"> {
  const batch: CentralEvent[] = [];
  let bytes = 0;
  for (const row of rows) {
    const event = toEvent(row);
    const more = measureBytes(event);
    if (batch.length > 0 && bytes + more > bytesMax) break;
    batch.push(event);
    bytes += more;
  }
  return { events: batch, bytes };
}
