/** What was seen: one small grey picture of one camera, and how to find its full picture again. */

export interface Frame {
  cameraId: string;
  /** Counts the analysed frames of this camera since the daemon started; gaps are dropped frames. */
  sequence: number;
  /** When the camera's bytes arrived: wall time, epoch milliseconds. For display and storage. */
  capturedAt: number;
  /** The same instant on a clock that never steps back, in milliseconds. For durations. */
  timestampMs: number;
  /** Pixels; the same for every frame of a session. */
  width: number;
  height: number;
  /** Row-major grey levels, `width * height` bytes. Belongs to the receiver. */
  luma: Uint8Array;
  /** True for the first frames after a (re)connect: they teach the background and never count. */
  settling: boolean;
  /** Which compressed picture this was; `Camera.still` finds it while the ring still holds it. */
  unit: number;
}

/** A full picture as decoded: packed RGB, three bytes a pixel, row-major. */
export interface StillPicture {
  width: number;
  height: number;
  rgb: Uint8Array;
}

/** [x, y, width, height], each 0..1 of the picture's width and height. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** Corner points, each 0..1 of width and height. */
export type Polygon = readonly (readonly [x: number, y: number])[];

export type CameraState =
  | "connecting"
  | "online"
  | "stalled"
  | "offline"
  | "auth_failed"
  | "config_error"
  | "ffmpeg_missing"
  | "ffmpeg_crashed"
  | "disabled";

/** How much of a stream is decoded. */
export interface DecodingState {
  /** Adaptive: while nothing moves, only key frames are decoded. */
  mode: "full" | "adaptive";
  now: "watching" | "quiet";
  /** Why it is not what was asked for or what large streams get; one sentence, or null. */
  reason: string | null;
}

export interface CameraStatus {
  cameraId: string;
  state: CameraState;
  /** One plain sentence: what is the matter and what to do; null while all is well. */
  reason: string | null;
  /** Wall time at which this state began. */
  since: number;
  /** What the stream says of itself; null until the first connection. */
  codec: string | null;
  width: number | null;
  height: number | null;
  /** Analysed frames per second over the last seconds; 0 while there are none. */
  framesPerSecond: number;
  /** Wall time of the newest frame; null when there was none yet. */
  lastFrameAt: number | null;
  /** Frames decoded for motion since the daemon started, those dropped included: the newest one's sequence. */
  framesSeen: number;
  /** Frames that a newer one replaced before motion could look at them. */
  framesDropped: number;
  /** Units of the stream that could not be decoded as they were meant. */
  unitsDamaged: number;
  /** Sessions begun since the daemon started. */
  connections: number;
  decoding: DecodingState;
}

export interface Camera {
  readonly id: string;
  /** Frames until the signal aborts, across every reconnect. One consumer. */
  frames(signal: AbortSignal): AsyncIterable<Frame>;
  status(): CameraStatus;
  /** To be told of each frame in which something moved, or may have: what follows is not left out. */
  watchClosely(frame: Pick<Frame, "timestampMs">): void;
  /**
   * The full picture of a frame, decoded from the compressed bytes in memory without another
   * session. Null when the ring no longer holds it.
   */
  still(frame: Frame, options: { signal: AbortSignal }): Promise<StillPicture | null>;
  /** The newest full picture, or null when there is none. */
  latestStill(options: { signal: AbortSignal }): Promise<StillPicture | null>;
}
