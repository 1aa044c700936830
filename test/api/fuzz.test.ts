import fc from "fast-check";
import { expect, test } from "vitest";

import { readCorpus } from "../support/corpus.ts";
import { createEvent, dockDoor, openFrontDoor } from "../support/front-door.ts";
import type { Json } from "../support/lan-client.ts";
import { HOSTILE, toBad, toGood } from "../support/schema-arbitrary.ts";

const RUNS = { numRuns: 15, seed: 4711 };
/** What only the inside knows: stacks, the database's own words, where things are kept. */
const INSIDE = /SQLITE|node_modules|\.ts:\d+|drizzle|select "|better-sqlite/i;

type House = Awaited<ReturnType<typeof openFrontDoor>>;

interface Operation {
  method: string;
  path: string;
  parameters: Json[];
  body: Json | null;
}

async function openHouse() {
  const house = await openFrontDoor();
  const admin = house.addUser("anna", "admin");
  house.events.insert(createEvent(), null);
  const headers = (): Record<string, string> => house.signedIn(admin).headers;
  const answer = await house.app.request("/api/v1/openapi.json", { headers: headers() });
  const { paths, components }: Json = await answer.json();
  const operations: Operation[] = Object.entries<Json>(paths).flatMap(([path, item]) =>
    Object.entries<Json>(item).map(([method, operation]) => ({
      ...{ method: method.toUpperCase(), path },
      parameters: operation.parameters ?? [],
      body: operation.requestBody?.content?.["application/json"]?.schema ?? null,
    })),
  );
  return { house, headers, operations, schemas: components.schemas };
}

/** Half of the ids are there, so that what comes after the id is reached, too. */
function toPlace(name: string, good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return name === "id" ? fc.oneof(good, fc.constant(dockDoor.cameraId)) : good;
}

function toRequest(
  { method, path, parameters, body }: Operation,
  schemas: Json,
  toValue: typeof toGood,
): fc.Arbitrary<{ address: string; init: RequestInit }> {
  const values = parameters.map(({ name, schema }) => toPlace(name, toValue(schema, schemas)));
  const content = body === null ? fc.constant(undefined) : toValue(body, schemas);
  return fc.tuple(fc.tuple(...values), content).map(([given, sent]) => {
    const query = new URLSearchParams();
    let address = path;
    for (const [at, { name, in: place }] of parameters.entries()) {
      const text = toText(given[at]);
      if (place === "path") address = address.replace(`{${name}}`, encodeURIComponent(text));
      else query.set(name, text);
    }
    const json = { "Content-Type": "application/json" };
    const init = sent === undefined ? {} : { body: JSON.stringify(sent), headers: json };
    return { address: `${address}?${query}`, init: { method, ...init } };
  });
}

function toText(value: unknown): string {
  return (typeof value === "string" ? value : (JSON.stringify(value) ?? "")).toWellFormed();
}

async function expectSense(house: House, address: string, init: RequestInit): Promise<void> {
  const answer = await house.app.request(`http://box${address}`, init);
  const told = `${init.method} ${address} ${init.body ?? ""}: ${answer.status}`;
  // What is not built or not there says so; everything else above is a bug.
  expect(answer.status < 500 || answer.status === 503, told).toBe(true);
  const text = await answer.text();
  expect(text, told).not.toMatch(INSIDE);
  expect(text, told).not.toContain(house.folder);
  if (answer.status >= 400 && answer.status < 500) {
    expect(answer.headers.get("Content-Type"), told).toBe("application/problem+json");
  }
}

test.each([
  ["fit", toGood],
  ["do not fit", toBad],
])(
  "no route breaks, or tells of its inside, for bodies and parameters that %s its schema",
  async (_, toValue) => {
    const { house, headers, operations, schemas } = await openHouse();
    await using _house = house;
    expect(operations.length).toBeGreaterThan(25);
    for (const operation of operations) {
      await fc.assert(
        fc.asyncProperty(toRequest(operation, schemas, toValue), ({ address, init }) =>
          expectSense(house, address, {
            ...init,
            headers: { ...(init.headers as Record<string, string>), ...headers() },
          }),
        ),
        RUNS,
      );
    }
  },
);

test("no route breaks, or tells of its inside, for bodies that were trouble elsewhere", async () => {
  const { house, headers, operations } = await openHouse();
  await using _house = house;
  const taking = operations.filter(({ body }) => body !== null);
  expect(taking.length).toBeGreaterThan(10);
  for (const { method, path } of taking) {
    for (const bytes of readCorpus("api-bodies")) {
      const address = path.replace(/\{\w+\}/, dockDoor.cameraId);
      const json = { ...headers(), "Content-Type": "application/json" };
      await expectSense(house, address, { method, body: new Uint8Array(bytes), headers: json });
    }
  }
});

test("A6: no spelling of a path leads out of the events and cameras that there are", async () => {
  const { house, headers, operations } = await openHouse();
  await using _house = house;
  const spellings = [
    ...HOSTILE.map((text) => encodeURIComponent(text.toWellFormed())),
    ...["%2e%2e%2f%2e%2e%2fsetup-code", "..%5c..%5csetup-code", "%c0%ae%c0%ae%c0%af", "%", "%zz"],
    ...["%252e%252e%252f", `${house.folder.replaceAll("/", "%2f")}%2fsetup-code`, "%00.jpg"],
  ].filter((spelling) => spelling !== "");
  const reads = operations.filter(({ method, path }) => method === "GET" && path.includes("{id}"));
  expect(reads.length).toBeGreaterThan(4);
  for (const { path } of reads) {
    for (const spelling of spellings) {
      const address = `http://box${path.replace("{id}", spelling)}`;
      const answer = await house.app.request(address, { headers: headers() });
      expect([address, [400, 404].includes(answer.status)]).toEqual([address, true]);
      expect(await answer.text()).not.toContain(house.setupCode.text ?? house.folder);
    }
  }
});
