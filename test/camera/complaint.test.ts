import { expect, test } from "vitest";

import { lacksSize, parseStreamLine, toComplaint } from "../../src/camera/complaint.ts";
import { parseSocketTimeout } from "../../src/camera/ffmpeg-abilities.ts";

// Lines as ffmpeg 5.1 wrote them, the address scrubbed as the log scrubs it.
const said: [line: string, state: string][] = [
  ["[rtsp @ 0x56] method DESCRIBE failed: 401 Unauthorized", "auth_failed"],
  ["pipe:0: Server returned 401 Unauthorized (authorization failed)", "auth_failed"],
  ["[rtsp @ 0x56] method DESCRIBE failed: 403 Forbidden", "auth_failed"],
  ["[rtsp @ 0x56] method DESCRIBE failed: 404 Not Found", "config_error"],
  ["[rtsp @ 0x56] method SETUP failed: 461 Unsupported transport", "config_error"],
  ["Stream map '0:v:0' matches no streams.", "config_error"],
  ["[tcp @ 0x56] Connection to tcp://cam:1 failed: Connection refused", "offline"],
  ["[tcp @ 0x56] Failed to resolve hostname cam: Name or service not known", "offline"],
  ["pipe:0: Connection timed out", "offline"],
  ["[rtsp @ 0x56] method PLAY failed: 503 Service Unavailable", "offline"],
  ["pipe:0: Server returned 5XX Server Error reply", "offline"],
  ["pipe:0: Invalid data found when processing input", "config_error"],
  ["[http @ 0x56] Protocol 'http' not on whitelist 'tcp,rtp'!", "config_error"],
  ["something nobody has seen before", "offline"],
];

test.each(said)("%j means %s", (line, state) => {
  const complaint = toComplaint({ code: 1, endedBy: null, lines: [line], sawStream: false });

  expect(complaint.state).toBe(state);
  expect(complaint.reason).toMatch(/^[A-Z].*\.$/);
});

test("a camera that hangs up after the stream was there is offline, whatever the exit code", () => {
  const lines = ["Input #0, concat, from 'pipe:0':", "[rtsp] 404 kB read"];

  expect(toComplaint({ code: 0, endedBy: null, lines, sawStream: true }).state).toBe("offline");
  expect(toComplaint({ code: 1, endedBy: null, lines, sawStream: true }).state).toBe("offline");
});

test("an ffmpeg that dies of a signal, or ends without a word, has crashed", () => {
  const crashed = { code: null, endedBy: "SIGSEGV", lines: ["x"], sawStream: true };
  const mute = { code: 0, endedBy: null, lines: [], sawStream: false };

  expect(toComplaint(crashed).state).toBe("ffmpeg_crashed");
  expect(toComplaint(mute).state).toBe("ffmpeg_crashed");
});

test("the stream line tells codec and size in every form that ffmpeg writes", () => {
  const size = { width: 640, height: 360 };

  expect(
    parseStreamLine("  Stream #0:0: Video: h264 (High), yuv420p(progressive), 640x360 [SAR 1:1]"),
  ).toEqual({ codec: "h264", ...size });
  expect(
    parseStreamLine(
      "  Stream #0:0(und): Video: hevc (Main) (hvc1 / 0x31637668), yuv420p(tv), 640x360, 5 fps",
    ),
  ).toEqual({ codec: "h265", ...size });
  expect(parseStreamLine("    Stream #0:1[0x100]: Video: mjpeg, yuvj420p, 640x360")).toEqual({
    codec: "mjpeg",
    ...size,
  });
  expect(parseStreamLine("  Stream #0:0: Video: h264, none, 90k tbn")).toEqual({
    codec: "h264",
    width: null,
    height: null,
  });
  expect(parseStreamLine("  Stream #0:1: Audio: aac, 8000 Hz")).toBeNull();
});

test("a stream that hides its size is recognised", () => {
  expect(lacksSize(["[rawvideo @ 0x5] dimensions not set"])).toBe(true);
  expect(lacksSize(["frame=  10"])).toBe(false);
});

test("the option that limits a silent socket is found in both generations of ffmpeg", () => {
  const five = "  -timeout           <int64>      .D... set timeout (in microseconds) of socket";
  const four = `  -timeout  <int> .D... set maximum timeout (in seconds) to wait for incoming
  -stimeout <int> .D... set timeout (in microseconds) of socket TCP I/O operations`;

  expect(parseSocketTimeout(five)).toBe("timeout");
  expect(parseSocketTimeout(four)).toBe("stimeout");
  expect(parseSocketTimeout("  -listen_timeout <int>")).toBeNull();
});
