import { expect, test } from "vitest";

import { createMask, listSecretsOf } from "../../src/assembly/mask.ts";

test("logins and queries of addresses are masked wherever they stand", () => {
  const mask = createMask([]);
  const told = { cameraUrl: "rtsp://viewer:p@ss@10.0.0.2:554/cam?user=a&pw=b", depth: [{ n: 1 }] };
  expect(mask(told)).toEqual({ camera_url: "rtsp://***@10.0.0.2:554/cam?***", depth: [{ n: 1 }] });
});

test("a secret is masked in every spelling, also in the middle of a line of the log", () => {
  const secret = 'pä"ss/wörd';
  const mask = createMask([secret]);
  const spellings = [secret, encodeURIComponent(secret), JSON.stringify(secret)];
  for (const text of spellings) expect(mask(`a ${text} b`)).not.toMatch(/ss|rd/);
});

test("what is secret of an address is its password, as written and as meant, and its query", () => {
  const secrets = listSecretsOf("rtsp://viewer:p%2Fw@10.0.0.2/cam?key=k-1");
  expect(new Set(secrets)).toEqual(new Set(["p%2Fw", "p/w", "k-1"]));
  expect(listSecretsOf("no address")).toEqual([]);
});
