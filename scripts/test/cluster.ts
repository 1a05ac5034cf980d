/**
 * A throwaway Postgres for tests, with a migrated template to clone databases from.
 * @module
 */

import { globSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { applyMigrations, applyPrelude } from "../../local/migrate.ts";
import { freePort, installPgTap, startPostgres } from "../../local/postgres.ts";
import { ROOT } from "../lib/outputs.ts";

/** The database that holds the migrations, pgTAP and the helpers of supabase/tests/_helpers. */
export const TEMPLATE = "backline_template";

/** Nothing in here survives the run, so nothing waits for the disk. */
const SETTINGS = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "200",
};

/** A running throwaway server. */
export interface Cluster extends AsyncDisposable {
  /** A superuser's URL of the database `postgres`. */
  url: string;
}

/** Starts a server on a free port; disposing it stops the server and removes its data. */
export async function startCluster(): Promise<Cluster> {
  const folder = await Deno.makeTempDir({ prefix: "backline-test-" });
  // The server may run under another account than ours.
  await Deno.chmod(folder, 0o755);
  const server = await startPostgres({
    dataDir: join(folder, "data"),
    port: freePort(),
    settings: SETTINGS,
  });
  return {
    url: server.url(),
    async [Symbol.asyncDispose]() {
      await server.stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Makes a database as a fresh hosted project is, and runs `fill` on it as a superuser. */
export async function createDatabase(
  url: string,
  name: string,
  fill: (sql: postgres.Sql, url: string) => Promise<unknown>,
): Promise<void> {
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  await admin.unsafe(`create database ${name}`);
  await admin.end();
  const target = new URL(url);
  target.pathname = `/${name}`;
  const sql = postgres(target.href, { max: 1, onnotice: () => {} });
  try {
    await applyPrelude(sql);
    await fill(sql, target.href);
  } finally {
    await sql.end();
  }
}

/** Applies supabase/migrations as the owner does. */
export async function migrate(sql: postgres.Sql): Promise<void> {
  await applyMigrations(sql, join(ROOT, "supabase/migrations"));
}

/** Adds pgTAP and the test helpers; both belong to tests alone. */
export async function addTestHelpers(sql: postgres.Sql): Promise<void> {
  await sql`create extension pgtap with schema extensions`;
  for (const file of globSync("supabase/tests/_helpers/*.sql", { cwd: ROOT }).sort()) {
    const text = await Deno.readTextFile(join(ROOT, file));
    await sql.begin(async (tx) => {
      await tx.unsafe("set local role postgres; set local check_function_bodies = off");
      await tx.unsafe(text).catch((error) => {
        throw new Error(`${file}: ${error.message}`, { cause: error });
      });
    });
  }
}

/** Builds the template on a server. */
export async function buildTemplate(url: string): Promise<void> {
  await installPgTap();
  await createDatabase(url, TEMPLATE, async (sql) => {
    await migrate(sql);
    await addTestHelpers(sql);
  });
}
