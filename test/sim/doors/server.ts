/** api/server.ts as the assembly sees it: nobody listens, the world calls the app itself. */
import type { App } from "../../../src/api/app.ts";
import { theWorld } from "../world.ts";

interface Feed {
  handleUpgrade(request: object, socket: object, head: Buffer): void;
}

export async function openServer({ app, feed }: { app: App; feed: Feed }) {
  const world = theWorld();
  const box = {
    app,
    connect: (request: object, socket: object) =>
      feed.handleUpgrade(request, socket, Buffer.alloc(0)),
  };
  world.box = box;
  return {
    address: { host: "box", port: 1 },
    async [Symbol.asyncDispose]() {
      if (world.box === box) world.box = null;
    },
  };
}
