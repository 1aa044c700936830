/** What an address sends, opened once on demand. */
import { useEffect, useState } from "preact/hooks";

import { ActionButton } from "../action-button.tsx";
import { useAsk } from "../answer.ts";
import { usePage } from "../page.ts";
import { cameraWords } from "../strings/cameras.ts";
import { useWords } from "../words.ts";
import type { CameraProbe } from "./camera-settings.ts";

/** `isHidden`: the address has its login crossed out, so there is nothing to be opened with it. */
export function TestPicture(props: { url: string; isHidden: boolean }) {
  const { strings } = usePage();
  const words = useWords(cameraWords);
  const ask = useAsk();
  const [seen, setSeen] = useState<{ url: string; probe: CameraProbe; picture: string } | null>(
    null,
  );
  useEffect(() => () => void (seen && URL.revokeObjectURL(seen.picture)), [seen]);
  if (props.isHidden) return null;
  const isOfThisAddress = seen?.url === props.url;

  return (
    <div class="trial">
      <ActionButton
        label={words.test}
        waiting={words.testing}
        disabled={props.url === ""}
        work={async () => {
          const { url } = props;
          setSeen(null);
          const probe = await ask<CameraProbe>("/cameras/test", { method: "POST", body: { url } });
          setSeen({ url, probe, picture: URL.createObjectURL(toBlob(probe.picture)) });
        }}
      />
      {seen && isOfThisAddress ? (
        <figure>
          <img src={seen.picture} alt={words.testPicture} />
          <figcaption>
            {words.facts(
              seen.probe.codec,
              seen.probe.width,
              seen.probe.height,
              strings.framesPerSecond(seen.probe.fps),
            )}
          </figcaption>
        </figure>
      ) : (
        <p class="field-hint">{words.testNone}</p>
      )}
    </div>
  );
}

function toBlob(base64: string): Blob {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: "image/jpeg" });
}
