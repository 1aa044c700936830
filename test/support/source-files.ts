import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

export interface SourceFile {
  /** Relative to src, with forward slashes. */
  path: string;
  text: string;
  /** Of our own files, relative to src. */
  imports: string[];
  /** Package and node: names. */
  packages: string[];
}

/** Every TypeScript file of the product, with what it imports. */
export function readSourceFiles(root: string): SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => toSourceFile(root, path));
}

export function toSourceFile(
  root: string,
  path: string,
  text = readFileSync(join(root, path), "utf8"),
): SourceFile {
  const wanted = [
    ...text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^;]*?\bfrom\s+["']([^"']+)["']/g),
    ...text.matchAll(/\bimport\(\s*["']([^"']+)["']/g),
    ...text.matchAll(/(?:^|\n)\s*import\s+["']([^"']+)["']/g),
  ].map((match) => match[1] ?? "");
  const own = wanted.filter((name) => name.startsWith("."));
  return {
    path,
    text,
    imports: own.map((name) => relative(root, resolve(root, dirname(path), name))),
    packages: wanted.filter((name) => !name.startsWith(".")),
  };
}
