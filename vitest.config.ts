import { availableParallelism } from "node:os";

import { defineConfig } from "vitest/config";

/**
 * quick: pure and in-process tests; what `npm run check` and CI run first.
 * system: tests that start real programs (ffmpeg, an RTSP server, Chromium, the built daemon).
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "quick",
          // No module of ours keeps state, so the files may share one load of them.
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: ["test/system/**", "test/**/*.{ffmpeg,mariadb,mysql}.test.ts"],
          // Only to end what hangs: a machine with other work must not fail a test by being slow.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "system",
          include: ["test/system/**/*.test.ts", "test/**/*.{ffmpeg,mariadb,mysql}.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // They mostly wait; more of them would starve each other's cameras.
          maxWorkers: Math.min(2, availableParallelism()),
        },
      },
    ],
  },
});
