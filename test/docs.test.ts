import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { expect, test } from "vitest";

const REPOSITORY = resolve(import.meta.dirname, "..");
const PAGES = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...listPages("docs"),
  ...listPages("docs/adr"),
];

function listPages(folder: string): string[] {
  const names = readdirSync(join(REPOSITORY, folder));
  return names.filter((name) => name.endsWith(".md")).map((name) => join(folder, name));
}

function read(page: string): string {
  return readFileSync(join(REPOSITORY, page), "utf8");
}

test("every link between the pages leads to a file", () => {
  const broken = PAGES.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1] ?? "")
      .filter((target) => !target.startsWith("https://"))
      .filter((target) => !existsSync(join(REPOSITORY, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test("every room of src has its place in the architecture, and no room is invented", () => {
  const rooms = readdirSync(join(REPOSITORY, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const described = [...read("docs/ARCHITECTURE.md").matchAll(/^### (\w+)$/gm)].map(
    (match) => match[1],
  );
  expect(described.toSorted()).toEqual(rooms.toSorted());
});

test("every file that the pages name is there, in the repository or in src", () => {
  const named = PAGES.flatMap((page) =>
    [...read(page).matchAll(/`((?:[\w-]+\/)+[\w.-]+\.(?:ts|service|yaml))`/g)].map((match) => ({
      page,
      path: match[1] ?? "",
    })),
  );
  expect(named.length).toBeGreaterThan(10);
  const folders = [REPOSITORY, join(REPOSITORY, "src")];
  const gone = named.filter(({ path }) => !folders.some((at) => existsSync(join(at, path))));
  expect(gone).toEqual([]);
});

test("every library of package.json has its reason in the dependencies' page", () => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json"));
  const page = read("docs/DEPENDENCIES.md");
  const libraries = Object.keys({ ...dependencies, ...devDependencies });
  const unexplained = libraries
    .filter((name) => !name.startsWith("@types/"))
    .filter((name) => !page.includes(name));
  expect(unexplained).toEqual([]);
});
