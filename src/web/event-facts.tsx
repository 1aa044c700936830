/** All that is known of an event, as a list of names and values. */
import type { ComponentChildren } from "preact";
import type { MotionEvent } from "../api/contract.ts";
import { usePage } from "./page.ts";
import type { Strings } from "./strings.ts";
import type { Times } from "./times.ts";

export function EventFacts(props: { event: MotionEvent; camera: string }) {
  const { strings } = usePage();
  const { event } = props;
  return (
    <dl class="facts">
      <Fact name={strings.factCamera}>{props.camera}</Fact>
      <Fact name={strings.factStarted}>
        <Instant time={event.started_at} />
      </Fact>
      <Fact name={strings.factEnded}>
        {event.ended_at === null ? strings.lasting : <Instant time={event.ended_at} />}
      </Fact>
      <Fact name={strings.factPicture}>
        <Instant time={event.timestamp} />
      </Fact>
      <Fact name={strings.factMotion}>{strings.ofBox(event.motion_summary)}</Fact>
      <Fact name={strings.factSignificance}>{strings.percent(event.significance_score)}</Fact>
      <Fact name={strings.factConfidence}>{strings.percent(event.confidence)}</Fact>
      {event.ai && <DescribedFacts ai={event.ai} />}
      <Fact name={strings.factId}>
        <code>{event.id}</code>
      </Fact>
    </dl>
  );
}

type Ai = NonNullable<MotionEvent["ai"]>;

function DescribedFacts(props: { ai: Ai }) {
  const { strings, times } = usePage();
  const { ai } = props;
  return (
    <>
      <Fact name={strings.factConcern}>{strings.concern[ai.concern]}</Fact>
      <Fact name={strings.factActivity}>{ai.activity}</Fact>
      <Fact name={strings.factPeople}>{ai.people}</Fact>
      <Fact name={strings.factVehicles}>{ai.vehicles}</Fact>
      {ai.objects.length > 0 && <Fact name={strings.factObjects}>{ai.objects.join(", ")}</Fact>}
      <Fact name={strings.factSource}>{toProvenance(ai, strings, times)}</Fact>
    </>
  );
}

function toProvenance(ai: Ai, strings: Strings, times: Times): string {
  if (ai.reused_from !== null) return strings.provenanceReused(ai.model, ai.prompt_version);
  const waited = times.toAge(ai.queue_wait_ms);
  return strings.provenance(ai.model, ai.prompt_version, times.toAge(ai.processing_ms), waited);
}

function Instant(props: { time: string }) {
  const { times } = usePage();
  return (
    <time dateTime={props.time} title={times.toExactTime(props.time)}>
      {times.toDateTime(props.time)}
    </time>
  );
}

function Fact(props: { name: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
