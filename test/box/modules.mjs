// node modules.mjs FOLDER: loads each native module of a bundle and has it do its work; a line each.
import { createRequire } from "node:module";

const require = createRequire(`${process.argv[2]}/package.json`);

const works = {
  "better-sqlite3": () => {
    const Database = require("better-sqlite3");
    const rows = new Database(":memory:").prepare("select sqlite_version() as version").all();
    return rows[0].version;
  },
  sharp: async () => {
    const sharp = require("sharp");
    const grey = { create: { width: 64, height: 48, channels: 3, background: "#808080" } };
    const jpeg = await sharp(grey).jpeg().toBuffer();
    const { width, format } = await sharp(jpeg).metadata();
    if (width !== 64 || format !== "jpeg") throw new Error("the picture is another one");
    return `${jpeg.length} bytes of JPEG`;
  },
  argon2: async () => {
    const { hash, verify } = require("argon2");
    const made = await hash("a long password", { memoryCost: 19_456, timeCost: 2 });
    if (!(await verify(made, "a long password"))) throw new Error("its own hash does not fit");
    return made.slice(0, 30);
  },
  koffi: () => {
    const length = require("koffi").load(null).func("size_t strlen(const char *text)");
    if (Number(length("nightjar")) !== 8) throw new Error("strlen says otherwise");
    return "strlen";
  },
};

let failed = 0;
for (const [name, work] of Object.entries(works)) {
  try {
    console.log(`ok ${name}: ${await work()}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok ${name}: ${error.message}`);
  }
}
console.log(`${process.arch}, Node ${process.version}`);
process.exitCode = failed === 0 ? 0 : 1;
