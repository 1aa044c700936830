/**
 * Over the picture: what moved, and the masks and zones with their corners. By pointer: corners and
 * whole regions are dragged, a new one is drawn across. By keyboard: arrows move the corner that has
 * the focus, Delete takes it away.
 */
import { useEffect, useRef, useState } from "preact/hooks";

import type { MotionLevel } from "../../api/motion-contract.ts";
import { usePage } from "../page.ts";
import { tuningWords } from "../strings/tuning.ts";
import { useWords } from "../words.ts";
import {
  type Corner,
  type Polygon,
  type Region,
  toRectangle,
  withCornerMoved,
  withMoved,
  withoutCorner,
} from "./regions.ts";

const STEP = 0.01;
const FAR_STEP = 0.05;
/** Less across is a slip of the finger, not a drawing. */
const DRAWN_MIN = 0.02;
const WAYS: Readonly<Record<string, Corner>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export interface LayerProps {
  width: number;
  height: number;
  boxes: MotionLevel["boxes"];
  regions: readonly Region[];
  onRegion(region: Region): void;
  /** Whether a region is being drawn across the picture. */
  isDrawing: boolean;
  onDrawn(polygon: Polygon): void;
}

export function RegionLayer(props: LayerProps) {
  const { width, height, regions, boxes, isDrawing } = props;
  const layer = useRef<SVGSVGElement>(null);
  const [drawn, setDrawn] = useState<{ from: Corner; to: Corner } | null>(null);
  // The button that begins a drawing may be far below the picture on which it is drawn.
  useEffect(() => {
    if (isDrawing) layer.current?.scrollIntoView({ block: "center" });
  }, [isDrawing]);
  const toCorner = (event: PointerEvent): Corner => {
    const matrix = layer.current?.getScreenCTM();
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix?.inverse());
    return [Math.min(1, Math.max(0, x / width)), Math.min(1, Math.max(0, y / height))];
  };
  const finish = () => {
    setDrawn(null);
    if (drawn && isLargeEnough(drawn)) props.onDrawn(toRectangle(drawn.from, drawn.to));
  };

  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: the picture below has the name, each corner its own
    <svg
      ref={layer}
      class={`regions ${isDrawing ? "is-drawing" : ""}`}
      viewBox={`0 0 ${width} ${height}`}
      onPointerDown={(event) => {
        if (!isDrawing) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const from = toCorner(event);
        setDrawn({ from, to: from });
      }}
      onPointerMove={(event) => drawn && setDrawn({ ...drawn, to: toCorner(event) })}
      onPointerUp={finish}
    >
      {boxes.map(([x, y, w, h]) => (
        <rect
          key={`${x} ${y} ${w} ${h}`}
          class="moved"
          x={x * width}
          y={y * height}
          width={w * width}
          height={h * height}
        />
      ))}
      {regions.map((region) => (
        <RegionShape
          key={`${region.kind} ${region.index}`}
          {...props}
          region={region}
          toCorner={toCorner}
        />
      ))}
      {drawn && (
        <polygon
          class="region is-new"
          points={toPoints(toRectangle(drawn.from, drawn.to), width, height)}
        />
      )}
    </svg>
  );
}

interface ShapeProps extends LayerProps {
  region: Region;
  toCorner(event: PointerEvent): Corner;
}

function RegionShape(props: ShapeProps) {
  const { region, width, height, toCorner } = props;
  const words = useWords(tuningWords);
  const [held, setHeld] = useState<Corner | null>(null);
  const name = region.name ?? words.mask(region.index + 1);
  return (
    <g class={`region-${region.kind}`}>
      <polygon
        class="region"
        points={toPoints(region.polygon, width, height)}
        onPointerDown={(event) => {
          if (props.isDrawing) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setHeld(toCorner(event));
        }}
        onPointerMove={(event) => {
          if (!held) return;
          const now = toCorner(event);
          setHeld(now);
          props.onRegion(withMoved(region, now[0] - held[0], now[1] - held[1]));
        }}
        onPointerUp={() => setHeld(null)}
      />
      {region.polygon.map((corner, index) => (
        <Handle key={index} {...props} corner={corner} index={index} name={name} />
      ))}
    </g>
  );
}

function Handle(props: ShapeProps & { corner: Corner; index: number; name: string }) {
  const { strings } = usePage();
  const words = useWords(tuningWords);
  const { region, index, width, height, onRegion } = props;
  const [x, y] = props.corner;
  const [isHeld, setHeld] = useState(false);
  const follow = (event: KeyboardEvent) => {
    const way = WAYS[event.key];
    const step = event.shiftKey ? FAR_STEP : STEP;
    if (way) onRegion(withCornerMoved(region, index, [x + way[0] * step, y + way[1] * step]));
    else if (event.key === "Delete") onRegion(withoutCorner(region, index));
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing has no <button>
    <g
      class="corner"
      tabindex={props.isDrawing ? -1 : 0}
      role="button"
      aria-label={words.corner(index + 1, props.name, strings.percent(x), strings.percent(y))}
      onKeyDown={follow}
      onDblClick={() => onRegion(withoutCorner(region, index))}
      onPointerDown={(event) => {
        if (props.isDrawing) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setHeld(true);
      }}
      onPointerMove={(event) =>
        isHeld && onRegion(withCornerMoved(region, index, props.toCorner(event)))
      }
      onPointerUp={() => setHeld(false)}
    >
      <circle class="reach" cx={x * width} cy={y * height} r={width / 28} />
      <circle class="knob" cx={x * width} cy={y * height} r={width / 90} />
    </g>
  );
}

function isLargeEnough({ from, to }: { from: Corner; to: Corner }): boolean {
  return Math.abs(to[0] - from[0]) >= DRAWN_MIN && Math.abs(to[1] - from[1]) >= DRAWN_MIN;
}

function toPoints(polygon: Polygon, width: number, height: number): string {
  return polygon.map(([x, y]) => `${x * width},${y * height}`).join(" ");
}
