/** Says what is new to those who do not see it appear, politely: when they have finished reading. */
import { usePage } from "./page.ts";

export function LiveRegion() {
  const { site, strings, times } = usePage();
  const message = site.latest.value;
  if (message?.type !== "event.started" && message?.type !== "event.analyzed") {
    return <div class="visually-hidden" aria-live="polite" />;
  }
  const { event } = message;
  const camera = site.cameras.value?.find((known) => known.id === event.camera_id)?.name;
  const name = camera ?? event.camera_id;
  const sentence =
    message.type === "event.analyzed" && event.ai
      ? strings.describedEvent(name, event.ai.title)
      : strings.newEvent(name, times.toClockTime(event.started_at));
  return (
    <div class="visually-hidden" aria-live="polite">
      {sentence}
    </div>
  );
}
