/** Randomness that can be repeated. @module */

/** A source of random numbers that gives the same ones for the same seed. */
export interface Random {
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number;
  /** One of the items. */
  pick<T>(items: readonly T[]): T;
  /** The items in another order. */
  shuffled<T>(items: readonly T[]): T[];
  /** A source of its own for something that runs at the same time. */
  fork(): Random;
}

/** Mulberry32: 32 bits of state, good enough to mix operations. */
function source(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const random: Random = {
    below: (limit) => Math.floor(next() / 2 ** 32 * limit),
    pick: (items) => items[random.below(items.length)]!,
    shuffled(items) {
      const result = [...items];
      for (let i = result.length - 1; i > 0; i--) {
        const j = random.below(i + 1);
        [result[i], result[j]] = [result[j]!, result[i]!];
      }
      return result;
    },
    fork: () => source(next()),
  };
  return random;
}

/**
 * The body of a test over random operations. What fails says its seed; `BACKLINE_TEST_SEED` runs the
 * same ones again (as far as the scheduling of the server allows).
 *
 *     Deno.test("…", seeded(async (random) => { … }));
 */
export function seeded(run: (random: Random) => Promise<void>): () => Promise<void> {
  return async () => {
    const given = Deno.env.get("BACKLINE_TEST_SEED");
    const seed = given === undefined ? crypto.getRandomValues(new Uint32Array(1))[0]! : +given;
    console.log(`BACKLINE_TEST_SEED=${seed}`);
    try {
      await run(source(seed));
    } catch (error) {
      const message = error instanceof Error ? error.stack ?? error.message : String(error);
      throw new Error(`with BACKLINE_TEST_SEED=${seed}: ${message}`, { cause: error });
    }
  };
}
