/** How much of a camera is decoded, where that is not simply all of it. */
import type { Camera } from "../../api/contract.ts";
import { usePage } from "../page.ts";

export function DecodingNote(props: { camera: Camera }) {
  const { strings } = usePage();
  const { state, decoding } = props.camera;
  if (state !== "online") return null;
  if (decoding.reason !== null)
    return <p class="camera-reason">{strings.ofBox(decoding.reason)}</p>;
  if (decoding.now !== "quiet") return null;
  return (
    <p class="camera-reason" title={strings.quietMeaning}>
      {strings.quiet}
    </p>
  );
}
