/** Questions and answers: streams, fields, forms, limits, refusals. */
import assert from "node:assert/strict";

import { type Check, isRefused, options, type Server, toLines, toWhole } from "./check.ts";

const missing = "nobody-has-this-model";
const isMissing = /model .nobody-has-this-model(?::latest)?. not found/;

const form = {
  type: "object",
  properties: { colour: { type: "string", enum: ["red", "blue"] }, sure: { type: "boolean" } },
  required: ["colour", "sure"],
};

async function askInForm({ chat }: Server, format: unknown) {
  const whole = await toWhole(
    await chat({ format, stream: false, options: { ...options, num_predict: 200 } }),
  );
  return JSON.parse(whole.message?.content ?? "");
}

const streams: readonly Check[] = [
  {
    name: "an answer streams unless told otherwise, as NDJSON in chunks",
    async run({ chat }) {
      const response = await chat();
      assert.equal(response.headers.get("content-type"), "application/x-ndjson");
      assert.equal(response.headers.get("transfer-encoding"), "chunked");
      await toLines(response);
    },
  },
  {
    name: "done is true on the last line alone",
    async run({ chat }) {
      const lines = await toLines(await chat());
      assert.deepEqual(
        lines.map(({ done }) => done),
        [...lines.slice(1).map(() => false), true],
      );
    },
  },
  {
    name: "only the last line has counts and durations, in whole nanoseconds",
    async run({ chat }) {
      const lines = await toLines(await chat());
      const last = lines.at(-1);
      for (const each of lines.slice(0, -1)) assert.equal(each.total_duration, undefined);
      assert.ok((last?.eval_count ?? 0) > 0 && (last?.prompt_eval_count ?? 0) > 0);
      assert.ok((last?.total_duration ?? 0) >= (last?.eval_duration ?? 0));
    },
  },
  {
    name: "every line names the model and the assistant",
    async run({ chat, model }) {
      for (const each of await toLines(await chat())) {
        assert.equal(each.model, model);
        assert.equal(each.message?.role, "assistant");
      }
    },
  },
  {
    name: "the times are UTC",
    async run({ chat }) {
      for (const each of await toLines(await chat())) assert.match(each.created_at, /Z$/);
    },
  },
  {
    name: "without a stream the whole is one object that is done",
    needs: "no thinking",
    async run({ chat }) {
      const response = await chat({ stream: false });
      assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
      const whole = await toWhole(response);
      assert.ok(whole.done && whole.message?.content);
    },
  },
  {
    name: "num_predict cuts the answer: done_reason is length",
    async run({ chat }) {
      const whole = await toWhole(
        await chat({ stream: false, options: { ...options, num_predict: 2 } }),
      );
      assert.equal(whole.done_reason, "length");
      assert.ok((whole.eval_count ?? 0) <= 2);
    },
  },
  {
    name: "an unknown option is ignored",
    async run({ chat }) {
      await toWhole(await chat({ stream: false, options: { ...options, no_such_option: 1 } }));
    },
  },
  {
    name: "a system message and an earlier turn are taken",
    async run({ chat }) {
      const messages = [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hello." },
        { role: "assistant", content: "Hello!" },
        { role: "user", content: "Name a colour." },
      ];
      assert.ok((await toWhole(await chat({ messages, stream: false }))).message);
    },
  },
  {
    name: "generate answers in `response` and gives a context back",
    needs: "no thinking",
    async run({ post, model }) {
      const body = { model, prompt: "Name a colour.", options, stream: false };
      const whole = await toWhole(await post("/api/generate", body));
      assert.ok(whole.response);
      assert.equal(whole.message, undefined);
      assert.ok(whole.context);
    },
  },
  {
    name: "generate streams too, and its context is on the last line",
    async run({ post, model }) {
      const lines = await toLines(
        await post("/api/generate", { model, prompt: "Hello.", options }),
      );
      assert.deepEqual(
        lines.map(({ context }) => context !== undefined),
        lines.map(({ done }) => done),
      );
    },
  },
  {
    name: "two at once are both answered",
    async run({ chat }) {
      const both = await Promise.all([chat({ stream: false }), chat({ stream: false })]);
      for (const response of both) assert.ok((await toWhole(response)).done);
    },
  },
  {
    name: "after a client that left the next one is answered",
    async run({ chat, get, model }) {
      const leave = new AbortController();
      const messages = [{ role: "user", content: "Count to a thousand." }];
      const body = JSON.stringify({ model, messages, options });
      const left = await get("/api/chat", { method: "POST", body, signal: leave.signal });
      leave.abort();
      await left.body?.cancel().catch(() => {});
      assert.ok((await toWhole(await chat({ stream: false }))).done);
    },
  },
];

const forms: readonly Check[] = [
  {
    name: "format json gives an object",
    needs: "no thinking",
    async run(server) {
      assert.equal(typeof (await askInForm(server, "json")), "object");
    },
  },
  {
    name: "a schema is kept: fields, types and choices",
    since: [0, 5, 0],
    needs: "no thinking",
    async run(server) {
      const answer = await askInForm(server, form);
      assert.deepEqual(Object.keys(answer).toSorted(), ["colour", "sure"]);
      assert.ok(["red", "blue"].includes(answer.colour));
      assert.equal(typeof answer.sure, "boolean");
    },
  },
  {
    name: "a format that is none is refused",
    run: ({ chat }) =>
      chat({ format: "xml" }).then((it) => isRefused(it, [400, 500], /invalid format/)),
  },
  {
    name: "probabilities come when asked for, at most as many alternatives as asked",
    since: [0, 12, 11],
    async run({ chat }) {
      const [first] = await toLines(await chat({ logprobs: true, top_logprobs: 2 }));
      const [token] = first?.logprobs ?? [];
      assert.ok(token && token.logprob <= 0);
      assert.ok((token["top_logprobs"] as unknown[]).length <= 2);
    },
  },
  {
    name: "probabilities do not come unasked",
    async run({ chat }) {
      for (const each of await toLines(await chat())) assert.equal(each.logprobs, undefined);
    },
  },
];

const refusals: readonly Check[] = [
  ...["/api/chat", "/api/generate"].flatMap((path): Check[] => [
    {
      name: `${path} of a missing model is 404`,
      run: ({ post }) =>
        post(path, {
          model: missing,
          prompt: "?",
          messages: [{ role: "user", content: "?" }],
        }).then((it) => isRefused(it, [404], isMissing)),
    },
    {
      name: `${path} without a body is 400`,
      run: ({ post }) => post(path, "").then((it) => isRefused(it, [400], /missing request body/)),
    },
    {
      name: `${path} with a body that is no JSON is 400`,
      run: ({ post }) =>
        post(path, "hello").then((it) => isRefused(it, [400], /invalid character/)),
    },
    {
      name: `${path} with a model that is a number is 400`,
      run: ({ post }) =>
        post(path, { model: 7 }).then((it) => isRefused(it, [400], /cannot unmarshal/)),
    },
  ]),
  {
    name: "a keep-alive that is no duration is 400",
    run: ({ chat }) =>
      chat({ keep_alive: "soon" }).then((it) => isRefused(it, [400], /invalid duration/)),
  },
  {
    name: "more than 20 alternatives are 400",
    since: [0, 12, 11],
    run: ({ chat }) =>
      chat({ logprobs: true, top_logprobs: 21 }).then((it) => isRefused(it, [400], /top_logprobs/)),
  },
  {
    name: "thinking that a model cannot is 400",
    since: [0, 9, 0],
    needs: "no thinking",
    run: ({ chat }) =>
      chat({ think: true }).then((it) => isRefused(it, [400], /does not support thinking/)),
  },
];

export const asking = { streams, forms, refusals };
