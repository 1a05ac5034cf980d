/**
 * Databases for tests that need several connections, real commits or random input.
 *
 *     await withDatabase(async (db) => {
 *       await db.owner`select tests.create_agency('acme')`;
 *       await db.as("acme", "sales", (tx) => tx`select public.get_me()`);
 *     });
 * @module
 */

import postgres from "postgres";

const SERVER = Deno.env.get("BACKLINE_TEST_DB_URL");
const TEMPLATE = Deno.env.get("BACKLINE_TEST_TEMPLATE") ?? "backline_template";

/** A database of its own, cloned from the migrated template and dropped after use. */
export interface TestDatabase {
  /** A superuser's URL. */
  url: string;
  /** A pool of the schema's owner `postgres`, with committed effects. */
  owner: postgres.Sql;
  /**
   * Runs one transaction as a member of a fixture agency, over a connection of the pool that the Data
   * API would use. It commits unless `work` throws.
   */
  as<T>(slug: string, role: string, work: (tx: postgres.TransactionSql) => Promise<T>): Promise<T>;
}

let clones = 0;

/** A superuser's URL of the server that the tests share. */
export function serverUrl(): string {
  if (!SERVER) throw new Error("BACKLINE_TEST_DB_URL is not set: run `deno task test database`.");
  return SERVER;
}

function urlOf(database: string, role?: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  if (role) url.username = role;
  return url.href;
}

/** Waits until somebody waits for a lock, or the call has ended. */
export async function someoneWaits(db: TestDatabase, call: Promise<unknown>): Promise<void> {
  let pending = true;
  const end = () => pending = false;
  call.then(end, end);
  while (pending) {
    const [row] = await db.owner`
      select count(*)::int as n from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`;
    if (row!.n > 0) return;
  }
}

/** Clones the template for the time of `use`. */
export async function withDatabase(use: (db: TestDatabase) => Promise<void>): Promise<void> {
  const name = `test_${Deno.pid}_${++clones}`;
  const admin = postgres(serverUrl(), { max: 1, onnotice: () => {} });
  await admin.unsafe(
    `create database ${name} owner postgres template ${TEMPLATE} strategy file_copy`,
  );
  const owner = postgres(urlOf(name, "postgres"), { max: 16, onnotice: () => {} });
  const api = postgres(urlOf(name, "authenticator"), { max: 16, onnotice: () => {} });
  const users = new Map<string, string>();

  const userId = async (slug: string, role: string) => {
    const key = `${slug}/${role}`;
    const id = users.get(key) ?? (await owner<{ id: string }[]>`select tests.id(${key})`)[0]?.id;
    if (!id) throw new Error(`no user ${key}`);
    users.set(key, id);
    return id;
  };
  try {
    await use({
      url: urlOf(name),
      owner,
      async as<T>(slug: string, role: string, work: (tx: postgres.TransactionSql) => Promise<T>) {
        const sub = await userId(slug, role);
        const claims = JSON.stringify({ sub, role: "authenticated", aud: "authenticated" });
        return await api.begin(async (tx) => {
          await tx`select set_config('request.jwt.claims', ${claims}, true),
                          set_config('request.headers', '{}', true),
                          set_config('role', 'authenticated', true)`;
          return await work(tx);
        }) as T;
      },
    });
  } finally {
    await Promise.all([owner.end({ timeout: 5 }), api.end({ timeout: 5 })]);
    await admin.unsafe(`drop database ${name} with (force)`);
    await admin.end();
  }
}
