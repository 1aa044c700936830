/** The box and everything around it: cameras that show motion, a model, a centre behind a bad line. */
import { migrate } from "../../test/support/central-samples.ts";
import { type ChaosProxy, openChaosProxy } from "../../test/support/chaos-proxy.ts";
import { type Daemon, openDaemon } from "../../test/support/daemon.ts";
import { openFakeOllama } from "../../test/support/fake-ollama/server.ts";
import { makeFootage } from "../../test/support/footage.ts";
import { openMariaDb } from "../../test/support/mariadb.ts";
import { openRtspServer, type RtspServer } from "../../test/support/rtsp-server.ts";
import { openTempFolder } from "../../test/support/temp-folder.ts";

export interface SoakSite extends AsyncDisposable {
  daemon: Daemon;
  /** Stands still at first: the pages come before the first event. */
  rtsp: RtspServer;
  line: ChaosProxy;
  /** The centre, not behind the line. */
  centralUrl: string;
}

/** As most cameras' second streams. */
const SUB_STREAM = { width: 640, height: 360, framesPerSecond: 5 } as const;
const FOOTAGE_SECONDS = 20;
/** Cameras that see the same do so at the same moment; more films take longer to paint. */
const FILMS = 4;
const MOVERS_A_FILM = 2;
const SECONDS_PER_ANSWER = 0.2;

export async function openSite(options: { cameras: number; seed: number }): Promise<SoakSite> {
  await using opened = new AsyncDisposableStack();
  const ids = Array.from({ length: options.cameras }, (_, at) => `camera-${at + 1}`);
  const folder = opened.use(await openTempFolder()).path;
  const films: string[] = [];
  for (let film = 0; film < Math.min(FILMS, ids.length); film += 1) {
    const drawn = {
      folder,
      name: `film-${film}`,
      seconds: FOOTAGE_SECONDS,
      seed: options.seed + film,
    };
    films.push((await makeFootage({ ...SUB_STREAM, ...drawn, movers: MOVERS_A_FILM })).file);
  }
  const mounts = Object.fromEntries(ids.map((id, at) => [id, films[at % films.length] ?? ""]));
  const rtsp = opened.use(await openRtspServer({ mounts }));
  rtsp.pause();

  const database = opened.use(await openMariaDb());
  await migrate(database.url());
  const line = opened.use(await openChaosProxy(database.port));
  const ollama = opened.use(await openFakeOllama({ secondsPerAnswer: SECONDS_PER_ANSWER }));
  const daemon = opened.use(
    await openDaemon({
      config: {
        site: { id: "soak" },
        cameras: ids.map((id) => ({ id, url: rtsp.url(id) })),
        ollama: { url: ollama.url },
        central: { schedule: "*/10 * * * * *" },
      },
      environment: { DATABASE_URL: `mysql://root@127.0.0.1:${line.port}/centre` },
    }),
  );
  const resources = opened.move();
  return {
    ...{ daemon, rtsp, line, centralUrl: database.url() },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
