/** Whether what people type and send crosses a network in the clear, as far as the file tells. */
import { isLoopback } from "../base/ip-address.ts";
import type { Config } from "./schema.ts";

export const EXPOSED = {
  code: "tokens_in_the_clear",
  sentence:
    "Passwords and tokens cross the network in the clear. Set server.tls.mode to self-signed or " +
    "files, or name the proxy that speaks TLS for this box in server.trusted_proxies.",
} as const;

export function isExposed({ host, tls, trustedProxies }: Config["server"]): boolean {
  const isLocal = isLoopback(host) || host === "localhost";
  return tls.mode === "off" && !isLocal && trustedProxies.length === 0;
}
