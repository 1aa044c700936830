import { sql } from "drizzle-orm";
import { expect, test } from "vitest";

import { auditPage, auditVerdict } from "../../src/api/audit-contract.ts";
import type { AuditEntry } from "../../src/store/audit.ts";
import { asJson, openFrontDoor, PASSWORD } from "../support/front-door.ts";

const entry: Omit<AuditEntry, "at"> = {
  action: "event.deleted",
  ...{ userId: "u1", username: "anna", target: "e1", address: "192.168.1.7", result: "done" },
};

async function openHouse() {
  const house = await openFrontDoor();
  const run = (statement: string) => house.database.orm.run(sql.raw(statement));
  /** As someone who can write to the file may do it. */
  const forge = (statement: string) => {
    run("drop trigger if exists audit_rows_unchanged");
    run("drop trigger if exists audit_rows_kept");
    run(statement);
  };
  return { ...house, run, forge };
}

const refusedWith = (message: string) =>
  expect.objectContaining({ cause: expect.objectContaining({ message }) });

type House = Awaited<ReturnType<typeof openHouse>>;

function fill({ audit }: Pick<House, "audit">, rows: number): void {
  for (let row = 1; row <= rows; row += 1) audit.record({ ...entry, target: `e${row}` });
}

async function read({ app }: House, path: string, headers: Record<string, string>) {
  const answer = await app.request(`/api/v1/audit${path}`, { headers });
  expect(answer.status).toBe(200);
  return answer.json();
}

test("rows are added and never rewritten, nor removed within a year", async () => {
  await using house = await openHouse();
  house.audit.record(entry);
  expect(() => house.run("update audit_rows set result = 'refused'")).toThrow(
    refusedWith("the audit log is not rewritten"),
  );
  house.run(`insert into audit_rows (at, action, result, previous_hash, hash)
    values (unixepoch() * 1000, 'x', 'done', '', '')`);
  expect(() => house.run("delete from audit_rows where action = 'x'")).toThrow(
    refusedWith("the audit log is kept for a year"),
  );
});

test.each([
  ["changed", "update audit_rows set username = 'ben' where id = 3", 3],
  ["changed in its hash", "update audit_rows set hash = 'x' where id = 3", 3],
  ["moved in time", "update audit_rows set at = at + 1 where id = 2", 2],
  ["taken out", "delete from audit_rows where id = 3", 3],
  ["cut off the end", "delete from audit_rows where id > 3", 4],
  ["taken out altogether", "delete from audit_rows", 1],
])("a row that was %s is found and named", async (_, statement, firstBroken) => {
  await using house = await openHouse();
  fill(house, 5);
  expect(await house.audit.verify()).toEqual({ rowsChecked: 5, firstBroken: null });
  house.forge(statement);
  expect(await house.audit.verify()).toMatchObject({ firstBroken });
});

test("what is older than a year goes, and the chain of the rest is whole", async () => {
  await using house = await openHouse();
  fill(house, 2);
  house.forge("update audit_rows set at = 1000");
  fill(house, 2);
  expect(house.audit.list({ beforeId: undefined, limit: 9 }).map(({ id }) => id)).toEqual([4, 3]);
  expect(await house.audit.verify()).toEqual({ rowsChecked: 2, firstBroken: null });
});

test("the same refusal again and again is one row a minute", async () => {
  await using house = await openHouse();
  const refusal = { ...entry, result: "refused" as const };
  for (let tries = 0; tries < 10; tries += 1) house.audit.record(refusal);
  await house.clock.advance(60_000);
  house.audit.record(refusal);
  expect(house.audit.list({ beforeId: undefined, limit: 9 })).toHaveLength(2);
});

test("sign-ins, refusals, changes and sign-outs are told with who, where and what came of it", async () => {
  await using house = await openHouse();
  const anna = house.addUser("anna", "admin");
  const ben = house.addUser("ben", "viewer");
  const login = (password: string) =>
    house.app.request("/api/v1/auth/login", asJson({ username: "anna", password }));
  await login("a wrong password");
  await login(PASSWORD);
  const asBen = house.signedIn(ben);
  await house.app.request("/api/v1/users", asBen);
  const asAnna = house.signedIn(anna);
  const changes = { ...asJson({ disabled: true }, asAnna.headers), method: "PATCH" };
  await house.app.request(`/api/v1/users/${ben.id}`, changes);
  await house.app.request("/api/v1/auth/logout", asJson({}, asAnna.headers));
  const stolen = house.sessions.open(anna.id);
  house.sessions.refresh(stolen.refreshToken, "body");
  const reuse = { refresh_token: stolen.refreshToken };
  await house.app.request("/api/v1/auth/refresh", asJson(reuse));

  const page = await read(house, "", house.signedIn(anna).headers);
  const { items } = auditPage.strict().parse(page);
  const told = items.map(({ action, username, result }) => [action, username, result]);
  expect(told.toReversed()).toEqual([
    ["session.opened", null, "refused"],
    ["session.opened", "anna", "done"],
    ["access", "ben", "refused"],
    ["user.changed", "anna", "done"],
    ["session.ended", "anna", "done"],
    ["session.stolen", null, "refused"],
  ]);
  expect(items.at(-1)).toMatchObject({ target: anna.id, address: "unknown" });
  expect(items[3]?.target).toBe("GET /api/v1/users");
  expect(JSON.stringify(items)).not.toContain("wrong password");
});

test("the log is read page by page, and says of itself whether it is whole", async () => {
  await using house = await openHouse();
  fill(house, 5);
  const { headers } = house.signedIn(house.addUser("anna", "admin"));
  const ids: number[] = [];
  for (let query = "?limit=2"; query !== ""; ) {
    const page = auditPage.parse(await read(house, query, headers));
    ids.push(...page.items.map(({ id }) => id));
    query = page.next_cursor === null ? "" : `?limit=2&cursor=${page.next_cursor}`;
  }
  expect(ids).toEqual([5, 4, 3, 2, 1]);

  const whole = await read(house, "/verify", headers);
  expect(auditVerdict.parse(whole)).toMatchObject({ rows_checked: 5, first_broken: null });
  house.forge("update audit_rows set action = 'nothing' where id = 2");
  const broken = await read(house, "/verify", headers);
  expect(auditVerdict.parse(broken)).toMatchObject({ rows_checked: 1, first_broken: 2 });
});
