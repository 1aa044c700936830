/** A picture in a frame of fixed shape, with boxes drawn where motion was. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { MotionEvent } from "../api/contract.ts";
import { usePage } from "./page.ts";
import { useVisible } from "./visibility.ts";

type PictureState =
  | { type: "waiting" }
  | { type: "missing" }
  | { type: "failed" }
  | { type: "loaded"; url: string };

export function Snapshot(props: { event: MotionEvent; label: string }) {
  const { snapshot_url, timestamp, boxes } = props.event;
  return <Still path={snapshot_url} takenAt={timestamp} boxes={boxes} label={props.label} />;
}

/** Fetched when it comes into view; the frame keeps its place meanwhile, so nothing jumps. */
export function Still(props: {
  /** Null where none was kept. */
  path: string | null;
  takenAt: string;
  boxes: MotionEvent["boxes"];
  label: string;
}) {
  const { pictures, strings } = usePage();
  const frame = useRef<HTMLDivElement>(null);
  const isVisible = useVisible(frame);
  const [state, setState] = useState<PictureState>({ type: "waiting" });
  const { path, takenAt } = props;

  useEffect(() => {
    if (!isVisible) return;
    if (path === null) {
      setState({ type: "missing" });
      return;
    }
    let isCurrent = true;
    const show = (next: PictureState) => {
      if (isCurrent) setState(next);
    };
    // A better picture of the same event has the same path and another time.
    pictures.load(path, takenAt).then(
      (url) => show({ type: "loaded", url }),
      () => show({ type: "failed" }),
    );
    return () => {
      isCurrent = false;
    };
  }, [isVisible, path, takenAt, pictures]);

  return (
    <div class="picture" ref={frame}>
      {state.type === "waiting" && <span class="picture-waits" aria-hidden="true" />}
      {state.type === "missing" && <span class="picture-word">{strings.pictureMissing}</span>}
      {state.type === "failed" && <span class="picture-word">{strings.pictureFailed}</span>}
      {state.type === "loaded" && (
        <BoxedImage url={state.url} label={props.label} boxes={props.boxes} />
      )}
    </div>
  );
}

export function BoxedImage(props: { url: string; label: string; boxes: MotionEvent["boxes"] }) {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  return (
    <>
      <img
        src={props.url}
        alt={props.label}
        decoding="async"
        onLoad={(event) =>
          setSize({
            width: event.currentTarget.naturalWidth,
            height: event.currentTarget.naturalHeight,
          })
        }
      />
      {size && (
        // Fitted into the frame by the same rule as the image, so that the boxes lie where they belong.
        <svg class="boxes" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
          {props.boxes.map(([x, y, width, height]) => (
            <rect
              key={`${x} ${y} ${width} ${height}`}
              x={x * size.width}
              y={y * size.height}
              width={width * size.width}
              height={height * size.height}
              rx={size.width / 200}
            />
          ))}
        </svg>
      )}
    </>
  );
}
