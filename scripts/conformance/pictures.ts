/** Pictures: which are taken, what they cost, and how a server refuses what is none. */
import assert from "node:assert/strict";

import sharp from "sharp";

import { type Check, isRefused, options, type Server, toRefused, toWhole } from "./check.ts";

async function draw(format: "jpeg" | "png", sidePx = 336, background = "navy"): Promise<string> {
  const create = { width: sidePx, height: sidePx, channels: 3, background } as const;
  return (await sharp({ create }).toFormat(format).toBuffer()).toString("base64");
}

function ask({ chat }: Server, images: readonly string[]): Promise<Response> {
  return chat({ messages: [{ role: "user", content: "What is it?", images }], stream: false });
}

async function countTokens(server: Server, images: readonly string[]): Promise<number> {
  return (await toWhole(await ask(server, images))).prompt_eval_count ?? 0;
}

export const pictures: readonly Check[] = [
  ...(["jpeg", "png"] as const).map(
    (format): Check => ({
      name: `a ${format} is looked at`,
      needs: "vision",
      async run(server) {
        assert.ok((await toWhole(await ask(server, [await draw(format)]))).done);
      },
    }),
  ),
  {
    name: "a picture costs tokens, and their count says so",
    needs: "vision",
    async run(server) {
      const withoutPicture = await countTokens(server, []);
      assert.ok((await countTokens(server, [await draw("jpeg")])) >= withoutPicture + 64);
    },
  },
  {
    name: "pictures of one size cost the same",
    needs: "vision",
    async run(server) {
      const dark = await countTokens(server, [await draw("jpeg")]);
      assert.equal(await countTokens(server, [await draw("jpeg", 336, "orange")]), dark);
    },
  },
  {
    name: "generate takes pictures beside its prompt",
    needs: "vision",
    async run({ post, model }) {
      const images = [await draw("jpeg")];
      const body = { model, prompt: "What is it?", images, options, stream: false };
      assert.ok((await toWhole(await post("/api/generate", body))).done);
    },
  },
  {
    name: "a data: address is no base64",
    run: async (server) =>
      isRefused(await ask(server, ["data:image/jpeg;base64,AAAA"]), [400], /illegal base64 data/),
  },
  {
    name: "the alphabet for addresses is no base64",
    run: async (server) => isRefused(await ask(server, ["AA-_"]), [400], /illegal base64 data/),
  },
  {
    name: "bytes that are no picture are refused, and the server goes on",
    needs: "vision",
    async run(server) {
      const { status } = await toRefused(await ask(server, ["aGVsbG8="]));
      assert.ok(status === 400 || status === 500, `status ${status}`);
      assert.ok((await toWhole(await ask(server, [await draw("jpeg")]))).done);
    },
  },
];
