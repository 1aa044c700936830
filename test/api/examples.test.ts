import { expect, test } from "vitest";
import { ZodType } from "zod";

import { readAnswers } from "../../src/api/operation.ts";
import { openFrontDoor } from "../support/front-door.ts";
import type { Json } from "../support/lan-client.ts";

async function openDescription() {
  const house = await openFrontDoor();
  house.addUser("anna", "admin");
  const { headers } = house.signedIn(house.addUser("ben", "viewer"));
  const answer = await house.app.request("/api/v1/openapi.json", { headers });
  const { paths } = (await answer.json()) as Json;
  const operations = Object.entries<Record<string, Json>>(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, described]) => ({
      name: `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`,
      described,
    })),
  );
  return { ...house, operations };
}

test("every answer's example is one that the route might give", async () => {
  await using house = await openDescription();
  const looked: string[] = [];
  for (const { name, described } of house.operations) {
    const own = house.app.routes.filter(({ method, path }) => `${method} ${path}` === name);
    const answers = own.map(({ handler }) => readAnswers(handler)).find(Boolean) ?? {};
    for (const [status, { content = {} }] of Object.entries<Json>(described.responses)) {
      const schema = answers[Number(status)];
      if (!(schema instanceof ZodType)) continue;
      const { example } = content["application/json"];
      expect.soft(schema.safeParse(example).error?.message, `${name} ${status}`).toBeUndefined();
      expect.soft(schema.safeParse(example).data, `${name} ${status}`).toEqual(example);
      looked.push(name);
    }
  }
  expect(looked.length).toBeGreaterThan(25);
});

test("every query parameter says what it is for", async () => {
  await using house = await openDescription();
  const silent = house.operations.flatMap(({ name, described }) =>
    (described.parameters ?? [])
      .filter(({ in: place }: Json) => place === "query")
      .filter(({ description, schema }: Json) => !(description ?? schema?.description))
      .map((parameter: Json) => `${name} ${parameter.name}`),
  );
  expect(silent).toEqual([]);
});

test("every body's example is taken by its route", async () => {
  await using house = await openDescription();
  const looked: string[] = [];
  for (const { name, described } of house.operations) {
    const body = described.requestBody?.content?.["application/json"];
    if (!body) continue;
    expect.soft(body.example, name).toBeTypeOf("object");
    const [method = "", path = ""] = name.split(" ");
    const { headers } = house.signedIn(house.addUser(`user-${looked.length}`, "admin"));
    const answer = await house.app.request(path.replace(/:\w+/g, "nowhere"), {
      method,
      headers: { ...headers, "Content-Type": "application/json" },
      body: JSON.stringify(body.example),
    });
    const problem = answer.headers.get("Content-Type")?.includes("problem")
      ? ((await answer.json()) as Json)
      : {};
    const misfits = (problem.issues ?? []).filter(({ path: at }: Json) => at !== "id");
    // An address may be refused for what it leads to, never for its shape.
    expect.soft(misfits, name).toEqual([]);
    looked.push(name);
  }
  expect(looked.length).toBeGreaterThan(8);
});
