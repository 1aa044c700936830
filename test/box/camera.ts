/** A camera for the boxes, until its process is ended: prints its address, then plays a yard. */
import { makeFootage } from "../support/footage.ts";
import { openRtspServer } from "../support/rtsp-server.ts";
import { openTempFolder } from "../support/temp-folder.ts";

await using folder = await openTempFolder();
const { file } = await makeFootage({ folder: folder.path, seconds: 20 });
await using rtsp = await openRtspServer({ mounts: { yard: file } });
console.log(rtsp.url("yard"));
const ended = Promise.withResolvers<void>();
process.once("SIGTERM", () => ended.resolve());
await ended.promise;
