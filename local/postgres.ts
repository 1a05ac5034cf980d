/** Runs the embedded Postgres: create a cluster, start it, find what a killed parent left, stop it. */
import { join } from "node:path";
import { type Account, clusterAccount, postgresHome, reachable } from "./binaries.ts";

export { installPgTap } from "./binaries.ts";

/** What a cluster needs to start. */
export interface PostgresOptions {
  /** Folder of the cluster; created when missing. Moved when root's account cannot reach it. */
  dataDir: string;
  /** TCP port on 127.0.0.1. */
  port: number;
  /** Password of every login role; `postgres`, as in the official CLI's stack, by default. */
  password?: string;
  /** Extra settings of postgresql.conf, e.g. `{ fsync: "off" }` for a throwaway cluster. */
  settings?: Record<string, string>;
}

/** A running Postgres. */
export interface PostgresServer {
  /** TCP port on 127.0.0.1. */
  port: number;
  /** Folder of the cluster as it is, after a possible move. */
  dataDir: string;
  /** Connection URL; database `postgres` and the superuser `supabase_admin` by default. */
  url(database?: string, role?: string): string;
  /** Stops the server (fast shutdown) and waits until it is gone. */
  stop(): Promise<void>;
}

/** A failure whose message is meant for the person at the terminal. */
export class StackError extends Error {}

/** Starts the cluster in `dataDir`, creating it first when it is missing. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const account = await clusterAccount();
  const home = await postgresHome();
  const password = options.password ?? "postgres";
  const dataDir = await clusterDir(options.dataDir);
  const pgctl = (...args: string[]) => run(join(home, "bin/pg_ctl"), args, account);

  if (!(await exists(join(dataDir, "backline.conf")))) {
    await createCluster(home, dataDir, password, account);
  } else {
    await stopOrphan(options.dataDir);
  }
  await writeSettings(dataDir, options);
  const start = ["start", "-w", "-t", "60", "-s", "-D", dataDir, "-l", join(dataDir, "server.log")];
  const failure = await pgctl(...start);
  if (failure) throw new StackError(explain(failure + await logTail(dataDir)));
  return {
    port: options.port,
    dataDir,
    url: (database = "postgres", role = "supabase_admin") =>
      `postgresql://${role}:${encodeURIComponent(password)}@127.0.0.1:${options.port}/${database}`,
    stop: async () => {
      const problem = await pgctl("stop", "-w", "-t", "30", "-s", "-m", "fast", "-D", dataDir);
      if (problem && await exists(join(dataDir, "postmaster.pid"))) throw new StackError(problem);
    },
  };
}

/** Where a cluster asked for at `dataDir` really lives (elsewhere if root's account cannot reach it). */
export async function clusterDir(dataDir: string): Promise<string> {
  return await reachable(dataDir, await clusterAccount());
}

/** Removes a stopped cluster. */
export async function removeCluster(dataDir: string): Promise<void> {
  await stopOrphan(dataDir);
  await Deno.remove(await clusterDir(dataDir), { recursive: true }).catch(ignoreMissing);
}

/** True when nothing listens on the port of 127.0.0.1. */
export function isPortFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}

/** The first free port from `first` upwards; any free port when `first` is 0. */
export function freePort(first = 0): number {
  if (first === 0) {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    listener.close();
    return listener.addr.port;
  }
  for (let port = first; port < first + 100; port++) if (isPortFree(port)) return port;
  throw new StackError(`No free port between ${first} and ${first + 99}.`);
}

async function createCluster(home: string, dataDir: string, password: string, account: Account) {
  // A folder without backline.conf is what an interrupted initdb left behind.
  await Deno.remove(dataDir, { recursive: true }).catch(ignoreMissing);
  await Deno.mkdir(dataDir, { recursive: true });
  if (Deno.build.os !== "windows") await Deno.chmod(dataDir, 0o700);
  if (account) await Deno.chown(dataDir, account.uid, account.gid);
  const passwordFile = `${dataDir}.pw`;
  await Deno.writeTextFile(passwordFile, password, { mode: 0o600 });
  if (account) await Deno.chown(passwordFile, account.uid, account.gid);
  const failure = await run(join(home, "bin/initdb"), [
    `--pgdata=${dataDir}`,
    "--username=supabase_admin",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=icu",
    "--icu-locale=en-US",
    "--no-instructions",
  ], account).finally(() => Deno.remove(passwordFile));
  if (failure) throw new StackError(explain(failure));
}

/** Rewrites the settings at each start, so that the port and the options may change. */
async function writeSettings(dataDir: string, options: PostgresOptions): Promise<void> {
  const settings: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(options.port),
    unix_socket_directories: "",
    wal_level: "logical",
    shared_preload_libraries: "pg_stat_statements",
    log_min_messages: "warning",
    log_line_prefix: "%m [%p] %u ",
    timezone: "UTC",
    ...options.settings,
  };
  const lines = Object.entries(settings).map(([name, value]) =>
    `${name} = '${value.replaceAll("'", "''")}'`
  );
  await Deno.writeTextFile(join(dataDir, "backline.conf"), lines.join("\n") + "\n");
  const conf = join(dataDir, "postgresql.conf");
  const include = "include 'backline.conf'";
  const text = await Deno.readTextFile(conf);
  if (!text.includes(include)) await Deno.writeTextFile(conf, `${text}\n${include}\n`);
}

/**
 * Stops a postmaster that outlived its killed parent. The pid of postmaster.pid may belong to
 * another program by now, so only a process that runs Postgres on this very folder is signalled.
 */
export async function stopOrphan(wanted: string): Promise<void> {
  const dataDir = await clusterDir(wanted);
  const pidFile = join(dataDir, "postmaster.pid");
  const text = await Deno.readTextFile(pidFile).catch(ignoreMissing);
  const pid = Number(text?.split("\n")[0]);
  if (!pid) return;
  const command = await commandOf(pid);
  if (command === null) return; // Postgres itself clears up after a dead process.
  if (!command.includes("postgres") || !command.includes(dataDir)) {
    await Deno.remove(pidFile);
    return;
  }
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    Deno.kill(pid, signal);
    for (let waited = 0; waited < 10_000; waited += 50) {
      if (await commandOf(pid) === null) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new StackError(`Postgres from an earlier start (process ${pid}) does not stop.`);
}

/** Command line of a live process, or null. */
async function commandOf(pid: number): Promise<string | null> {
  if (Deno.build.os === "linux") {
    const line = await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => null);
    return line ? line.replaceAll("\0", " ") : null; // A zombie's command line is empty.
  }
  if (Deno.build.os === "windows") return null; // Left to Postgres's own check.
  const { success, stdout } = await new Deno.Command("ps", {
    args: ["-p", String(pid), "-o", "command="],
  }).output();
  return success ? new TextDecoder().decode(stdout).trim() || null : null;
}

/** Runs a Postgres program as the cluster's account; its output when it failed, else null. */
async function run(program: string, args: string[], account: Account): Promise<string | null> {
  // The server inherits its starter's output for life, so that must not be a pipe to us.
  const output = args[0] === "start" ? "null" : "piped";
  const result = await new Deno.Command(program, {
    args,
    cwd: "/",
    env: { LC_ALL: "C" },
    stdin: "null",
    stdout: output,
    stderr: output,
    detached: true, // Ctrl-C in the terminal is for us, who stop the server in order.
    ...account,
  }).output();
  if (result.success) return null;
  if (output === "null") return "Postgres did not start.\n";
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return decode(result.stderr) || decode(result.stdout);
}

async function logTail(dataDir: string): Promise<string> {
  const text = await Deno.readTextFile(join(dataDir, "server.log")).catch(() => "");
  return text.split("\n").filter((line) => /FATAL|PANIC|HINT/.test(line)).slice(-3).join("\n");
}

function explain(text: string): string {
  if (/No space left on device/i.test(text)) {
    return `The disk is full: Postgres cannot write its files. Free some space and start again.\n${text}`;
  }
  if (/Address already in use/i.test(text)) {
    return `The port for Postgres is taken by another program.\n${text}`;
  }
  return text.trim();
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
