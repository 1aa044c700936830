import { expect, test } from "vitest";

import type { Status } from "../../src/api/contract.ts";
import { toCamera, toQueueReport } from "../../src/api/representation.ts";
import { createStatus, dockDoor, openFrontDoor } from "../support/front-door.ts";
import { createCounts, createQueueState } from "../support/queue-counts.ts";

const ledgerLine = {
  ...{ camera_id: "dock-door", captured: 9, described: 2, reused: 3, skipped: 1 },
  ...{ failed: 1, waiting: 2, disabled: 0 },
};

async function read(status: Status): Promise<string[]> {
  await using house = await openFrontDoor({ readStatus: () => status });
  const { headers } = house.signedIn(house.addUser("prometheus", "admin"));
  const answer = await house.app.request("/metrics", { headers });
  expect(answer.headers.get("Content-Type")).toMatch(/^text\/plain; version=/);
  return (await answer.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

test("the numbers are those of the status: cameras, the ledger, the queue's age", async () => {
  const oldestAt = Date.UTC(2026, 0, 1, 12, 58, 30);
  const lines = await read({
    ...createStatus(),
    started_at: "2026-01-01T12:00:00.000Z",
    uptime_s: 3600,
    cameras: [toCamera(dockDoor)],
    ledger: [ledgerLine],
    queue: toQueueReport({
      counts: createCounts({ waiting: 2, shed: 4, running: 1, dead: 1, oldestAt }),
      state: createQueueState({ serviceMs: 9_500, drainSeconds: 19 }),
    }),
    problems: [
      { code: "camera_offline", sentence: "Yard" },
      { code: "camera_offline", sentence: "Gate" },
    ],
  });
  expect(lines).toContain('nightjar_camera_online{camera="dock-door"} 1');
  expect(lines).toContain('nightjar_events{camera="dock-door",outcome="reused"} 3');
  expect(lines).toContain('nightjar_queue_jobs{state="dead"} 1');
  expect(lines).toContain('nightjar_queue_jobs{state="shed"} 4');
  expect(lines).toContain("nightjar_queue_drain_seconds 19");
  expect(lines).toContain("nightjar_queue_service_seconds 9.5");
  expect(lines).toContain("nightjar_queue_oldest_age_seconds 90");
  expect(lines).toContain('nightjar_problem{code="camera_offline"} 1');
  expect(lines).toContain('nightjar_event_loop_lag_seconds{quantile="0.99"} 0.002');

  const outcomes = lines.filter((line) => line.startsWith("nightjar_events{"));
  const sum = outcomes.reduce((so, line) => so + Number(line.split(" ").at(-1)), 0);
  expect(sum).toBe(ledgerLine.captured);
});

test("a box where all is well and nothing waits says so in numbers, too", async () => {
  const lines = await read({ ...createStatus(), problems: [], ledger: [] });
  expect(lines.filter((line) => line.startsWith("nightjar_problem"))).toEqual([]);
  expect(lines.every((line) => /^nightjar_\w+(\{.*\})? \d+(\.\d+)?$/.test(line))).toBe(true);
});
