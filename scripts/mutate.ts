/**
 * Tests the tests: loosens or drops one policy, grant or guard of the schema at a time and expects the
 * tests of the surface to notice. Takes some minutes; run it after changing them.
 *
 *     deno run -A scripts/mutate.ts [text that the mutation must contain]
 * @module
 */

import { globSync } from "node:fs";
import postgres from "postgres";
import { ROOT } from "./lib/outputs.ts";
import { buildTemplate, startCluster, TEMPLATE } from "./test/cluster.ts";
import { runFile, withClone, withDatabase } from "./test/pgtap.ts";

const WORKERS = 2;

/** Every mutation as a statement that the owner runs. */
const MUTATIONS = `
  with relations as (
    select c.oid, c.oid::regclass as name, c.relkind from pg_class as c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and not c.relispartition
  ), policies as (
    select format('%I on %s', p.polname, p.polrelid::regclass) as name, pg_get_expr(p.polqual, p.polrelid) as qual, p.polwithcheck from pg_policy as p
     where p.polrelid in (select oid from relations)
  ), procedures as (
    select p.oid, p.oid::regprocedure as name from pg_proc as p where p.pronamespace = 'public'::regnamespace
  )
  select 'drop policy ' || name as statement from policies
  union all select 'alter policy ' || name || ' using (true)' from policies where qual <> 'true'
  union all select 'alter policy ' || name || ' with check (true)' from policies where polwithcheck is not null
  union all select 'alter table ' || name || ' disable row level security' from relations where relkind <> 'v'
  union all select 'alter view ' || name || ' set (security_invoker = false)' from relations where relkind = 'v'
  union all select format('grant %s on %s to %s', privilege, name, role)
    from relations
    cross join unnest(array['select', 'insert', 'update', 'delete']) as privilege
    cross join unnest(array['anon', 'authenticated']) as role
   where not has_table_privilege(role, oid, privilege)
  union all select format('revoke %s on %s from authenticated', privilege, name)
    from relations cross join unnest(array['select', 'insert', 'update', 'delete']) as privilege
   where has_table_privilege('authenticated', oid, privilege)
      or (privilege <> 'delete' and has_any_column_privilege('authenticated', oid, privilege))
  union all select format('grant execute on function %s to anon', name)
    from procedures where not has_function_privilege('anon', oid, 'execute')
  union all select format('revoke execute on function %s from authenticated, public', name) from procedures
  order by 1`;

/** The matrix first: it notices most. */
const FILES = globSync("supabase/tests/_surface/*.test.sql", { cwd: ROOT }).sort((a, b) =>
  Number(b.includes("access_matrix")) - Number(a.includes("access_matrix"))
);

const [filter = ""] = Deno.args;
await using cluster = await startCluster();
await buildTemplate(cluster.url);
const server = { url: cluster.url, template: TEMPLATE };

const statements = await withClone(server, "mutations", async (url) => {
  const sql = postgres(url, { max: 1 });
  const rows = await sql.unsafe<{ statement: string }[]>(MUTATIONS);
  await sql.end();
  return rows.map(({ statement }) => statement).filter((statement) => statement.includes(filter));
});

/** Whether no test of the surface fails on a database. */
async function survives(url: string): Promise<boolean> {
  for (const file of FILES) if ((await runFile(url, file)).failures.length > 0) return false;
  return true;
}

if (!await withClone(server, "unchanged", survives)) {
  throw new Error(
    "The tests of the surface fail without any mutation: `deno task test sql _surface`.",
  );
}

const survivors: string[] = [];
const queue = [...statements];
async function worker(number: number): Promise<void> {
  for (let statement = queue.shift(); statement; statement = queue.shift()) {
    const mutation = statement;
    await withClone(server, `mutant_${number}`, async (url) => {
      const owner = postgres(withDatabase(url, `mutant_${number}`, "postgres"), { max: 1 });
      await owner.unsafe(mutation);
      await owner.end();
      if (await survives(url)) survivors.push(mutation);
    });
  }
}
await Promise.all(Array.from({ length: WORKERS }, (_, number) => worker(number)));

for (const statement of survivors) console.log(`survived  ${statement}`);
console.log(`${statements.length - survivors.length} noticed, ${survivors.length} survived`);
Deno.exitCode = survivors.length ? 1 : 0;
