/** The desk in a line: how much waits for the model, and what the model is doing. */
import { usePage } from "./page.ts";

export function Desk() {
  const { site, strings, times, present } = usePage();
  const status = site.status.value;
  if (!status) {
    return (
      <section class="desk" aria-label={strings.desk} aria-busy="true">
        <p class="waiting">{strings.statusWaiting}</p>
      </section>
    );
  }
  const { queue, model, problems } = status;
  // What is wrong with the model stands among the problems already.
  const isTold = problems.some((problem) => problem.sentence === model.sentence);
  const oldest = queue.oldest_at;
  return (
    <section class="desk" aria-label={strings.desk}>
      <h2>{strings.desk}</h2>
      <ul class="desk-counts">
        <li>{strings.deskWaiting(queue.waiting)}</li>
        <li>{strings.deskRunning(queue.running)}</li>
        {queue.shed > 0 && <li>{strings.deskShed(queue.shed)}</li>}
        {queue.dead > 0 && <li class="is-bad">{strings.deskDead(queue.dead)}</li>}
        {oldest !== null && queue.waiting > 0 && (
          <li>{strings.deskOldest(times.toAge(present.value.now - Date.parse(oldest)))}</li>
        )}
        {queue.waiting > 0 && queue.drain_s !== null && (
          <li>{strings.deskDrain(times.toAge(queue.drain_s * 1000))}</li>
        )}
      </ul>
      {!isTold && <p class="desk-model">{strings.ofBox(model.sentence)}</p>}
    </section>
  );
}
