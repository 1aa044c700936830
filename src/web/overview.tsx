/** The main view: what the box is like at the top, what happened below it. */
import { CameraStrip } from "./camera-strip.tsx";
import { Desk } from "./desk.tsx";
import { EventDetails } from "./event-details.tsx";
import { EventList } from "./event-list.tsx";
import { LiveRegion } from "./live-region.tsx";
import { usePage } from "./page.ts";
import { ProblemList } from "./problem-list.tsx";
import { SiteHeader } from "./site-header.tsx";

export function Overview() {
  const { strings } = usePage();
  return (
    <>
      <a class="skip-link" href="#events">
        {strings.skipToEvents}
      </a>
      <SiteHeader />
      <main class="overview">
        <ProblemList />
        <CameraStrip />
        <Desk />
        <EventList />
      </main>
      <EventDetails />
      <LiveRegion />
    </>
  );
}
