/**
 * A throwaway server from a full Postgres installation, with the extensions hosted Supabase has.
 * @module
 */

import { join } from "node:path";
import { clusterAccount } from "../../local/binaries.ts";
import { freePort } from "../../local/postgres.ts";
import type { Cluster } from "../test/cluster.ts";

const PASSWORD = "postgres";

/** The database that pg_cron's launcher connects to. */
export const CRON_DATABASE = "backline_full";

/** Starts a server with the programs in `bin`; disposing it stops the server and removes its data. */
export async function startFullServer(bin: string): Promise<Cluster> {
  const account = await clusterAccount();
  const folder = await Deno.makeTempDir({ prefix: "backline-full-" });
  if (account) await Deno.chown(folder, account.uid, account.gid);
  const data = join(folder, "data");
  const password = join(folder, "password");
  await Deno.writeTextFile(password, PASSWORD);
  const run = async (program: string, args: string[]) => {
    const { success } = await new Deno.Command(join(bin, program), {
      args,
      cwd: "/",
      env: { LC_ALL: "C" },
      stdin: "null",
      // The server inherits these for life, so they must not be pipes to us.
      stdout: "null",
      stderr: "null",
      ...account,
    }).output();
    if (success) return;
    const log = await Deno.readTextFile(join(folder, "log")).catch(() => "");
    throw new Error(`${program} ${args[0]} failed\n${log}`);
  };
  await run("initdb", [
    `--pgdata=${data}`,
    "--username=supabase_admin",
    `--pwfile=${password}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=icu",
    "--icu-locale=en-US",
    "--no-sync",
  ]);
  const port = freePort();
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: "off",
    wal_level: "logical",
    max_connections: 200,
    shared_preload_libraries: "pg_cron,pg_stat_statements",
    "cron.database_name": CRON_DATABASE,
  };
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`).join(
    " ",
  );
  await run("pg_ctl", ["start", "-w", "-D", data, "-l", join(folder, "log"), "-o", options]);
  return {
    url: `postgresql://supabase_admin:${PASSWORD}@127.0.0.1:${port}/postgres`,
    async [Symbol.asyncDispose]() {
      await run("pg_ctl", ["stop", "-w", "-m", "fast", "-D", data]);
      await Deno.remove(folder, { recursive: true });
    },
  };
}
