/** A camera as it is set, and a look at an address; the wire's own words, as far as the page needs them. */
export interface CameraSettings {
  id: string;
  name: string;
  /** With stars where a login is. */
  url: string;
  detail_url: string | null;
  enabled: boolean;
  weight: number;
  analysis: { prompt: string | null; language: string };
  provisioned: boolean;
}

export interface CameraProbe {
  codec: string;
  width: number;
  height: number;
  fps: number;
  /** A JPEG, base64. */
  picture: string;
}

/** "Back door" as "back-door". */
export function toCameraId(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64);
}
