/**
 * What needs a full Postgres 17 (plpgsql_check, pg_cron) and the supabase CLI: the migrations as
 * `supabase db push` applies them, the linters, the cron schedule, and pgTAP once more.
 *
 *     deno run -A scripts/test-full.ts <folder with initdb and pg_ctl>
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { join } from "node:path";
import postgres from "postgres";
import { migrationFiles } from "../local/migrate.ts";
import { type Finding, judge } from "./full/advisors.ts";
import { CRON_DATABASE, startFullServer } from "./full/server.ts";
import { ROOT } from "./lib/outputs.ts";
import { supabase } from "./lib/supabase-cli.ts";
import { addTestHelpers, createDatabase, migrate, TEMPLATE } from "./test/cluster.ts";
import { runPgtap, withDatabase } from "./test/pgtap.ts";
import { closingLine, emptyResult, report } from "./test/result.ts";

const [bin] = Deno.args;
if (!bin) throw new Error("usage: test-full.ts <folder with initdb and pg_ctl>");

const result = emptyResult("full");
const begun = performance.now();

async function check(what: string, body: () => Promise<void>): Promise<void> {
  try {
    await body();
    result.passed++;
  } catch (error) {
    result.failures.push({
      where: what,
      message: error instanceof Error ? error.message : `${error}`,
    });
  }
}

async function run(server: string): Promise<void> {
  const admin = withDatabase(server, CRON_DATABASE);
  const owner = withDatabase(server, CRON_DATABASE, "postgres");
  await createDatabase(server, CRON_DATABASE, async (sql) => {
    // Hosted, the dashboard enables these; the owner of the schema cannot.
    await sql`create extension plpgsql_check with schema extensions`;
    await sql`create extension pg_cron`;
    await sql`grant usage on schema cron to postgres with grant option`;
    await sql`grant all on all tables in schema cron to postgres with grant option`;
  });

  await check("supabase db push applies every migration as a non-superuser", async () => {
    const { code, stderr } = await supabase(["db", "push"], owner);
    strictEqual(code, 0, stderr);
    const sql = postgres(admin, { max: 1 });
    const applied = await sql`select version, name from supabase_migrations.schema_migrations`;
    const [role] = await sql`select rolsuper from pg_roles where rolname = 'postgres'`;
    await sql.end();
    const files = await migrationFiles(join(ROOT, "supabase/migrations"));
    deepStrictEqual(applied.map(({ version, name }) => `${version}_${name}.sql`).sort(), files);
    strictEqual(role?.rolsuper, false);
  });

  await check("supabase db lint finds nothing", async () => {
    const { code, stdout, stderr } = await supabase(
      ["db", "lint", "-s", "public,private", "--level", "warning", "--fail-on", "warning"],
      owner,
    );
    strictEqual(code, 0, stdout + stderr);
  });

  await check("supabase db advisors find nothing beyond the allow-list", async () => {
    const { code, stdout, stderr } = await supabase(
      ["db", "advisors", "--level", "warn", "--output-format", "json"],
      owner,
    );
    strictEqual(code, 0, stderr);
    const findings: Finding[] = JSON.parse(stdout).results;
    const file = join(ROOT, "supabase/advisors.allow.json");
    deepStrictEqual(judge(findings, JSON.parse(await Deno.readTextFile(file))), []);
  });

  await check("where pg_cron is there, the migrations schedule the maintenance", async () => {
    const sql = postgres(admin, { max: 1 });
    const jobs = await sql`select jobname, command from cron.job where username = 'postgres'`;
    await sql.end();
    ok(jobs.some(({ command }) => /private\.tick/.test(command)), "private.tick() is scheduled");
  });

  await createDatabase(server, TEMPLATE, async (sql) => {
    await migrate(sql);
    await addTestHelpers(sql);
  });
  const pgtap = await runPgtap({ url: server, template: TEMPLATE });
  result.passed += pgtap.passed;
  result.failures.push(...pgtap.failures);
}

{
  await using server = await startFullServer(bin);
  await run(server.url);
}
report(result, performance.now() - begun);
console.log(closingLine([result]));
Deno.exit(result.failures.length ? 1 : 0);
