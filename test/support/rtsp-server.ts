import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const SERVER = resolve(import.meta.dirname, "rtsp-server.py");

export interface RtspServer {
  readonly port: number;
  /** The server's process now; 0 while it is stopped. */
  readonly pid: number;
  /** The address of a mount, with the login when the server demands one. */
  url(mount: string): string;
  /** Ends the process; resolves when it is gone. SIGKILL is a camera that loses its power. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port, after stopping it if it still runs. */
  restart(): Promise<void>;
  /** Freezes the process: connections stay, bytes stop. */
  pause(): void;
  resume(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Plays files as RTSP cameras on 127.0.0.1, in real time and for ever. */
export async function openRtspServer(options: {
  /** File by mount: `{ dock: "/tmp/dock.mp4" }` is rtsp://127.0.0.1:port/dock. */
  mounts: Record<string, string>;
  user?: string;
  password?: string;
  /** 0, the default, takes a free one. */
  port?: number;
}): Promise<RtspServer> {
  const login = options.user === undefined ? null : [options.user, options.password ?? ""];
  let port = options.port ?? 0;
  let child: ChildProcess | null = null;

  const start = async (): Promise<void> => {
    const started = spawn("/usr/bin/python3", [SERVER, ...toArguments(options, port)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    port = await readPort(started);
  };
  const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<void> => {
    const ending = child;
    child = null;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, "exit");
    ending.kill(signal);
    // A frozen process takes no signal but SIGKILL until it is thawed.
    ending.kill("SIGCONT");
    await ended;
  };

  await start();
  return {
    get port() {
      return port;
    },
    get pid() {
      return child?.pid ?? 0;
    },
    url(mount) {
      const prefix = login ? `${login.map(encodeURIComponent).join(":")}@` : "";
      return `rtsp://${prefix}127.0.0.1:${port}${toPath(mount)}`;
    },
    stop,
    async restart() {
      await stop();
      await start();
    },
    pause: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
    [Symbol.asyncDispose]: () => stop("SIGKILL"),
  };
}

function toArguments(
  options: { mounts: Record<string, string>; user?: string; password?: string },
  port: number,
): string[] {
  const login =
    options.user === undefined
      ? []
      : ["--user", options.user, "--password", options.password ?? ""];
  const mounts = Object.entries(options.mounts).map(([mount, file]) => `${toPath(mount)}=${file}`);
  return ["--port", String(port), ...login, ...mounts];
}

function toPath(mount: string): string {
  return mount.startsWith("/") ? mount : `/${mount}`;
}

/** Waits for the line that says the server listens; what it complains of is in the error. */
async function readPort(child: ChildProcess): Promise<number> {
  const { promise, resolve: found, reject } = Promise.withResolvers<number>();
  const complaints: string[] = [];
  if (child.stdout) {
    createInterface(child.stdout).on("line", (line) => {
      const ready = /^READY (\d+)$/.exec(line);
      if (ready) found(Number(ready[1]));
    });
  }
  if (child.stderr) {
    createInterface(child.stderr).on("line", (line) => {
      complaints.push(line);
      if (complaints.length > 20) complaints.shift();
    });
  }
  child.once("error", reject);
  child.once("exit", (code, signal) => {
    const reason = complaints.join("\n") || "it said nothing";
    reject(new Error(`The RTSP server ended with ${code ?? signal}: ${reason}`));
  });
  return promise;
}
