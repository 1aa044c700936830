/** Scores over time against the threshold. Drawn in a box of 600 by 120 that is stretched to its place. */
const WIDTH = 600;
const HEIGHT = 120;

export interface PlotPoint {
  atMs: number;
  score: number;
  isEvent: boolean;
}

export function LevelPlot(props: {
  label: string;
  points: readonly PlotPoint[];
  fromMs: number;
  toMs: number;
  threshold: number;
  /** The one that is told of; null for none. */
  chosen?: number | null;
  onChoose?(index: number): void;
}) {
  const { points, fromMs, toMs, threshold, chosen } = props;
  const spanMs = Math.max(1, toMs - fromMs);
  const toX = (atMs: number) => ((atMs - fromMs) / spanMs) * WIDTH;
  const toY = (score: number) => HEIGHT - score * HEIGHT;
  const marked = chosen === null || chosen === undefined ? undefined : points[chosen];
  const barWidth = Math.max(1.5, WIDTH / Math.max(120, points.length));

  return (
    <svg
      class="plot"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={props.label}
      onPointerDown={(event) => {
        const { left, width } = event.currentTarget.getBoundingClientRect();
        const atMs = fromMs + ((event.clientX - left) / width) * spanMs;
        props.onChoose?.(findNearest(points, atMs));
      }}
    >
      {points.map(({ atMs, score, isEvent }) => (
        <rect
          key={atMs}
          class={isEvent ? "bar is-event" : "bar"}
          x={toX(atMs) - barWidth / 2}
          y={toY(Math.max(score, 0.01))}
          width={barWidth}
          height={Math.max(score, 0.01) * HEIGHT}
        />
      ))}
      {marked && (
        <line class="chosen" x1={toX(marked.atMs)} x2={toX(marked.atMs)} y1={0} y2={HEIGHT} />
      )}
      <line class="threshold" x1={0} x2={WIDTH} y1={toY(threshold)} y2={toY(threshold)} />
    </svg>
  );
}

function findNearest(points: readonly PlotPoint[], atMs: number): number {
  let nearest = 0;
  for (const [index, point] of points.entries()) {
    const best = points[nearest];
    if (best && Math.abs(point.atMs - atMs) < Math.abs(best.atMs - atMs)) nearest = index;
  }
  return nearest;
}
