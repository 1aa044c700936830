import { spawn } from "node:child_process";
import { on } from "node:events";
import { createInterface } from "node:readline";

/** Node has no such socket, and every Debian has this language. */
const SINK = `
use strict; use Socket; $| = 1;
socket(my $socket, AF_UNIX, SOCK_DGRAM, 0) or die $!;
(my $path = $ARGV[0]) =~ s/^@/\\0/;
bind($socket, pack_sockaddr_un($path)) or die $!;
print "listening\\n";
while (defined recv($socket, my $message, 65536, 0)) { $message =~ s/\\n/\\t/g; print "$message\\n"; }
`;

export interface NotifySink extends AsyncDisposable {
  /** What comes next, each assignment as its name and value. */
  next(): Promise<Record<string, string>>;
  /** What comes until one has this name. */
  until(name: string): Promise<Record<string, string>>;
}

/** Listens as systemd does on NOTIFY_SOCKET. */
export async function openNotifySink(path: string): Promise<NotifySink> {
  const child = spawn("perl", ["-e", SINK, path], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = on(createInterface(child.stdout), "line");
  const readLine = async (): Promise<string> => {
    const { value } = (await lines.next()) as { value: [string] };
    return value[0];
  };
  await readLine();

  const next = async (): Promise<Record<string, string>> => {
    const parts = (await readLine()).split("\t");
    return Object.fromEntries(parts.map((part) => part.split(/=(.*)/s, 2)));
  };
  return {
    next,
    async until(name) {
      for (;;) {
        const told = await next();
        if (name in told) return told;
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
    },
  };
}
