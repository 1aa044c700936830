/** A text in pieces such as a model makes them, each with a made-up but repeatable probability. */
import type { Random } from "./random.ts";

export interface Token {
  text: string;
  logprob: number;
  alternatives: readonly { token: string; logprob: number }[];
}

export function toTokens(text: string, random: Random): Token[] {
  const pieces = text.match(/\s?[\p{L}]+|\d|\s{1,3}|./gsu) ?? [];
  return pieces.map((piece) => {
    const likely = 0.55 + 0.44 * random.next();
    const other = /\d/.test(piece) ? String((Number(piece) + 1) % 4) : " other";
    const rest = 1 - likely;
    return {
      text: piece,
      logprob: Math.log(likely),
      alternatives: [
        { token: piece, logprob: Math.log(likely) },
        { token: other, logprob: Math.log(rest * 0.7) },
        { token: "\n", logprob: Math.log(rest * 0.2) },
      ],
    };
  });
}

/** Four characters a token is what English comes to. */
export function countTextTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

export function toLogprob(token: Token, top: number): object {
  const shape = (text: string, logprob: number) => ({
    token: text,
    logprob,
    bytes: [...Buffer.from(text)],
  });
  const alternatives = token.alternatives.slice(0, top);
  return {
    ...shape(token.text, token.logprob),
    ...(top > 0 && { top_logprobs: alternatives.map((it) => shape(it.token, it.logprob)) }),
  };
}
