/** Prelude, migrations and seed: what turns an empty database into the project's. */
import { basename, join } from "node:path";
import type { Sql, TransactionSql } from "postgres";
import { StackError } from "./postgres.ts";

/** Makes an empty database look like a fresh hosted project. `sql` connects as a superuser. */
export async function applyPrelude(sql: Sql, password = "postgres"): Promise<void> {
  await sql.begin(async (tx) => {
    for (const file of ["prelude.sql", "storage/schema.sql", "realtime/hosted.sql"]) {
      await tx.unsafe(await Deno.readTextFile(new URL(file, import.meta.url)));
    }
    for (
      const role of ["postgres", "authenticator", "supabase_auth_admin", "supabase_storage_admin"]
    ) {
      await tx.unsafe(`alter role ${role} password '${password.replaceAll("'", "''")}'`);
    }
  });
}

/** True when the database already has the roles and the auth schema of a hosted project. */
export async function hasPrelude(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ found: boolean }[]>`
    select to_regclass('auth.users') is not null
       and to_regrole('authenticator') is not null as found`;
  return row?.found ?? false;
}

/** What {@link applyMigrations} did. */
export interface MigrationReport {
  /** File names applied now, in order. */
  applied: string[];
  /** Names of recorded migrations whose file has changed since. */
  changed: string[];
}

/**
 * Applies the pending files of `dir` in order, each in its own transaction as the role `postgres`,
 * and records them as the supabase CLI does. `onFile` hears of each file before it runs.
 */
export async function applyMigrations(
  sql: Sql,
  dir: string,
  onFile: (name: string) => void = () => {},
): Promise<MigrationReport> {
  await asOwner(sql, (tx) =>
    tx.unsafe(`
      create schema if not exists supabase_migrations;
      create table if not exists supabase_migrations.schema_migrations (
        version text not null primary key, statements text[], name text)`));
  const recorded = new Map<string, string | undefined>();
  for (
    const row of await sql<{ version: string; statements: string[] | null }[]>`
      select version, statements from supabase_migrations.schema_migrations`
  ) recorded.set(row.version, row.statements?.join("\n"));

  const report: MigrationReport = { applied: [], changed: [] };
  for (const file of await migrationFiles(dir)) {
    const text = await Deno.readTextFile(join(dir, file));
    const [, version = "", name = ""] = file.match(/^(\d+)_(.*)\.sql$/) ?? [];
    if (recorded.has(version)) {
      if (recorded.get(version) !== text) report.changed.push(file);
      continue;
    }
    onFile(file);
    await runFile(sql, file, text, (tx) =>
      tx`
        insert into supabase_migrations.schema_migrations (version, statements, name)
        values (${version}, ${[text]}, ${name})`);
    report.applied.push(file);
  }
  return report;
}

/** Runs a seed file as `postgres`, once per database; returns false when it had run before. */
export async function seed(sql: Sql, file: string): Promise<boolean> {
  const text = await Deno.readTextFile(file).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  });
  if (text === null) return false;
  await asOwner(sql, (tx) =>
    tx.unsafe(`create table if not exists supabase_migrations.seed_files (
      path text not null primary key, hash text not null)`));
  const path = `supabase/${basename(file)}`;
  const [done] = await sql`select from supabase_migrations.seed_files where path = ${path}`;
  if (done) return false;
  const hash = new Uint8Array(
    await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)),
  ).toHex();
  await runFile(sql, path, text, (tx) =>
    tx`
      insert into supabase_migrations.seed_files (path, hash) values (${path}, ${hash})`);
  return true;
}

/** The migration files of `dir` in the order they apply. */
export async function migrationFiles(dir: string): Promise<string[]> {
  const files: string[] = [];
  try {
    for await (const entry of Deno.readDir(dir)) {
      if (entry.isFile && /^\d+_.*\.sql$/.test(entry.name)) files.push(entry.name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return files.sort();
}

/** In a transaction as hosted runs migrations: role `postgres` with its search_path. */
async function asOwner(sql: Sql, work: (tx: TransactionSql) => Promise<unknown>): Promise<void> {
  await sql.begin(async (tx) => {
    await tx.unsafe(`set local role postgres;
      set local search_path to "$user", public, extensions;
      set local client_min_messages to warning`);
    await work(tx);
  });
}

async function runFile(
  sql: Sql,
  file: string,
  text: string,
  record: (tx: TransactionSql) => Promise<unknown>,
): Promise<void> {
  await asOwner(sql, async (tx) => {
    await tx.unsafe(text).catch((error) => {
      throw new StackError(`${file} ${describe(error, text)}`);
    });
    await record(tx);
  });
}

/** Says where in the file Postgres stumbled. */
function describe(error: Record<string, unknown> & Error, text: string): string {
  const line = error.position
    ? `, line ${text.slice(0, Number(error.position)).split("\n").length}`
    : "";
  const more = [error.detail, error.hint, error.where].filter(Boolean).join("\n  ");
  return `failed${line}: ${error.message} (${error.code})${more ? `\n  ${more}` : ""}`;
}
