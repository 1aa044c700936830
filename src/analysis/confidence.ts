/**
 * In: the tokens of an answer with their probabilities. Out: how sure the model was of its verdicts.
 * A number the model writes about itself would be invented text; what it weighed against the word
 * it chose is not. Only the closed fields are looked at, and only alternatives that were allowed.
 */
import { answerSchema } from "./prompt.ts";
import type { TokenLogprob } from "./vision-model.ts";

const digits = Array.from({ length: 10 }, (_, digit) => String(digit));

/** What a verdict may begin with, by field. */
const verdicts: Readonly<Record<string, readonly string[]>> = {
  people: digits,
  vehicles: digits,
  concern: answerSchema.properties.concern.enum.map(String),
  activity: answerSchema.properties.activity.enum,
};

/** The geometric mean over the verdicts, 0..1; null when not every verdict can be found. */
export function toConfidence(logprobs: readonly TokenLogprob[] | null): number | null {
  if (!logprobs) return null;
  const text = logprobs.map(({ token }) => token).join("");
  let logSum = 0;
  for (const [field, allowed] of Object.entries(verdicts)) {
    const start = text.match(new RegExp(`"${field}"\\s*:\\s*"?`));
    if (start?.index === undefined) return null;
    const share = toShare(logprobs, start.index + start[0].length, allowed);
    if (share === null) return null;
    logSum += Math.log(share);
  }
  return Math.exp(logSum / Object.keys(verdicts).length);
}

/** The chosen token's part of the probability of all that were allowed in its place. */
function toShare(
  logprobs: readonly TokenLogprob[],
  valueAt: number,
  allowed: readonly string[],
): number | null {
  const found = findToken(logprobs, valueAt);
  if (!found) return null;
  const { chosen, lead } = found;
  const rivals = chosen.alternatives
    .filter(({ token }) => token !== chosen.token && isAllowed(token, lead, allowed))
    .map(({ logprob }) => Math.exp(logprob));
  const own = Math.exp(chosen.logprob);
  const all = rivals.reduce((sum, rival) => sum + rival, own);
  return Number.isFinite(all) && own > 0 ? own / all : null;
}

/** The token that holds the value's first character, and how many characters stand before it. */
function findToken(
  logprobs: readonly TokenLogprob[],
  valueAt: number,
): { chosen: TokenLogprob; lead: number } | null {
  let at = 0;
  for (const chosen of logprobs) {
    const end = at + chosen.token.length;
    if (end > valueAt) return { chosen, lead: valueAt - at };
    at = end;
  }
  return null;
}

function isAllowed(token: string, lead: number, allowed: readonly string[]): boolean {
  const value = token.slice(lead).replace(/["\s,}].*$/s, "");
  return value !== "" && allowed.some((choice) => choice.startsWith(value));
}
