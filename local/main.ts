/** The local stack's command line. */
import { join, resolve } from "node:path";
import { readArguments } from "./arguments.ts";
import { StackError } from "./postgres.ts";
import { LIMITS } from "./realtime/limits.ts";
import { filesFolder, readState, runningState, type StackInfo } from "./state.ts";

const PROJECT = resolve(import.meta.dirname ?? ".", "..");

// Set before lite is imported, which reads it then.
Deno.env.set("LITE_TELEMETRY", "0");

const USAGE = `The local stack:

  deno task start      starts it; Ctrl-C stops it and keeps the data
    --port N                 the port, 54321 unless told; 0 takes any free one
    --reset                  throws the database, files and mails away first
    --no-worker              leaves background tasks to a \`deno task worker\`
    --realtime-limits PLAN   holds Realtime to the quotas of: ${[...LIMITS.keys()].join(", ")}
  deno task status     prints URLs and keys of the running stack; --json for programs
  deno task db:reset   builds the database anew from migrations and seed

All take --data DIR (where its state lies, .backline unless told) and --supabase DIR (the project).`;

const { positionals: [command = "start"], values } = readArguments(USAGE, {
  allowPositionals: true,
  options: {
    port: { type: "string", default: "54321" },
    data: { type: "string", default: join(PROJECT, ".backline") },
    supabase: { type: "string", default: join(PROJECT, "supabase") },
    reset: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    "no-worker": { type: "boolean", default: false },
    "realtime-limits": { type: "string", default: "none" },
  },
});

const commands: Record<string, () => Promise<void>> = { start, status, reset };

try {
  const run = commands[command];
  if (!run) throw new StackError(`Unknown command "${command}": use start, status or reset.`);
  await run();
} catch (error) {
  console.error(error instanceof StackError ? error.message : explain(error));
  Deno.exit(1);
}

async function start(): Promise<void> {
  const began = performance.now();
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new StackError(`--port takes a number between 0 and 65535, not "${values.port}".`);
  }
  const limits = LIMITS.get(values["realtime-limits"]);
  if (!limits) {
    throw new StackError(`--realtime-limits takes one of ${[...LIMITS.keys()].join(", ")}.`);
  }
  const { startStack } = await import("./stack.ts");
  console.log("Starting the local stack …");
  const starting = startStack({
    dataDir: resolve(values.data),
    supabaseDir: resolve(values.supabase),
    port,
    reset: values.reset,
    worker: !values["no-worker"],
    realtimeLimits: limits,
    databaseUrl: Deno.env.get("DATABASE_URL"),
    report: (message) => console.log(`  ${message}`),
  });
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    console.log("\nStopping …");
    await (await starting.catch(() => null))?.stop();
    Deno.exit(0);
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) Deno.addSignalListener(signal, stop);
  const stack = await starting;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(await welcome(stack, seconds));
}

async function status(): Promise<void> {
  const state = await runningState(resolve(values.data));
  if (!state) {
    throw new StackError(
      "The local stack is not running, or not ready yet. Start it with `deno task start`.",
    );
  }
  const { apiUrl, dbUrl, publishableKey, secretKey, mailUrl } = state;
  const info: StackInfo = { apiUrl, dbUrl, publishableKey, secretKey, mailUrl };
  console.log(values.json ? JSON.stringify(info) : table(info));
}

async function reset(): Promise<void> {
  const dataDir = resolve(values.data), supabaseDir = resolve(values.supabase);
  const report = (message: string) => console.log(`  ${message}`);
  const { openDatabase, resetDatabase } = await import("./database.ts");
  const running = await runningState(dataDir);
  if (running) {
    const { holdRequests } = await import("./gate.ts");
    await resetDatabase(running.adminUrl, supabaseDir, report, () => holdRequests(running));
  } else {
    const { lockState } = await import("./state.ts");
    const lock = await lockState(dataDir);
    const last = await readState(dataDir);
    const database = await openDatabase(
      dataDir,
      last?.dbPort ?? 54322,
      Deno.env.get("DATABASE_URL"),
    );
    try {
      await resetDatabase(database.url(), supabaseDir, report);
    } finally {
      await database.stop();
      lock.close();
    }
  }
  // The rows are gone; a given server's next stack would not know its files.
  await Deno.remove(filesFolder(dataDir), { recursive: true }).catch(() => {});
  console.log("The database is as new. Accounts made before are gone: sign up or in again.");
}

function table(info: StackInfo): string {
  return [
    `  API              ${info.apiUrl}`,
    `  Functions        ${info.apiUrl}/functions/v1`,
    `  Database         ${info.dbUrl}`,
    `  Mailbox          ${info.mailUrl}`,
    `  Publishable key  ${info.publishableKey}`,
    `  Secret key       ${info.secretKey}`,
  ].join("\n");
}

async function welcome(info: StackInfo, seconds: string): Promise<string> {
  const seed = await Deno.readTextFile(join(values.supabase, "seed.sql")).catch(() => "");
  const logins = [...seed.matchAll(/^-- login: (\S+) (\S+) (.*)$/gm)]
    .map(([, email = "", password = "", what = ""]) =>
      `  ${email.padEnd(32)} ${password.padEnd(20)} ${what}`
    );
  return `
Backline is running (ready in ${seconds} s).

${table(info)}
${logins.length ? `\nAccounts to try (e-mail, password):\n\n${logins.join("\n")}\n` : ""}
What to try:

  curl ${info.apiUrl}/functions/v1/health/ready
  open ${info.apiUrl}/functions/v1/docs in a browser: every endpoint, ready to call
  createClient("${info.apiUrl}", "${info.publishableKey}")  // supabase-js

Ctrl-C stops it; the data stays for the next start.`;
}

function explain(error: unknown): string {
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  return /No space left on device|os error 28/i.test(text)
    ? `The disk is full: free some space and start again.\n${text}`
    : text;
}
