/** The first view: what is wrong, the cameras, and what happened, beside them where there is room. */
import { CameraStrip } from "./camera-strip.tsx";
import { Desk } from "./desk.tsx";
import { EventList } from "./event-list.tsx";
import { ProblemList } from "./problem-list.tsx";

export function Overview() {
  return (
    <div class="overview">
      <ProblemList />
      <div class="overview-wall">
        <CameraStrip />
        <Desk />
      </div>
      <EventList />
    </div>
  );
}
