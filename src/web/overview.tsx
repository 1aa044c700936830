/** The first view: what the box is like at the top, what happened below it. */
import { CameraStrip } from "./camera-strip.tsx";
import { Desk } from "./desk.tsx";
import { EventList } from "./event-list.tsx";
import { ProblemList } from "./problem-list.tsx";

export function Overview() {
  return (
    <div class="overview">
      <ProblemList />
      <CameraStrip />
      <Desk />
      <EventList />
    </div>
  );
}
