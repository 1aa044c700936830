import { expect, test } from "vitest";

import { openFrontDoor } from "../support/front-door.ts";

test("an admin reads the newest lines, newest first, and no viewer does", async () => {
  const lines = [
    '{"level":"info","time":"2026-01-01T00:00:00.000Z","msg":"listening","port":8000}\n',
    "no line of ours",
    '{"level":"warn","time":"2026-01-01T00:00:01.000Z","msg":"camera stalled","camera":"yard"}\n',
    '{"level":"info","time":"2026-01-01T00:00:02.000Z","msg":"stopped"}\n',
  ];
  await using house = await openFrontDoor({ readLog: () => lines });
  const admin = house.signedIn(house.addUser("anna", "admin"));
  const viewer = house.signedIn(house.addUser("ben", "viewer"));
  const answer = await house.app.request("/api/v1/logs", admin);
  expect(await answer.json()).toEqual({
    items: [
      { at: "2026-01-01T00:00:02.000Z", level: "info", sentence: "stopped", fields: "" },
      {
        ...{ at: "2026-01-01T00:00:01.000Z", level: "warn", sentence: "camera stalled" },
        fields: '{"camera":"yard"}',
      },
      {
        ...{ at: "2026-01-01T00:00:00.000Z", level: "info", sentence: "listening" },
        fields: '{"port":8000}',
      },
    ],
    next_cursor: null,
  });
  expect((await house.app.request("/api/v1/logs", viewer)).status).toBe(403);
});
