/**
 * The ways in which ffmpeg may decode on this box, and what each needs before it is worth a try: a
 * name that ffmpeg lists says that it was compiled in, not that the hardware is there.
 */
import type { Codec } from "./access-units.ts";
import { toLumaFilter } from "./decoder.ts";

export type CandidateName =
  | "nvv4l2dec"
  | "nvmpi"
  | "cuda"
  | "vaapi"
  | "qsv"
  | "v4l2m2m"
  | "software";

export interface Candidate {
  name: CandidateName;
  inputOptions: readonly string[];
  /** Scales where the picture is, as far as the device can, and ends in small grey pictures. */
  filter: string;
}

export interface Surroundings {
  /** As `ffmpeg -decoders` and `ffmpeg -hwaccels` list them. */
  decoders: ReadonlySet<string>;
  accelerators: ReadonlySet<string>;
  /** Paths below /dev. */
  devices: readonly string[];
}

interface Size {
  width: number;
  height: number;
}

/** Only what has both its decoder and its device here, the maker's own first, software last. */
export function findCandidates(codec: Codec, size: Size, around: Surroundings): Candidate[] {
  const word = codec === "h264" ? "h264" : "hevc";
  const grey = toLumaFilter({ ...size, framesPerSecond: 1 });
  const card = around.devices.some((path) => /^\/dev\/nvidia\d+$/.test(path));
  const render = around.devices.find((path) => /^\/dev\/dri\/renderD\d+$/.test(path));
  const hasVideo = around.devices.some((path) => /^\/dev\/video\d+$/.test(path));

  const named = (name: CandidateName): Candidate[] => {
    const decoder = `${word}_${name}`;
    if (!around.decoders.has(decoder)) return [];
    return [{ name, inputOptions: ["-c:v", decoder], filter: grey }];
  };
  const onDevice = (name: CandidateName, options: string[]): Candidate[] => {
    if (!around.accelerators.has(name)) return [];
    const scale = `scale_${name}=w=${size.width}:h=${size.height}:format=nv12`;
    const inputOptions = ["-hwaccel", name, ...options, "-hwaccel_output_format", name];
    return [{ name, inputOptions, filter: `${scale},hwdownload,format=nv12,format=gray` }];
  };
  return [
    // NVIDIA's own two are in no ffmpeg but NVIDIA's and the patched one: the name says enough.
    ...named("nvv4l2dec"),
    ...named("nvmpi"),
    ...(card ? onDevice("cuda", []) : []),
    ...(render ? onDevice("vaapi", ["-hwaccel_device", render]) : []),
    ...(render && around.decoders.has(`${word}_qsv`)
      ? onDevice("qsv", ["-qsv_device", render, "-c:v", `${word}_qsv`])
      : []),
    ...(hasVideo ? named("v4l2m2m") : []),
    { name: "software", inputOptions: [], filter: grey },
  ];
}
