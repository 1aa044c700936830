/** Masks and zones by name, beside the picture on which they are drawn. */
import type { MotionSettings } from "../../api/motion-contract.ts";
import { tuningWords } from "../strings/tuning.ts";
import { useWords } from "../words.ts";
import {
  type Region,
  toRectangle,
  toRegions,
  withCornerAdded,
  withNewRegion,
  withoutRegion,
  withRegion,
} from "./regions.ts";

const MIDDLE = toRectangle([0.35, 0.35], [0.65, 0.65]);

export function RegionList(props: {
  draft: MotionSettings;
  onDraft(draft: MotionSettings): void;
  drawing: Region["kind"] | null;
  onDrawing(kind: Region["kind"] | null): void;
}) {
  const words = useWords(tuningWords);
  const { draft, onDraft, drawing } = props;
  const regions = toRegions(draft);
  const begin = (kind: Region["kind"]) => {
    if (drawing === kind) onDraft(withNewRegion(draft, kind, MIDDLE, words.zone));
    props.onDrawing(drawing === kind ? null : kind);
  };
  return (
    <>
      <p class="actions">
        <button type="button" class="button" onClick={() => begin("mask")}>
          {drawing === "mask" ? words.placeInMiddle : words.addMask}
        </button>
        <button type="button" class="button" onClick={() => begin("zone")}>
          {drawing === "zone" ? words.placeInMiddle : words.addZone}
        </button>
      </p>
      <p class="field-hint" role="status">
        {drawing !== null && words.drawing}
      </p>
      {regions.length === 0 && <p class="quiet-text">{words.noRegions}</p>}
      <ul class="region-list">
        {regions.map((region) => (
          <RegionRow
            key={`${region.kind} ${region.index}`}
            region={region}
            onRegion={(changed) => onDraft(withRegion(draft, changed))}
            onRemove={() => onDraft(withoutRegion(draft, region))}
          />
        ))}
      </ul>
      {regions.length > 0 && <p class="field-hint">{words.cornerHint}</p>}
    </>
  );
}

function RegionRow(props: { region: Region; onRegion(region: Region): void; onRemove(): void }) {
  const words = useWords(tuningWords);
  const { region, onRegion } = props;
  const name = region.name ?? words.mask(region.index + 1);
  return (
    <li class={`region-row of-${region.kind}`}>
      {region.name === null ? (
        <span class="region-name">{name}</span>
      ) : (
        <input
          class="region-name"
          aria-label={words.zoneName}
          value={region.name}
          maxLength={64}
          onInput={({ currentTarget }) => onRegion({ ...region, name: currentTarget.value })}
        />
      )}
      <button
        type="button"
        class="button quiet"
        aria-label={`${words.addCorner}: ${name}`}
        onClick={() => onRegion(withCornerAdded(region))}
      >
        {words.addCorner}
      </button>
      <button
        type="button"
        class="button quiet"
        aria-label={`${words.removeRegion}: ${name}`}
        onClick={props.onRemove}
      >
        {words.removeRegion}
      </button>
    </li>
  );
}
