import { expect, test } from "vitest";

import { deadJobPage } from "../../src/api/dead-job-contract.ts";
import type { Settlement } from "../../src/queue/job.ts";
import { createEvent, openFrontDoor } from "../support/front-door.ts";

type House = Awaited<ReturnType<typeof openHouse>>;

async function openHouse() {
  const house = await openFrontDoor();
  const ask = (role: "admin" | "viewer") => {
    const { headers } = house.signedIn(house.addUser(role, role));
    return (path: string, init: RequestInit = {}) =>
      house.app.request(`/api/v1/queue/dead${path}`, { ...init, headers });
  };
  return { ...house, asAdmin: ask("admin"), asViewer: ask("viewer") };
}

function findDue(jobs: House["jobs"]): string {
  return jobs.due(Number.MAX_SAFE_INTEGER, []).candidates[0]?.id ?? "";
}

/** An event whose description was given up, with what the model had said. */
function giveUp({ events, jobs }: House, startedAt: number, rawAnswer: string | null = null) {
  const event = createEvent({ startedAt, timestamp: startedAt, analysisStatus: "pending" });
  events.insert(event, { availableAt: 0, priority: 1 });
  jobs.promote(findDue(jobs));
  const [job] = jobs.take(1, crypto.randomUUID(), startedAt);
  const settlement: Settlement = { type: "dead", reason: "Given up after 5 tries.", rawAnswer };
  if (job) jobs.settle(job, settlement, startedAt);
  return { event, jobId: job?.id ?? "" };
}

const list = async (answer: Response | Promise<Response>) =>
  deadJobPage.strict().parse(await (await answer).json());

test("what was given up is listed newest first, page by page, with the model's own words", async () => {
  await using house = await openHouse();
  const given = [1, 2, 3].map((minute) =>
    giveUp(house, Date.UTC(2026, 0, 1, 12, minute), `{"people": ${minute}`),
  );
  house.events.insert(createEvent({ analysisStatus: "disabled", analysisReason: "Off." }), null);

  const first = await list(house.asViewer("?limit=2"));
  expect(first.items.map(({ id }) => id)).toEqual([given[2]?.jobId, given[1]?.jobId]);
  expect(first.items[0]).toMatchObject({
    attempts: 1,
    raw_answer: '{"people": 3',
    event: { id: given[2]?.event.id, analysis_status: "failed" },
  });
  const second = await list(house.asViewer(`?limit=2&cursor=${first.next_cursor}`));
  expect(second.items.map(({ id }) => id)).toEqual([given[0]?.jobId]);
  expect(second.next_cursor).toBeNull();
});

test("one that is tried again goes ahead of the queue with all its tries, and off the list", async () => {
  await using house = await openHouse();
  const { event, jobId } = giveUp(house, Date.UTC(2026, 0, 1));
  expect((await house.asAdmin(`/${jobId}/retry`, { method: "POST" })).status).toBe(202);
  expect(house.events.find(event.id)).toMatchObject({ analysisStatus: "pending" });
  expect((await list(house.asAdmin(""))).items).toEqual([]);

  house.jobs.promote(findDue(house.jobs));
  expect(house.jobs.take(1, "lock", house.clock.now())).toMatchObject([{ attempt: 1 }]);
  expect((await house.asAdmin(`/${jobId}/retry`, { method: "POST" })).status).toBe(404);
});

test("one that is set aside leaves its event as it was, and the sums as they were", async () => {
  await using house = await openHouse();
  const { event, jobId } = giveUp(house, Date.UTC(2026, 0, 1));
  const before = { event: house.events.find(event.id), ledger: house.events.ledger() };
  expect((await house.asAdmin(`/${jobId}`, { method: "DELETE" })).status).toBe(204);
  expect((await list(house.asAdmin(""))).items).toEqual([]);
  expect({ event: house.events.find(event.id), ledger: house.events.ledger() }).toEqual(before);
  expect(house.jobs.counts().dead).toBe(0);
  expect((await house.asAdmin(`/${jobId}`, { method: "DELETE" })).status).toBe(404);
});

test("only admins try again or set aside", async () => {
  await using house = await openHouse();
  const { jobId } = giveUp(house, Date.UTC(2026, 0, 1));
  expect((await house.asViewer(`/${jobId}/retry`, { method: "POST" })).status).toBe(403);
  expect((await house.asViewer(`/${jobId}`, { method: "DELETE" })).status).toBe(403);
  expect((await list(house.asViewer(""))).items).toHaveLength(1);
});
