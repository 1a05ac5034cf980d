/**
 * The figures of an agency and of a campaign at a growing number of leads. The base is the least number:
 * the line is flat where ours is no slower.
 * @module
 */

import { type BenchDatabase, openDatabase } from "./_database.ts";
import { compareStatements, type Result } from "./_measure.ts";

/** Compares an agency with a hundredth and one with a tenth of the leads with one that has them all. */
export async function benchAnalytics(serverUrl: string, rows: number): Promise<Result[]> {
  const sizes = [rows / 100, rows / 10, rows].map(Math.ceil);
  await using db = await openDatabase(serverUrl);
  let first = 1;
  for (const [position, size] of sizes.entries()) {
    await db.seed([position + 1, position + 1], [first, first + size - 1]);
    first += size;
  }
  const agencies = await campaignsOf(db);
  const results: Result[] = [];
  for (const larger of [1, 2]) {
    for (
      const { name, call } of [
        {
          name: "get_agency_overview",
          call: (at: number) => `public.get_agency_overview('${db.agencies[at]}', '30d')`,
        },
        {
          name: "get_campaign_performance",
          call: (at: number) => `public.get_campaign_performance('${agencies[at]}')`,
        },
      ]
    ) {
      const side = (at: number) => ({ userId: db.userId, statement: `select ${call(at)}` });
      const medians = await compareStatements(db.sql, { base: side(0), ours: side(larger) }, {
        rounds: 20,
        arguments: () => ["", "", "", ""],
      });
      const at = (n: number) => sizes[n]!.toLocaleString("en");
      results.push({
        bench: "analytics",
        what: `${name} at ${at(larger)} leads / at ${at(0)}`,
        ...medians,
        aim: { ratio: 1.5 },
      });
    }
  }
  return results;
}

async function campaignsOf({ sql }: BenchDatabase): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select campaigns[1] as id from bench.agencies where position <= 3 order by position`;
  return rows.map(({ id }) => id);
}
