import fc from "fast-check";

import type { Json } from "./lan-client.ts";

/** What breaks programs that paste texts into queries, paths, pages, journals and commands. */
export const HOSTILE = [
  "",
  "' OR 1=1; DROP TABLE users; --",
  '"*" NEAR(a b) -',
  "../../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "%2e%2e/%00",
  "\u0000",
  "\ud800",
  "<img src=x onerror=alert(1)>",
  "$(reboot)",
  "`reboot`",
  "a\r\nSet-Cookie: rt=1",
  "{{7*7}}",
  "__proto__",
  "constructor",
  "-1e999",
  "\u202e\u0007",
  "9".repeat(400),
  "x".repeat(5_000),
];

const hostile = fc.constantFrom(...HOSTILE);

/** Values that a JSON schema admits, as far as its own limits can be followed. */
export function toGood(schema: Json, components: Json): fc.Arbitrary<unknown> {
  const inner = (part: Json): fc.Arbitrary<unknown> => toGood(part, components);
  if (schema?.$ref) return inner(components[schema.$ref.split("/").at(-1)]);
  if (schema?.const !== undefined) return fc.constant(schema.const);
  if (schema?.enum) return fc.constantFrom(...schema.enum);
  const choices = schema?.anyOf ?? schema?.oneOf;
  if (choices) return fc.oneof(...choices.map(inner));
  switch (schema?.type) {
    case "object":
      return toObject(schema, inner);
    case "array":
      return fc.array(inner(schema.items ?? {}), { maxLength: 3 });
    case "string":
      return toText(schema);
    case "integer":
    case "number":
      return toNumber(schema);
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

/** A good value with one thing wrong, or something else altogether. */
export function toBad(schema: Json, components: Json): fc.Arbitrary<unknown> {
  const junk = fc.oneof(hostile, fc.jsonValue({ maxDepth: 3 }), fc.constant([[[[[[]]]]]]));
  const spoilt = fc
    .tuple(toGood(schema, components), fc.nat(), junk, fc.oneof(hostile, fc.string()))
    .map(([good, at, wrong, name]) => {
      if (typeof good !== "object" || good === null || Array.isArray(good)) return wrong;
      const names = [...Object.keys(good), name];
      return { ...good, [names[at % names.length] ?? name]: wrong };
    });
  return fc.oneof(spoilt, junk);
}

function toObject(schema: Json, inner: (part: Json) => fc.Arbitrary<unknown>) {
  const properties = Object.entries<Json>(schema.properties ?? {});
  return fc.record(Object.fromEntries(properties.map(([name, part]) => [name, inner(part)])), {
    requiredKeys: schema.required ?? [],
  });
}

function toText({ format, pattern, minLength = 0, maxLength = 64 }: Json): fc.Arbitrary<unknown> {
  if (format === "uuid") return fc.uuid({ version: 7 });
  if (format === "date-time") {
    const between = { min: new Date("2020-01-01"), max: new Date("2030-01-01") };
    return fc.date({ ...between, noInvalidDate: true }).map((at) => at.toISOString());
  }
  if (pattern) return fc.stringMatching(new RegExp(pattern));
  return fc.oneof(fc.string({ minLength, maxLength: Math.min(maxLength, 300) }), hostile);
}

function toNumber({ type, minimum, maximum }: Json): fc.Arbitrary<unknown> {
  const limits = { min: minimum ?? -1000, max: maximum ?? 1000 };
  return type === "integer"
    ? fc.integer({
        min: Math.max(limits.min, -0x7fffffff),
        max: Math.min(limits.max, 0x7fffffff),
      })
    : fc.double({ ...limits, noNaN: true });
}
