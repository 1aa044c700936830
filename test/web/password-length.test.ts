import { expect, test } from "vitest";

import { PASSWORD_CHARACTERS_MIN as asked } from "../../src/access/passwords.ts";
import { PASSWORD_CHARACTERS_MIN as told } from "../../src/web/password-length.ts";
import { settingsWords } from "../../src/web/strings/settings.ts";

test("the page asks for a password of the length that the box asks for", () => {
  expect(told).toBe(asked);
  for (const words of Object.values(settingsWords)) {
    expect(words.nextHint).toContain(` ${asked} `);
    expect(words.firstPasswordHint).toContain(` ${asked} `);
  }
});
