/** The second port of a stand-in that runs on its own: its journal, and what shall go wrong. */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

import type { Fault, ScriptEntry } from "./faults.ts";
import { sendJson } from "./reply.ts";
import type { FakeOllama } from "./server.ts";

export interface Control extends AsyncDisposable {
  readonly url: string;
}

type Command = (fake: FakeOllama, body: Record<string, unknown>) => unknown;

const commands: Record<string, Command> = {
  "GET /__ctl/journal": (fake) => fake.journal.entries,
  "DELETE /__ctl/journal": (fake) => fake.journal.clear(),
  "POST /__ctl/fault": (fake, { fault, ...options }) =>
    fake.setFault((fault as Fault | null | undefined) ?? null, options),
  "POST /__ctl/script": (fake, { script }) => fake.playScript(script as ScriptEntry[]),
  "POST /__ctl/pulls": (fake, { held }) => fake.holdPulls(held === true),
  "POST /__ctl/model": (fake, { name, model }) =>
    fake.setModel(String(name), (model as object | undefined) ?? {}),
  "DELETE /__ctl/model": (fake, { name }) => fake.removeModel(String(name)),
  "POST /__ctl/version": (fake, { version }) => fake.setVersion(String(version)),
  "POST /__ctl/wedge": (fake) => fake.wedge(),
  "POST /__ctl/stop": (fake) => fake.stop(),
  "POST /__ctl/start": (fake) => fake.start(),
};

export async function openControl(fake: FakeOllama, options: { port: number }): Promise<Control> {
  const server = createServer(async (request, response) => {
    const command = commands[`${request.method} ${request.url}`];
    if (!command) return sendJson(response, 404, { commands: Object.keys(commands) });
    try {
      const result = await command(fake, await readJson(request));
      sendJson(response, 200, result ?? { ok: true });
    } catch (error) {
      sendJson(response, 400, { error: String(error) });
    }
  });
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}
