/** An event's picture, large; below it all that it has, of which each may be looked at. */
import { useEffect, useState } from "preact/hooks";

import type { MotionEvent } from "../../api/contract.ts";
import type { EventPicture, EventPictures as Pictures } from "../../api/event-contract.ts";
import { useAnswer } from "../answer.ts";
import { usePage } from "../page.ts";
import { Still } from "../picture.tsx";
import { eventWords } from "../strings/events.ts";
import { useWords } from "../words.ts";

export function EventPictures(props: { event: MotionEvent; label: string }) {
  const { event } = props;
  const words = useWords(eventWords);
  const { answer, again } = useAnswer<Pictures>(`/events/${encodeURIComponent(event.id)}/pictures`);
  const [chosen, setChosen] = useState<string | null>(null);
  const { snapshot_url: own, timestamp, boxes } = event;

  // While it lasts, a better picture may take the place of this one.
  useEffect(() => {
    setChosen(null);
    if (own !== null) again();
  }, [own, again]);

  const all = answer.type === "ready" ? answer.value.items : [];
  const picture = all.find(({ url }) => url === chosen);
  const shown = picture ?? { url: own, captured_at: timestamp, boxes };
  return (
    <>
      <div class="details-stage">
        <Still
          key={shown.url}
          path={shown.url}
          takenAt={shown.captured_at}
          boxes={shown.boxes}
          label={props.label}
        />
      </div>
      {all.length > 1 && (
        <ul class="film" aria-label={words.pictures}>
          {all.map((one) => (
            <li key={one.url}>
              <FilmButton
                picture={one}
                isShown={one.captured_at === shown.captured_at}
                onChoose={() => setChosen(one.url)}
              />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function FilmButton(props: { picture: EventPicture; isShown: boolean; onChoose(): void }) {
  const { times } = usePage();
  const words = useWords(eventWords);
  const { url, captured_at: takenAt } = props.picture;
  const time = times.toClockTime(takenAt);
  return (
    <button type="button" class="film-button" aria-pressed={props.isShown} onClick={props.onChoose}>
      <Still path={url} takenAt={takenAt} boxes={[]} label={words.pictureAt(time)} />
      <span aria-hidden="true">{time}</span>
    </button>
  );
}
