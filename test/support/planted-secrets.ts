import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** By what each is for. */
export type Secrets = Readonly<Record<string, string>>;

/** Of whoever sets up a box in a test. */
export const INSTALLER_PASSWORD = "correct horse battery";

/** Shorter ones stand in a journal by chance. */
const CHARACTERS_MIN = 8;

/** What a box was told through variables and by whoever set it up, and has to keep to itself. */
export function toGivenSecrets(environment: Readonly<Record<string, string>>): Secrets {
  const given = Object.entries(environment).flatMap(([name, value]): [string, string][] => {
    if (/SECRET|PASSWORD/.test(name)) return [[name, value]];
    return name === "DATABASE_URL" ? [[name, decodeURIComponent(new URL(value).password)]] : [];
  });
  const all: [string, string][] = [...given, ["the installer's password", INSTALLER_PASSWORD]];
  return Object.fromEntries(all.filter(([, secret]) => secret.length >= CHARACTERS_MIN));
}

/** Long, and with letters that addresses and journals must escape: so that every spelling differs. */
export function plantSecret(name: string): string {
  return `planted-${name}/4711@${crypto.randomUUID()}`;
}

/** Where which secret stands, in any spelling in which someone could still read it. */
export function findSecrets(
  secrets: Secrets,
  places: Iterable<readonly [string, string]>,
): string[] {
  const spellings = Object.entries(secrets).flatMap(([name, secret]) =>
    toSpellings(secret).map((spelling) => [name, spelling] as const),
  );
  return [...places].flatMap(([place, text]) =>
    spellings
      .filter(([, spelling]) => text.includes(spelling))
      .map(
        ([name, spelling]) => `${name} in ${place} as ${spelling}: ${toExcerpt(text, spelling)}`,
      ),
  );
}

/** What other users of the machine may see of processes, and what the processes were given. */
export async function readProcesses(
  pids: readonly number[],
  files: readonly ("cmdline" | "environ")[],
): Promise<[string, string][]> {
  const places = pids.flatMap((pid) => files.map((file) => `/proc/${pid}/${file}`));
  return readAll(places);
}

export async function readFolder(folder: string): Promise<[string, string][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return readAll(files.map(({ parentPath, name }) => join(parentPath, name)));
}

/** A process that ended, or a file that was removed, tells nothing any more. */
async function readAll(paths: readonly string[]): Promise<[string, string][]> {
  return Promise.all(
    paths.map(async (path): Promise<[string, string]> => {
      const text = await readFile(path, "latin1").catch(() => "");
      return [path, text];
    }),
  );
}

function toSpellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // In the middle of a longer text, base64 has one of three phases; the ends depend on the neighbours.
  const base64 = [0, 1, 2].map((phase) =>
    Buffer.concat([Buffer.alloc(phase), bytes])
      .toString("base64")
      .slice(4, -4),
  );
  const escaped = [encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  return [...new Set([secret, ...escaped, ...base64, bytes.toString("hex")])];
}

function toExcerpt(text: string, spelling: string): string {
  const at = text.indexOf(spelling);
  return text.slice(Math.max(0, at - 80), at + spelling.length + 40);
}
