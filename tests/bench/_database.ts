/**
 * The databases of the benchmarks.
 * @module
 */

import { join } from "node:path";
import postgres from "postgres";
import { freePort, startPostgres } from "../../local/postgres.ts";
import { buildTemplate, TEMPLATE } from "../../scripts/test/cluster.ts";

/** As a small hosted server is set; whatever makes a commit durable stays on. */
export const SETTINGS = {
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  wal_level: "logical",
  shared_buffers: "1GB",
  effective_cache_size: "3GB",
  max_wal_size: "4GB",
  random_page_cost: "1.1",
};

/** A server with the template of the tests on it. */
export interface Server extends AsyncDisposable {
  /** A superuser's URL. */
  url: string;
}

/** Starts a server of its own; disposing it stops the server and removes its data. */
export async function startServer(): Promise<Server> {
  const folder = await Deno.makeTempDir({ prefix: "backline-bench-" });
  // The server may run under another account than ours.
  await Deno.chmod(folder, 0o755);
  const server = await startPostgres({
    dataDir: join(folder, "data"),
    port: freePort(),
    settings: SETTINGS,
  });
  const dispose = async () => {
    await server.stop();
    await Deno.remove(folder, { recursive: true });
  };
  try {
    await buildTemplate(server.url());
    return { url: server.url(), [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** A database with the schema, 200 agencies and no leads yet. */
export interface BenchDatabase extends AsyncDisposable {
  /** One superuser's session: what it prepares stays prepared. */
  sql: postgres.Sql;
  /** URL of the database for another role. */
  url(role: string): string;
  /** The owner of the agency `main`, a member of two more. */
  userId: string;
  /** The agencies of the user, `main` first. */
  agencies: string[];
  /** A campaign of `main`. */
  campaignId: string;
  /** Adds leads, numbered from `first` to `last`, to the agencies at these positions. */
  seed(agencies: [number, number], leads: [number, number]): Promise<void>;
}

let databases = 0;

async function script(sql: postgres.Sql, name: string): Promise<void> {
  await sql.unsafe(await Deno.readTextFile(new URL(`./sql/${name}`, import.meta.url)));
}

/** Makes a database on the server; disposing it drops it. */
export async function openDatabase(serverUrl: string): Promise<BenchDatabase> {
  const name = `bench_${Deno.pid}_${++databases}`;
  const url = (role?: string) => {
    const target = new URL(serverUrl);
    target.pathname = `/${name}`;
    if (role) target.username = role;
    return target.href;
  };
  const admin = postgres(serverUrl, { max: 1, onnotice: () => {} });
  await admin.unsafe(
    `create database ${name} owner postgres template ${TEMPLATE} strategy file_copy`,
  );
  const sql = postgres(url(), { max: 1, onnotice: () => {} });
  const dispose = async () => {
    await sql.end();
    await admin.unsafe(`drop database ${name} with (force)`);
    await admin.end();
  };
  try {
    for (const file of ["measure.sql", "agencies.sql", "seed.sql"]) await script(sql, file);
    const [ids] = await sql<{ user_id: string; agencies: string[]; campaign_id: string }[]>`
      select tests.id('main/owner') as user_id,
             array(select id from bench.agencies where position <= 3 order by position) as agencies,
             (select campaigns[1] from bench.agencies where position = 1) as campaign_id`;
    return {
      sql,
      url,
      userId: ids!.user_id,
      agencies: ids!.agencies,
      campaignId: ids!.campaign_id,
      async seed([firstAgency, lastAgency], [first, last]) {
        await sql`call bench.seed(${firstAgency}, ${lastAgency}, ${first}, ${last})`;
        await sql`vacuum (analyze) public.leads`;
        await sql`vacuum (analyze)`;
      },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
