import { expect, test } from "vitest";

import { parseCameraUrl } from "../../src/config/camera-url.ts";

const taken: [text: string, host: string, port: number, hasLogin: boolean][] = [
  ["rtsp://192.168.1.21/sub", "192.168.1.21", 554, false],
  ["rtsp://192.168.1.21:8554/sub", "192.168.1.21", 8554, false],
  ["RTSP://camera.local/Streaming/Channels/102", "camera.local", 554, false],
  ["rtsps://camera.local/live", "camera.local", 322, false],
  ["rtsps://camera.local:7441/live?enableSrtp", "camera.local", 7441, false],
  ["rtsp://viewer:secret@cam/sub", "cam", 554, true],
  ["rtsp://viewer@cam/sub", "cam", 554, true],
  ["rtsp://viewer:p@ss@cam/sub", "cam", 554, true],
  ["rtsp://viewer:p%40s%2Fs@cam:554/sub", "cam", 554, true],
  ["rtsp://cam/cam/realmonitor?channel=1&subtype=1", "cam", 554, false],
  ["rtsp://cam/user=admin&password=x&stream=1.sdp?real_stream", "cam", 554, false],
  ["rtsp://cam", "cam", 554, false],
  ["rtsp://[fe80::1]/sub", "fe80::1", 554, false],
  ["rtsp://u:p@[2001:db8::2]:8554/sub", "2001:db8::2", 8554, true],
  ["rtsp://my_camera.lan./x", "my_camera.lan.", 554, false],
];

test.each(taken)("takes %s", (text, host, port, hasLogin) => {
  expect(parseCameraUrl(text)).toMatchObject({ ok: true, host, port, hasLogin });
});

const refused: [text: string, why: RegExp][] = [
  ["", /begin with rtsp/],
  ["camera", /begin with rtsp/],
  ["/etc/passwd", /begin with rtsp/],
  ["file:/etc/passwd", /begin with rtsp/],
  ["file:///etc/passwd", /begin with rtsp/],
  ["concat:rtsp://a/b", /begin with rtsp/],
  ["concat:/etc/a|/etc/b", /quotes/],
  ["subfile,,start,0,end,9,,:/etc/passwd", /begin with rtsp/],
  ["data:text/plain,hello", /begin with rtsp/],
  ["http://169.254.169.254/latest/meta-data", /begin with rtsp/],
  ["https://camera/x", /begin with rtsp/],
  ["tcp://127.0.0.1:22", /begin with rtsp/],
  ["udp://239.0.0.1:1234", /begin with rtsp/],
  ["unix:/run/docker.sock", /begin with rtsp/],
  ["pipe:0", /begin with rtsp/],
  ["crypto:file:/etc/shadow", /begin with rtsp/],
  ["async:rtsp://a/b", /begin with rtsp/],
  ["cache:rtsp://a/b", /begin with rtsp/],
  ["rtmp://camera/live", /begin with rtsp/],
  ["rtsp+http://camera/live", /begin with rtsp/],
  ["-f", /begin with rtsp/],
  ["-i rtsp://camera/x", /blanks/],
  [" rtsp://camera/x", /blanks/],
  ["rtsp://camera/x -f mp4 /tmp/out", /blanks/],
  ["rtsp://camera/x\n-y", /blanks/],
  ["rtsp://camera/x\nfile '/etc/passwd'", /blanks/],
  ["rtsp://camera/x\u0000y", /blanks/],
  ["rtsp://camera/x'", /quotes/],
  ["rtsp://camera/'\\''", /quotes/],
  ['rtsp://camera/"x"', /quotes/],
  ["rtsp://camera/$(id)`id`", /quotes/],
  ["rtsp://kamera.tür/x", /ASCII/],
  ["rtsp://u:p%0d%0aX@camera/x", /control/],
  ["rtsp://camera/%00", /control/],
  ["rtsp://camera/100%", /%25/],
  ["rtsp://", /no host/],
  ["rtsp:///x", /no host/],
  ["rtsp://user:pass@/x", /no host/],
  ["rtsp://:554/x", /no host/],
  ["rtsp://-camera/x", /host/],
  ["rtsp://999.1.1.1/x", /host/],
  ["rtsp://0.0.0.0/x", /host/],
  ["rtsp://[::]/x", /host/],
  ["rtsp://[::1/x", /host/],
  ["rtsp://fe80::1/x", /port|host/],
  ["rtsp://[fe80::1%25eth0]/x", /zone/],
  ["rtsp://a,b/x", /host/],
  ["rtsp://camera:0/x", /port/],
  ["rtsp://camera:99999/x", /port/],
  ["rtsp://camera:55a/x", /port/],
  ["rtsp://admin:pa/ss@camera/x", /port/],
  ["rtsp://camera/x?udp", /option "udp"/],
  ["rtsp://camera/x?channel=1&HTTP", /option "HTTP"/],
  [`rtsp://camera/${"x".repeat(2100)}`, /longer/],
];

test.each(refused)("refuses %j and says why", (text, why) => {
  const answer = parseCameraUrl(text);

  expect(answer.ok).toBe(false);
  if (!answer.ok) expect(answer.reason).toMatch(why);
});

test("the sentence of a refusal never repeats a password", () => {
  const answer = parseCameraUrl("rtsp://admin:hunter2/x@camera/y");

  expect(answer.ok).toBe(false);
  expect(JSON.stringify(answer)).not.toContain("hunter2");
});
