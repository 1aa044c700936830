/** What a recorder needs of store, desk and feed, plugged together once for all cameras. */
import { toJpeg } from "../analysis/picture.ts";
import { ApplianceError, toSentence } from "../base/errors.ts";
import { createId } from "../base/ids.ts";
import type { RecorderPorts } from "../events/recorder.ts";
import type { TamperingPorts } from "../events/tampering.ts";
import type { AnalysisQueue } from "../queue/analysis-queue.ts";
import type { Given } from "./given.ts";
import type { Memory } from "./memory.ts";
import type { Teller } from "./teller.ts";

const JPEG_QUALITY = 85;
/** Between two tries of a row that the disk refused; each may wait for a lock for seconds. */
const ROW_AGAIN_MS = 10_000;

export interface Recording {
  ports: Omit<RecorderPorts, "takeStill">;
  tampering: Omit<TamperingPorts, "onChange">;
  /** Why the last picture that failed did; null once one went well again. */
  pictureTrouble(): string | null;
}

export function createRecording(
  { clock, log }: Given,
  { events, pictures, earlierPictures, tamperings, ballast }: Memory,
  queue: Pick<AnalysisQueue, "announceDue">,
  teller: Teller,
): Recording {
  let trouble: string | null = null;
  return {
    pictureTrouble: () => trouble,
    tampering: {
      createId,
      saveTampering: (tampering) => tamperings.save(tampering),
      onRowFailed: (tamperingId, error) =>
        log.error("tampering not stored", { tamperingId, reason: toSentence(error) }),
    },
    ports: {
      createId,
      rest: (options) => clock.sleep(ROW_AGAIN_MS, options),
      insertEvent(event, job) {
        events.insert(event, job);
        queue.announceDue();
      },
      updateEvent: (event) => events.update(event),
      releaseJob(eventId, priority) {
        events.releaseJob(eventId, { availableAt: clock.now(), priority });
        queue.announceDue();
      },
      async savePicture(eventId, picture) {
        if (ballast.isFreed()) {
          throw new ApplianceError("exhausted", "The disk is full. Free some space.");
        }
        const name = await pictures.save(eventId, await toJpeg(picture, { quality: JPEG_QUALITY }));
        trouble = null;
        return name;
      },
      async removePicture(name) {
        await pictures.remove(name);
      },
      keepEarlier: (eventId, earlier) => earlierPictures.replace(eventId, earlier),
      announce: () => teller.tellChanges(),
      onPictureFailed(eventId, error) {
        trouble = toSentence(error);
        log.error("picture failed", { eventId, reason: trouble });
      },
      onRowFailed(eventId, error) {
        trouble = toSentence(error);
        log.error("event not stored", { eventId, reason: trouble });
      },
    },
  };
}
