/** Puts the pieces together: database, Data API, Auth, Storage, functions, mailbox, cron, one port. */
import { join } from "node:path";
import postgres from "postgres";
import { openAuth } from "./auth/api.ts";
import { endAll } from "./closing.ts";
import { readConfig } from "./config.ts";
import { startCron } from "./cron.ts";
import { openDataApi } from "./data/rest.ts";
import { openDatabase, prepareDatabase } from "./database.ts";
import { openFunctions } from "./functions.ts";
import { functionsEnv } from "./functions-env.ts";
import { Gate } from "./gate.ts";
import { route, type Services } from "./gateway.ts";
import { loadKeys } from "./keys.ts";
import { openMailbox } from "./mailbox.ts";
import { freePort, isPortFree, removeCluster, StackError } from "./postgres.ts";
import { type Limits, NO_LIMITS } from "./realtime/limits.ts";
import { RealtimeServer } from "./realtime/server.ts";
import { startSmtp } from "./smtp.ts";
import { filesFolder, lockState, type StackInfo, takeState, writeState } from "./state.ts";
import { openStorage } from "./storage/api.ts";

/** How to start a stack. */
export interface StackOptions {
  /** State folder. */
  dataDir: string;
  /** Port of the API; 0 for any free one. */
  port: number;
  /** The project's supabase folder. */
  supabaseDir: string;
  /** A Postgres to use instead of the embedded one. */
  databaseUrl?: string;
  /** Throw the database, the files and the mails away first. */
  reset?: boolean;
  /** Whether background tasks are run; with `false` they wait for a `deno task worker`. */
  worker?: boolean;
  /** Quotas of Realtime; without them it counts nothing. */
  realtimeLimits?: Limits;
  /** Hears what is going on, a line at a time. */
  report?(message: string): void;
}

/** A running stack. */
export interface Stack extends StackInfo {
  stop(): Promise<void>;
}

/** How long one part may take to end. */
const STOP_LIMIT_MS = 30_000;

/** Starts everything; resolves when requests are answered. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir, supabaseDir, report = () => {} } = options;
  const closers: (() => unknown)[] = [];
  let server: Deno.HttpServer | undefined;
  const stop = async () => {
    // Requests under way are answered first, but a stream without an end does not hold us up.
    const patience = AbortSignal.timeout(3000);
    await Promise.race([
      server?.shutdown(),
      new Promise((resolve) => patience.onabort = resolve),
    ]);
    await endAll(closers.reverse().splice(0), STOP_LIMIT_MS, report);
  };
  try {
    const lock = await lockState(dataDir);
    closers.push(() => lock.close());
    const last = await takeState(dataDir);
    if (options.reset) {
      await removeCluster(join(dataDir, "postgres"));
      await Deno.remove(join(dataDir, "mail.jsonl")).catch(() => {});
      await Deno.remove(filesFolder(dataDir), { recursive: true }).catch(() => {});
    }

    const port = options.port || freePort();
    if (!isPortFree(port)) {
      throw new StackError(
        `Port ${port} is taken by another program. Choose another one with --port N.`,
      );
    }
    // The port is ours from here on; requests wait until the services behind it are ready.
    let ready = (_: Services) => {};
    const services = new Promise<Services>((resolve) => ready = resolve);
    server = Deno.serve(
      { hostname: "127.0.0.1", port, onListen: () => {}, onError: unexpected },
      async (request, info) => await route(request, info, await services),
    );
    const apiUrl = `http://127.0.0.1:${port}`;

    const [config, keys] = await Promise.all([readConfig(supabaseDir), loadKeys(dataDir)]);
    const database = await openDatabase(dataDir, last?.dbPort ?? port + 1, options.databaseUrl);
    closers.push(() => database.stop());
    await prepareDatabase(database.url(), supabaseDir, database.port === null, report);

    const info: StackInfo = {
      apiUrl,
      dbUrl: database.url("postgres"),
      publishableKey: keys.publishableKey,
      secretKey: keys.secretKey,
      mailUrl: `${apiUrl}/mailbox`,
    };
    const mailbox = await openMailbox(join(dataDir, "mail.jsonl"));
    const auth = openAuth(database.url("supabase_auth_admin"), {
      config: config.auth,
      keys,
      apiUrl,
      mailbox,
    });
    closers.push(() => auth.close());
    const data = await openDataApi(database.url("authenticator"), database.url(), config);
    closers.push(() => data.close());
    const storage = openStorage(
      database.url("supabase_storage_admin"),
      filesFolder(dataDir),
      { keys, fileSizeLimit: config.fileSizeLimit },
    );
    closers.push(() => storage.close());
    // A given server's rows may belong to files of another stack.
    if (database.port !== null) await storage.sweep();
    const smtp = await startSmtp(mailbox);
    closers.push(() => smtp.stop());
    const environment = {
      dir: join(supabaseDir, "functions"),
      keys,
      apiUrl,
      dbUrl: info.dbUrl,
      smtpUrl: smtp.url,
      siteUrl: config.auth.siteUrl,
    };
    const functions = await openFunctions({ ...environment, config, report });
    closers.push(() => functions.close());
    const cronSql = postgres(database.url("postgres"), { max: 1, onnotice: () => {} });
    const worker = options.worker === false
      ? null
      : { url: `${apiUrl}/functions/v1/worker`, secretKey: keys.secretKey };
    const gate = new Gate();
    const cron = startCron({ sql: cronSql, gate, worker, report });
    closers.push(() => cronSql.end({ timeout: 5 }), () => cron.stop());

    const realtime = await RealtimeServer.open({
      keys,
      databaseUrl: database.url(),
      limits: options.realtimeLimits ?? NO_LIMITS,
      report,
    }).catch((error) => {
      // The user of a given database may be no superuser, which Realtime needs.
      if (database.port !== null) throw error;
      report(`Realtime is off: ${error.message}`);
      return null;
    });
    closers.push(() => realtime?.close());

    await writeState(dataDir, {
      ...info,
      pid: Deno.pid,
      port,
      dbPort: database.port,
      clusterDir: database.clusterDir,
      adminUrl: database.url(),
      functionsEnv: await functionsEnv(environment),
    });
    // Last, so that whoever gets an answer finds the state that tells where the stack is.
    ready({ auth, data, storage, functions, gate, mailbox, realtime, keys });
    return { ...info, stop };
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
}

function unexpected(error: unknown): Response {
  console.error("Gateway:", error);
  return Response.json({ message: "An unexpected error occurred" }, { status: 500 });
}
