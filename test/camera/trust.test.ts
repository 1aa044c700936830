import { expect, test } from "vitest";

import { createTrust, tellsOfDamage } from "../../src/camera/trust.ts";

/** A trust that was given units up to a number, a key unit every ten. */
function giveUpTo(last: number, trust = createTrust(), first = 0) {
  for (let number = first; number <= last; number += 1) {
    trust.give({ number, key: number % 10 === 0 });
  }
  return trust;
}

const picture = (number: number) => ({ number, timestampMs: number * 100 });

test("C6: no picture is believed from a damaged unit up to the next key unit", () => {
  const trust = giveUpTo(4);
  expect(trust.believes(picture(3))).toBe(true);

  trust.noteDamage();
  expect(trust.believes(picture(4))).toBe(false);
  giveUpTo(12, trust, 5);

  expect(trust.believes(picture(9))).toBe(false);
  expect(trust.believes(picture(10))).toBe(true);
  expect(trust.believes(picture(12))).toBe(true);
});

test("a key unit that was given before damage was told of may itself be the damaged one", () => {
  const trust = giveUpTo(11);
  trust.noteDamage();
  giveUpTo(25, trust, 12);

  expect(trust.believes(picture(11))).toBe(false);
  expect(trust.believes(picture(19))).toBe(false);
  expect(trust.believes(picture(20))).toBe(true);
});

test("a stream without key units is believed again after ten seconds", () => {
  const trust = giveUpTo(3);
  trust.noteDamage();
  const doubted = Array.from({ length: 200 }, (_, i) => {
    trust.give({ number: 4 + i, key: false });
    return trust.believes(picture(4 + i));
  });
  expect(doubted.filter((believed) => !believed)).toHaveLength(101);
  expect(doubted.at(-1)).toBe(true);
});

test("a stream that is damaged at every unit is believed after ten seconds, and stays so", () => {
  const trust = createTrust();
  const seen = Array.from({ length: 300 }, (_, number) => {
    trust.give({ number, key: number % 10 === 0 });
    trust.noteDamage();
    return trust.believes(picture(number));
  });
  expect(seen.indexOf(true)).toBe(101);
  expect(seen.slice(101).every(Boolean)).toBe(true);
});

test.each([
  ["pipe:0: corrupt decoded frame in stream 0", true],
  ["[vist#0:0/h264 @ 0x55] [dec:h264 @ 0x56] corrupt decoded frame", true],
  ["Error while decoding stream #0:0: Invalid data found when processing input", true],
  ["[vist#0:0/h264 @ 0x55] Error submitting packet to decoder: Invalid data found", true],
  ["[hevc @ 0x55] Could not find ref with POC 12", true],
  ["[h264 @ 0x55] SEI type 5 size 2208 truncated at 1000", false],
  ["  Stream #0:0: Video: h264 (Main), yuv420p(progressive), 640x360", false],
])("ffmpeg's line %s tells of damage: %s", (line, expected) => {
  expect(tellsOfDamage(line)).toBe(expected);
});
