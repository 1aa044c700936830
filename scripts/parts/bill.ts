/**
 * The list of parts of a bundle, in CycloneDX: what npm put into it, and what was built into the page.
 * npm's own list leaves out packages that something else needs for development, too, and names those of
 * other systems.
 */

export interface LockedPackage {
  version: string;
  license?: string;
  /** `sha512-` and base64. */
  integrity?: string;
}

export interface Bill {
  bomFormat: "CycloneDX";
  specVersion: "1.5";
  version: 1;
  metadata: { timestamp: string; component: Component };
  components: Component[];
}

interface Component {
  type: "application" | "library";
  name: string;
  version: string;
  purl: string;
  "bom-ref": string;
  licenses?: [{ license: { name: string } }];
  hashes?: [{ alg: "SHA-512"; content: string }];
}

/** Libraries of which the built page consists; they are no packages on the box. */
export const PAGE_PARTS = ["@preact/signals", "@preact/signals-core", "preact", "swagger-ui-dist"];

export function toBill(given: {
  name: string;
  version: string;
  license: string;
  /** Epoch seconds: of the commit, so that the same commit gives the same bytes. */
  time: number;
  /** Path in the folder, as lock files have it, and package. */
  installed: Readonly<Record<string, LockedPackage>>;
  /** Of the repository: the page's parts with their versions. */
  locked: Readonly<Record<string, LockedPackage>>;
}): Bill {
  const { name, version, license, time, installed, locked } = given;
  const all = [
    ...Object.entries(installed).map(([path, found]) => toComponent(toName(path), found)),
    ...PAGE_PARTS.map((part) => toComponent(part, find(locked, part))),
  ];
  // A package may lie in the folder twice.
  const components = [...new Map(all.map((part) => [part["bom-ref"], part])).values()];
  return {
    ...{ bomFormat: "CycloneDX", specVersion: "1.5", version: 1 },
    metadata: {
      timestamp: new Date(time * 1000).toISOString(),
      component: { ...toComponent(name, { version, license }), type: "application" },
    },
    components: components.toSorted((a, b) => (a.purl < b.purl ? -1 : 1)),
  };
}

function find(locked: Readonly<Record<string, LockedPackage>>, name: string): LockedPackage {
  const found = locked[`node_modules/${name}`];
  if (!found) throw new Error(`package-lock.json has no ${name}, of which the page is built.`);
  return found;
}

function toName(path: string): string {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}

function toComponent(name: string, { version, license, integrity }: LockedPackage): Component {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const content = integrity?.startsWith("sha512-")
    ? Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex")
    : null;
  return {
    ...{ type: "library", name, version, purl, "bom-ref": purl },
    ...(license && { licenses: [{ license: { name: license } }] }),
    ...(content && { hashes: [{ alg: "SHA-512", content }] }),
  };
}
