/**
 * The pictures' turn, when all words are sent: a few at a time, each once. What cannot be sent is passed
 * over; where the centre has no place for pictures they wait, and hold up nothing.
 */
import type { Clock } from "../base/clock.ts";
import { toSentence } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { DueThumbnail, ThumbnailMarks } from "../store/thumbnail-marks.ts";
import { readSyncCode } from "./central-faults.ts";
import type { Centre, Thumbnail, Turn } from "./central-rows.ts";

export interface ThumbnailPorts {
  marks: Pick<ThumbnailMarks, "due" | "settle">;
  /** Small enough for the centre; null when there is no such picture, or it is damaged. */
  shrink(snapshot: string): Promise<Uint8Array | null>;
}

const AT_ONCE = 10;
/** After it was found that there is no place for them. */
const NO_PLACE_MS = 60 * 60_000;

export function createThumbnailSender(
  { marks, shrink }: ThumbnailPorts,
  { clock, log }: { clock: Clock; log: Log },
): (centre: Centre) => Promise<Turn> {
  let atOnce = AT_ONCE;
  let restsUntilMs = 0;

  const rest = (reason: string): void => {
    restsUntilMs = clock.monotonic() + NO_PLACE_MS;
    log.warn("no pictures go to the centre", { reason });
  };
  const send = async (centre: Centre, thumbnails: readonly Thumbnail[]): Promise<Turn> => {
    try {
      await centre.sendThumbnails(thumbnails);
      return "sent";
    } catch (error) {
      switch (readSyncCode(error)) {
        case "sync_denied":
        case "sync_schema_missing":
          rest(toSentence(error));
          return "narrowed";
        case "sync_row_refused":
        case "sync_packet_too_large":
          return passOver(thumbnails, toSentence(error));
        default:
          throw error;
      }
    }
  };
  const passOver = (thumbnails: readonly Thumbnail[], reason: string): Turn => {
    const [first, ...others] = thumbnails;
    atOnce = others.length > 0 ? 1 : AT_ONCE;
    if (!first || others.length > 0) return "narrowed";
    marks.settle([first.eventId]);
    log.warn("the centre refuses a picture; it is passed over", { eventId: first.eventId, reason });
    return "refused";
  };

  return async (centre) => {
    if (clock.monotonic() < restsUntilMs) return "idle";
    const due = marks.due(atOnce);
    if (due.length === 0) return "idle";
    if (!centre.takesThumbnails) {
      rest("The owner of the centre runs nightjar central migrate, and the grants it prints.");
      return "idle";
    }
    const turn = await send(centre, await shrinkAll(due, shrink));
    if (turn === "sent") marks.settle(due.map(({ eventId }) => eventId));
    return turn;
  };
}

async function shrinkAll(
  due: readonly DueThumbnail[],
  shrink: ThumbnailPorts["shrink"],
): Promise<Thumbnail[]> {
  const thumbnails: Thumbnail[] = [];
  // One after the other: the cameras need the other processors.
  for (const { snapshot, ...event } of due) {
    const jpeg = await shrink(snapshot);
    if (jpeg) thumbnails.push({ ...event, jpeg });
  }
  return thumbnails;
}
