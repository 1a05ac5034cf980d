/** The project's database: embedded or given, prepared, migrated and seeded; and its reset. */
import { join } from "node:path";
import postgres, { type Sql } from "postgres";
import { readConfig } from "./config.ts";
import { applyMigrations, applyPrelude, hasPrelude, seed } from "./migrate.ts";
import {
  freePort,
  isPortFree,
  type PostgresServer,
  StackError,
  startPostgres,
  stopOrphan,
} from "./postgres.ts";

/** A database server the stack may use. */
export interface Database {
  /** Port of the embedded server; null for a given one. */
  port: number | null;
  /** Where the embedded cluster is; null for a given server. */
  clusterDir: string | null;
  /** URL that acts as the role; the superuser (or the given user) without one. */
  url(role?: string): string;
  stop(): Promise<void>;
}

/** Starts the embedded Postgres below the state folder, or uses the given one. */
export async function openDatabase(
  stateDir: string,
  preferredPort: number,
  given: string | undefined,
): Promise<Database> {
  if (given) {
    return {
      port: null,
      clusterDir: null,
      // A given server's roles have passwords we do not know: log in as given, then act as the role.
      url: (role) => {
        const url = new URL(given);
        if (role) url.searchParams.set("role", role);
        return url.href;
      },
      stop: () => Promise.resolve(),
    };
  }
  const dataDir = join(stateDir, "postgres");
  await stopOrphan(dataDir); // It may hold the port that the cluster had and is to have again.
  const port = isPortFree(preferredPort) ? preferredPort : freePort(preferredPort + 1);
  const server: PostgresServer = await startPostgres({ dataDir, port }).catch((error) => {
    // Another program may have been quicker; any other port serves as well.
    if (isPortFree(port)) throw error;
    return startPostgres({ dataDir, port: freePort() });
  });
  return {
    port: server.port,
    clusterDir: server.dataDir,
    url: (role) => server.url("postgres", role),
    stop: server.stop,
  };
}

/** Brings a database up to date. A given one is seeded only if it was empty. */
export async function prepareDatabase(
  adminUrl: string,
  supabaseDir: string,
  given: boolean,
  report: (message: string) => void,
): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => {} });
  try {
    await migrateAndSeed(sql, supabaseDir, given, report);
  } finally {
    await sql.end();
  }
}

async function migrateAndSeed(
  sql: Sql,
  supabaseDir: string,
  given: boolean,
  report: (message: string) => void,
): Promise<void> {
  const fresh = !await hasPrelude(sql);
  if (fresh) {
    report("Preparing the database as a hosted project comes");
    await applyPrelude(sql);
  }
  const { changed } = await applyMigrations(
    sql,
    join(supabaseDir, "migrations"),
    (file) => report(`Migrating ${file}`),
  );
  if (changed.length > 0) {
    report(
      `Changed since they were applied: ${changed.join(", ")}. ` +
        "`deno task db:reset` builds the database anew.",
    );
  }
  const { seeds } = await readConfig(supabaseDir);
  for (const file of fresh || !given ? seeds : []) {
    if (await seed(sql, join(supabaseDir, file))) report(`Seeded from ${file}`);
  }
}

/**
 * Builds the database anew beside the current one and swaps them, so that a failing migration leaves
 * everything as it was and a running stack only sees its connections replaced, while it holds requests.
 */
export async function resetDatabase(
  adminUrl: string,
  supabaseDir: string,
  report: (message: string) => void,
  hold: () => Promise<() => Promise<void>> = () => Promise.resolve(() => Promise.resolve()),
): Promise<void> {
  const name = new URL(adminUrl).pathname.slice(1);
  const at = (database: string) => {
    const url = new URL(adminUrl);
    url.pathname = `/${database}`;
    return url.href;
  };
  const server = postgres(at("template1"), { max: 1, onnotice: () => {} });
  const ident = (suffix = "") => `"${(name + suffix).replaceAll('"', '""')}"`;
  try {
    await server.unsafe(`drop database if exists ${ident("_new")} with (force)`);
    await server.unsafe(`drop database if exists ${ident("_old")} with (force)`);
    await server.unsafe(`create database ${ident("_new")} template template0`);
    await prepareDatabase(at(`${name}_new`), supabaseDir, false, report);
    const release = await hold();
    try {
      await swap(server, name, ident);
      const fresh = postgres(adminUrl, { max: 1 });
      await fresh`notify pgrst, 'reload schema'`;
      await fresh.end();
    } finally {
      await release();
    }
  } finally {
    await server.end();
  }
}

async function swap(server: Sql, name: string, ident: (suffix?: string) => string): Promise<void> {
  await server.unsafe(`alter database ${ident()} allow_connections false`);
  await server`
    select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = ${name}`;
  const [left] =
    await server`select count(*)::int as n from pg_stat_activity where datname = ${name}`;
  if (left?.n > 0) {
    await server.unsafe(`alter database ${ident()} allow_connections true`);
    throw new StackError(`Connections to the database ${name} do not end; nothing was reset.`);
  }
  await server.unsafe(`alter database ${ident()} rename to ${ident("_old")}`);
  await server.unsafe(`alter database ${ident("_new")} rename to ${ident()}`);
  await server.unsafe(`drop database ${ident("_old")} with (force)`);
}
