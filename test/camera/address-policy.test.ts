import { expect, test } from "vitest";

import { createAddressPolicy } from "../../src/camera/address-policy.ts";
import { parseCameraUrl } from "../../src/config/camera-url.ts";

const NAMES: Record<string, string[]> = {
  "dock.lan": ["192.168.1.21"],
  "rebound.example": ["192.168.1.22", "127.0.0.1"],
  "own.lan": ["10.0.0.7"],
};

function judge(url: string, allowedHosts: readonly string[] = []): Promise<string | null> {
  const place = parseCameraUrl(url);
  if (!place.ok) throw new Error(place.reason);
  const policy = createAddressPolicy({
    allowedHosts,
    resolve: async (host) => NAMES[host] ?? Promise.reject(new Error("ENOTFOUND")),
    ownAddresses: () => ["10.0.0.7", "fd00::7"],
  });
  return policy.refuse(place);
}

test.each([
  "rtsp://192.168.1.20/sub",
  "rtsp://dock.lan:8554/sub",
  "rtsps://10.1.2.3/sub",
  "rtsp://[fd00::20]/sub",
  "rtsp://203.0.114.9/sub",
  "rtsp://nobody.lan/sub",
])("%s may be a camera", async (url) => {
  expect(await judge(url)).toBeNull();
});

test.each([
  "rtsp://127.0.0.1/a",
  "rtsp://[::1]/a",
  "rtsp://[::ffff:127.0.0.1]/a",
  "rtsp://169.254.169.254/latest",
  "rtsp://[fe80::1]/a",
  "rtsp://224.0.0.1/a",
  "rtsp://0.1.2.3/a",
  "rtsp://10.0.0.7:8000/a",
  "rtsp://[fd00::7]/a",
  "rtsp://own.lan/a",
  "rtsp://rebound.example/a",
])("C12: %s is no camera's", async (url) => {
  expect(await judge(url)).toContain("is the box's own, or one that no camera has");
});

test("C12: low ports are those of cameras alone", async () => {
  for (const port of [554, 322, 80, 443, 1024, 8554]) {
    expect(await judge(`rtsp://192.168.1.20:${port}/a`)).toBeNull();
  }
  for (const port of [22, 25, 53, 445]) {
    expect(await judge(`rtsp://192.168.1.20:${port}/a`)).toContain("a port that is no camera's");
  }
});

test("an operator may allow names, addresses and ranges", async () => {
  expect(await judge("rtsp://127.0.0.1:22/a", ["127.0.0.0/8"])).toBeNull();
  expect(await judge("rtsp://own.lan/a", ["OWN.lan"])).toBeNull();
  expect(await judge("rtsp://rebound.example/a", ["127.0.0.1"])).toBeNull();
  expect(await judge("rtsp://127.0.0.1/a", ["10.0.0.0/8"])).not.toBeNull();
});
