/**
 * What the kernel adds to one call: the limits, and with an Idempotency-Key the stored answer.
 * @module
 */

import type { BenchDatabase } from "./_database.ts";
import { compareStatements, type Result } from "./_measure.ts";

/** Compares call_procedure, with and without a key, with the bare procedure, in the server. */
export async function benchKernel(db: BenchDatabase): Promise<Result[]> {
  const { sql, userId } = db;
  // The limits shall be counted, not met.
  await sql`update private.rate_limits set quota = 1000000000`;
  const ids = (await sql<{ id: string }[]>`
    select id from public.leads where agency_id = ${db.agencies[0]!} order by id desc limit 4000`)
    .map(({ id }) => id);
  const changes = `jsonb_build_object('title', 'Founder ' || nextval('bench.counter'))`;
  const wrapped = (procedure: string, args: string, rateClass: string, key: string) =>
    `select public.call_procedure('${procedure}', ${args}, '${rateClass}', ${key})`;
  const calls = [
    {
      name: "get_lead",
      base: "select to_jsonb(public.get_lead($1::uuid))",
      args: "jsonb_build_object('lead_id', $1)",
      rateClass: "read",
    },
    {
      name: "update_lead",
      base: `select to_jsonb(public.update_lead($1::uuid, ${changes}))`,
      args: `jsonb_build_object('lead_id', $1, 'changes', ${changes})`,
      rateClass: "write",
    },
  ];
  const key = `'bench-' || nextval('bench.counter')`;
  const results: Result[] = [];
  let taken = 0;
  for (const { name, base, args, rateClass } of calls) {
    for (
      const { how, ours } of [
        { how: "", ours: wrapped(name, args, rateClass, "null") },
        { how: ", with a new key", ours: wrapped(name, args, rateClass, key) },
      ]
    ) {
      const medians = await compareStatements(sql, {
        base: { userId, statement: base },
        ours: { userId, statement: ours },
      }, {
        rounds: 100,
        // One call a transaction, as a request is.
        arguments: () => [ids[taken++ % ids.length]!],
      });
      results.push({
        bench: "kernel",
        what: `${name} by call_procedure${how} / called directly`,
        ...medians,
        aim: { plusMs: 1 },
      });
    }
  }
  return results;
}
