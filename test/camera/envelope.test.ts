import { expect, test } from "vitest";

import { toEnvelopeStart } from "../../src/camera/envelope.ts";

test.each(["h264", "h265"] as const)(
  "the envelope of %s names a size, or ffmpeg 7 refuses it",
  (codec) => {
    const start = toEnvelopeStart(codec).toString("hex");
    // A video of so many pixels each way: identifier, length, value.
    expect(start).toMatch(/e0100000..b010000001(?!00)..ba10000001(?!00)../);
  },
);
