/**
 * Comparisons of two ways to the same result, taken in turns, so that whatever else the machine does
 * weighs on both.
 * @module
 */

import type postgres from "postgres";

/** What is asked of a comparison; where both are given, both must hold. */
export interface Aim {
  /** The most ours may cost, as a multiple of the base. */
  ratio?: number;
  /** The most ours may cost more than the base, in milliseconds. */
  plusMs?: number;
}

/** One line of the report. */
export interface Result {
  bench: string;
  what: string;
  /** Milliseconds of the base, the median. */
  base: number;
  /** Milliseconds of ours, the median. */
  ours: number;
  aim?: Aim;
}

/** One side of a comparison: a statement with $1, and who runs it. */
export interface Side {
  /** The user who asks, as the Data API would for them; without one it is the owner, past RLS. */
  userId?: string;
  statement: string;
}

/** The middle one of the times. */
export function median(times: number[]): number {
  return percentile(times, 0.5);
}

/** The time that a share of the others does not exceed. */
export function percentile(times: number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  const at = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  if (at === undefined) throw new Error("nothing was measured");
  return at;
}

/** Whether a result is what was aimed at. */
export function isMet({ base, ours, aim }: Result): boolean {
  return (aim?.ratio === undefined || ours <= base * aim.ratio) &&
    (aim?.plusMs === undefined || ours <= base + aim.plusMs);
}

/** Runs both sides in turns and returns all times of each; the first round only warms up. */
export async function inTurns(
  rounds: number,
  base: (round: number) => Promise<number[]>,
  ours: (round: number) => Promise<number[]>,
): Promise<{ base: number[]; ours: number[] }> {
  const times = { base: [] as number[], ours: [] as number[] };
  for (let round = 0; round <= rounds; round++) {
    // Who goes first changes from round to round.
    const order = round % 2 ? ["base", "ours"] as const : ["ours", "base"] as const;
    for (const side of order) {
      const taken = await (side === "base" ? base : ours)(round);
      if (round > 0) times[side].push(...taken);
    }
  }
  return times;
}

/** Compares two statements by the time the server needs for each, one transaction a round. */
export async function compareStatements(
  sql: postgres.Sql,
  sides: { base: Side; ours: Side },
  options: { rounds: number; arguments: (round: number, side: "base" | "ours") => string[] },
): Promise<{ base: number; ours: number }> {
  const run = (side: "base" | "ours") => async (round: number) => {
    const { userId = null, statement } = sides[side];
    const [row] = await sql.begin((tx) =>
      tx<{ times: number[] }[]>`
        select bench.measure(${userId}, ${statement}, ${options.arguments(round, side)}) as times`
    );
    return row!.times;
  };
  const times = await inTurns(options.rounds, run("base"), run("ours"));
  return { base: median(times.base), ours: median(times.ours) };
}
