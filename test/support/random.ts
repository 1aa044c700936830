/** A seeded generator of numbers in 0..1 (mulberry32), so that a failing run can be run again. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The seed of this run: `SEED` from the environment, else a fresh one. Print it. */
export function readSeed(): number {
  return Number(process.env["SEED"] ?? Math.floor(Math.random() * 1_000_000_000));
}
