/**
 * In: the scores and events of one replayed file. Out: one SVG that stands alone: significance and
 * its threshold over time, the events as bands, and below it the best picture of each.
 * Never: IO — same replay, same drawing.
 */
import type { Box } from "../camera/frame.ts";
import { listMeasures } from "../motion/explanation.ts";
import type { MoverMeasures } from "../motion/significance.ts";

export interface ReplayPlot {
  title: string;
  durationMs: number;
  significanceThreshold: number;
  scores: readonly PlottedScore[];
  /** In the order of their numbers. */
  events: readonly PlottedEvent[];
}

export interface PlottedScore {
  atMs: number;
  significance: number;
}

export interface PlottedEvent {
  startedMs: number;
  endedMs: number;
  peakMs: number;
  significance: number;
  confidence: number;
  boxes: readonly Box[];
  /** Of its largest mover; null when nobody told. */
  measures: MoverMeasures | null;
  /** Null when there is none, or when there are more events than pictures. */
  thumbnail: Thumbnail | null;
}

export interface Thumbnail {
  jpeg: Uint8Array;
  width: number;
  height: number;
}

const WIDTH = 1200;
const MARGIN = 24;
const PLOT = { left: 64, top: 108, width: WIDTH - 64 - MARGIN, height: 220 } as const;
const GRID = { columns: 4, gap: 16, captionHeight: 80 } as const;
const CELL_WIDTH = (WIDTH - 2 * MARGIN - (GRID.columns - 1) * GRID.gap) / GRID.columns;

const STYLE = `
  text { font: 13px "DejaVu Sans", Verdana, sans-serif; fill: #26323b }
  .title { font-size: 18px; font-weight: bold }
  .faint { fill: #5d6b75; font-size: 12px }
  .number { fill: #ffffff; font-size: 11px; font-weight: bold; text-anchor: middle }
  .paper { fill: #ffffff } .frame { fill: #f5f7f8 } .empty { fill: #e3e8eb }
  .grid { stroke: #d9dfe3 } .threshold { stroke: #b3261e; stroke-dasharray: 6 4 }
  .limit { fill: #b3261e; font-size: 12px }
  .band { fill: #f2b84b; fill-opacity: 0.35 } .peak { stroke: #a86400 }
  .badge { fill: #8a5200 } .score { fill: none; stroke: #1f5f8b; stroke-width: 1.5 }
  .under { fill: #1f5f8b; fill-opacity: 0.15 }
  .box { fill: none; stroke: #ffd23f; stroke-width: 2 }
`;

export function toReplayPlot(plot: ReplayPlot): string {
  const shown = plot.events.flatMap((event, index) =>
    event.thumbnail ? [{ event, thumbnail: event.thumbnail, number: index + 1 }] : [],
  );
  const cellHeight = Math.max(0, ...shown.map(({ thumbnail }) => toCellHeight(thumbnail)));
  const gridTop = PLOT.top + PLOT.height + 64;
  const rows = Math.ceil(shown.length / GRID.columns);
  const height = gridTop + rows * (cellHeight + GRID.gap) + MARGIN;
  const cells = shown.map((cell, place) =>
    drawCell(cell, {
      x: MARGIN + (place % GRID.columns) * (CELL_WIDTH + GRID.gap),
      y: gridTop + Math.floor(place / GRID.columns) * (cellHeight + GRID.gap),
    }),
  );
  const size = `width="${WIDTH}" height="${toPx(height)}" viewBox="0 0 ${WIDTH} ${toPx(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size}>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${toPx(height)}"/>`,
    ...drawHeading(plot, shown.length),
    ...drawAxes(plot),
    ...drawBands(plot),
    ...drawScores(plot),
    ...drawThreshold(plot),
    ...cells,
    "</svg>",
    "",
  ].join("\n");
}

function drawHeading({ title, durationMs, events, scores }: ReplayPlot, shown: number): string[] {
  const count = events.length === 1 ? "1 event" : `${events.length} events`;
  const omitted = events.length - shown;
  const without = omitted > 0 ? `; ${omitted} without a picture here` : "";
  const facts = `${count} in ${toSeconds(durationMs)} s, ${scores.length} frames looked at${without}`;
  return [
    drawText(MARGIN, 36, title, "title"),
    drawText(MARGIN, 58, facts),
    drawText(PLOT.left, PLOT.top - 22, "significance over time; bands are events", "faint"),
  ];
}

function drawAxes({ durationMs }: ReplayPlot): string[] {
  const { left, top, width, height } = PLOT;
  const bottom = top + height;
  const levels = [0, 0.25, 0.5, 0.75, 1].flatMap((level) => {
    const y = toPx(toY(level));
    return [
      `<line class="grid" x1="${left}" x2="${left + width}" y1="${y}" y2="${y}"/>`,
      `<text class="faint" x="${left - 8}" y="${y + 4}" text-anchor="end">${level}</text>`,
    ];
  });
  const times = toTicksMs(durationMs).flatMap((atMs) => {
    const x = toPx(toX(atMs, durationMs));
    return [
      `<line class="grid" x1="${x}" x2="${x}" y1="${top}" y2="${bottom + 5}"/>`,
      `<text class="faint" x="${x}" y="${bottom + 20}" text-anchor="middle">${toClock(atMs)}</text>`,
    ];
  });
  const back = `<rect class="frame" x="${left}" y="${top}" width="${width}" height="${height}"/>`;
  return [back, ...levels, ...times];
}

const TICK_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600];
const TICKS_MAX = 12;

function toTicksMs(durationMs: number): number[] {
  const fits = TICK_SECONDS.find((seconds) => durationMs / 1_000 / seconds <= TICKS_MAX);
  const stepMs = (fits ?? Math.ceil(durationMs / 1_000 / TICKS_MAX / 86_400) * 86_400) * 1_000;
  return Array.from({ length: Math.floor(durationMs / stepMs) + 1 }, (_, tick) => tick * stepMs);
}

function drawBands({ events, durationMs }: ReplayPlot): string[] {
  const { top, height } = PLOT;
  return events.flatMap(({ startedMs, endedMs, peakMs }, index) => {
    const from = toPx(toX(startedMs, durationMs));
    // An event of one frame must still be seen.
    const width = Math.max(2, toPx(toX(endedMs, durationMs) - from));
    const peak = toPx(toX(peakMs, durationMs));
    return [
      `<rect class="band" x="${from}" y="${top}" width="${toPx(width)}" height="${height}"/>`,
      `<line class="peak" x1="${peak}" x2="${peak}" y1="${top}" y2="${top + height}"/>`,
      drawBadge(peak, top, index + 1),
    ];
  });
}

const BADGE_RADIUS = 10;

function drawBadge(x: number, y: number, number: number): string {
  const [cx, cy] = [toPx(x), toPx(y)];
  return (
    `<circle class="badge" cx="${cx}" cy="${cy}" r="${BADGE_RADIUS}"/>` +
    `<text class="number" x="${cx}" y="${toPx(cy + 4)}">${number}</text>`
  );
}

/** One point for each pixel of width, its highest: a short motion in a long file stays visible. */
function drawScores({ scores, durationMs }: ReplayPlot): string[] {
  const highest = new Map<number, number>();
  for (const { atMs, significance } of scores) {
    const x = Math.round(toX(atMs, durationMs));
    highest.set(x, Math.max(highest.get(x) ?? 0, significance));
  }
  const points = [...highest].toSorted(([a], [b]) => a - b);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return [];
  const line = points.map(([x, significance]) => `${x},${toPx(toY(significance))}`).join(" ");
  const floor = toY(0);
  return [
    `<polygon class="under" points="${first[0]},${floor} ${line} ${last[0]},${floor}"/>`,
    `<polyline class="score" points="${line}"/>`,
  ];
}

function drawThreshold({ significanceThreshold }: ReplayPlot): string[] {
  const { left, width } = PLOT;
  const right = left + width;
  const y = toPx(toY(significanceThreshold));
  const words = `threshold ${significanceThreshold}`;
  return [
    `<line class="threshold" x1="${left}" x2="${right}" y1="${y}" y2="${y}"/>`,
    `<text class="limit" x="${right - 6}" y="${toPx(y - 6)}" text-anchor="end">${words}</text>`,
  ];
}

function drawCell(
  cell: { event: PlottedEvent; thumbnail: Thumbnail; number: number },
  { x, y }: { x: number; y: number },
): string {
  const { event, thumbnail, number } = cell;
  const height = toPx(toPictureHeight(thumbnail));
  const data = Buffer.from(thumbnail.jpeg).toString("base64");
  const place = `x="${toPx(x)}" y="${toPx(y)}" width="${toPx(CELL_WIDTH)}" height="${height}"`;
  const boxes = event.boxes.map(([left, top, width, tall]) => {
    const at = `x="${toPx(x + left * CELL_WIDTH)}" y="${toPx(y + top * height)}"`;
    return `<rect class="box" ${at} width="${toPx(width * CELL_WIDTH)}" height="${toPx(tall * height)}"/>`;
  });
  const { startedMs, endedMs, peakMs, significance, confidence, measures } = event;
  const when = `${toSeconds(startedMs)} to ${toSeconds(endedMs)} s, picture at ${toSeconds(peakMs)} s`;
  const [size, coherence, ...others] = measures ? listMeasures({ measures }) : [];
  const figures = `significance ${significance.toFixed(2)}, confidence ${confidence.toFixed(2)}`;
  return [
    `<rect class="empty" ${place}/>`,
    `<image ${place} href="data:image/jpeg;base64,${data}"/>`,
    ...boxes,
    // Beneath the picture, where it hides no mover.
    drawBadge(x + BADGE_RADIUS, y + height + 14, number),
    drawText(x + 2 * BADGE_RADIUS + 6, y + height + 18, when),
    drawText(x, y + height + 36, figures, "faint"),
    ...(size ? [drawText(x, y + height + 53, `${size}, ${coherence}`, "faint")] : []),
    ...(size ? [drawText(x, y + height + 70, others.join(", "), "faint")] : []),
  ].join("\n");
}

function toCellHeight(thumbnail: Thumbnail): number {
  return toPictureHeight(thumbnail) + GRID.captionHeight;
}

function toPictureHeight({ width, height }: Thumbnail): number {
  return (CELL_WIDTH * height) / width;
}

function drawText(x: number, y: number, text: string, kind?: string): string {
  const look = kind === undefined ? "" : ` class="${kind}"`;
  return `<text${look} x="${toPx(x)}" y="${toPx(y)}">${escapeXml(text)}</text>`;
}

function toX(atMs: number, durationMs: number): number {
  return PLOT.left + (PLOT.width * atMs) / Math.max(1, durationMs);
}

function toY(significance: number): number {
  return PLOT.top + PLOT.height * (1 - significance);
}

function toPx(length: number): number {
  return Math.round(length * 10) / 10;
}

function toSeconds(durationMs: number): string {
  return (durationMs / 1_000).toFixed(1);
}

/** 0:07, 12:30, 1:02:05. */
function toClock(atMs: number): string {
  const seconds = Math.round(atMs / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const twoDigits = (count: number): string => String(count).padStart(2, "0");
  const end = twoDigits(seconds % 60);
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${end}` : `${minutes}:${end}`;
}

/** A file may name itself anything; what XML cannot hold at all is left out. */
function escapeXml(text: string): string {
  return text
    .replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;");
}
