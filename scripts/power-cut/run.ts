/** A workload is recorded once, and the power cut so many times in the middle of the recording. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";

import { createRandom } from "../../test/support/random.ts";
import { openTempFolder } from "../../test/support/temp-folder.ts";
import { contentOf, type Disk, toDisk, toDiskAfterCut, writeDisk } from "./disk.ts";
import { inspect } from "./inspection.ts";
import { type Deed, ROOT, readRecording, TRACED } from "./recording.ts";

export type Plant = "synchronous" | "pictures";

export interface PowerCutReport {
  seed: number;
  images: number;
  /** At how many different moments. */
  cuts: number;
  /** What the workload did: writes and the like, syncs, and what it told. */
  recorded: { deeds: number; syncs: number; told: number };
  /** Images in which something is missing that was told, or is not as it should be. */
  lost: number;
  corrupt: number;
  /** What was found, one sentence each, with the image's number. */
  found: string[];
  seconds: number;
}

export async function runPowerCuts(options: {
  images: number;
  seed: number;
  /** Of the workload, by its own clock. */
  workloadSeconds: number;
  plant?: Plant | null;
  onImage?(image: number): void;
}): Promise<PowerCutReport> {
  const { images, seed, workloadSeconds, plant = null } = options;
  const startedAt = performance.now();
  await using folder = await openTempFolder();
  const deeds = await record(folder.path, workloadSeconds, plant);
  const pictures = collectPictures(deeds);
  const isWhole = (picture: string, content: Buffer): boolean =>
    pictures.get(picture)?.equals(content) ?? false;
  const random = createRandom(seed);
  const cuts = new Set<number>();
  const report = { lost: 0, corrupt: 0, found: [] as string[] };
  for (let image = 1; image <= images; image += 1) {
    const cut = 1 + Math.floor(random() * deeds.length);
    cuts.add(cut);
    const dataDir = join(folder.path, "image");
    await writeDisk(toDiskAfterCut(deeds, cut, random), dataDir);
    const said = deeds.slice(0, cut).flatMap((deed) => (deed.type === "said" ? [deed.said] : []));
    const { lost, corrupt } = await inspect({ dataDir, said, isWhole });
    if (lost.length > 0) report.lost += 1;
    if (corrupt.length > 0) report.corrupt += 1;
    for (const sentence of [...lost.map((each) => `lost: ${each}`), ...corrupt]) {
      report.found.push(`image ${image}, cut ${cut}: ${sentence}`);
    }
    await rm(dataDir, { recursive: true });
    options.onImage?.(image);
  }
  const count = (type: Deed["type"]) => deeds.filter((deed) => deed.type === type).length;
  return {
    ...{ seed, images, cuts: cuts.size },
    recorded: { deeds: deeds.length, syncs: count("synced"), told: count("said") },
    ...report,
    seconds: Math.round((performance.now() - startedAt) / 1000),
  };
}

const WORKLOAD = join(import.meta.dirname, "workload.ts");
/** Longer than any single write. */
const TEXT_BYTES_MAX = 32 * 1024 * 1024;

async function record(folder: string, seconds: number, plant: Plant | null): Promise<Deed[]> {
  const log = join(folder, "strace.log");
  const dataDir = join(folder, "data");
  const disk: Disk = { folders: new Map([[ROOT, new Map()]]), files: new Map() };
  await writeDisk(disk, dataDir);
  const traced = ["-f", "--seccomp-bpf", "-xx", "-s", String(TEXT_BYTES_MAX), "-o", log];
  const workload = [process.execPath, WORKLOAD, dataDir, String(seconds), plant ?? ""];
  const child = spawn("strace", [...traced, "-e", `trace=${TRACED.join(",")}`, ...workload], {
    stdio: ["ignore", "ignore", "inherit"],
    // What goes into the kernel by other ways than calls cannot be recorded.
    env: { ...process.env, UV_USE_IO_URING: "0" },
  });
  child.once("error", () => {});
  const [code] = await once(child, "close");
  if (code === null || code < 0) {
    throw new Error("strace is missing or may not trace here. Install the package strace.");
  }
  if (code !== 0) throw new Error(`The recorded workload ended with ${code}; see above.`);
  return readRecording(log, dataDir);
}

/** Each picture that was ever written, by its name. */
function collectPictures(deeds: readonly Deed[]): Map<string, Buffer> {
  const disk = toDisk(deeds);
  return new Map(
    deeds.flatMap((deed) =>
      deed.type === "renamed" && deed.to.name.endsWith(".jpg")
        ? [[deed.to.name, contentOf(disk, deed.inode)]]
        : [],
    ),
  );
}
