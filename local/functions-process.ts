/** One process of edge functions: how it is started, what it may know, how it ends. */
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Keys } from "./keys.ts";

/** What functions need to know about the stack. */
export interface FunctionsEnvironment {
  /** Folder with one folder per function. */
  dir: string;
  keys: Keys;
  apiUrl: string;
  dbUrl: string;
  /** Where mails go, and where links in them lead. */
  smtpUrl: string;
  siteUrl: string;
}

/** A running process of functions. */
export interface FunctionsProcess {
  /** The functions it knows. */
  names: string[];
  /** Where it listens. */
  port: number;
  /** Its exit code, once it has ended. */
  ended: Promise<number>;
  /** Lets it answer what it has begun and end; with a limit it is killed after that long. */
  end(limitMs?: number): Promise<void>;
}

/** Variables a Deno program needs to run at all; nothing else of ours reaches the functions. */
const INHERITED =
  /^(HOME|PATH|DENO_DIR|LANG|TZ|TMPDIR|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|SystemRoot)$/;

/** Starts a process that serves the functions as they are on disk now. */
export async function startFunctions(environment: FunctionsEnvironment): Promise<FunctionsProcess> {
  const { dir } = environment;
  const names = await functionNames(dir);
  const host = new URL("functions-host.ts", import.meta.url).href;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--quiet", host, dir, JSON.stringify(names)],
    clearEnv: true,
    env: await functionsEnv(environment),
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
    detached: true, // Ctrl-C in the terminal is for the stack, which ends this process in order.
  }).spawn();
  const ended = process.status.then(({ code }) => code);
  const output = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let first = "";
  while (!first.includes("\n")) {
    const { value, done } = await output.read();
    if (done) throw new Error(`The functions' process ended with code ${await ended}.`);
    first += value;
  }
  print(output);
  const input = process.stdin.getWriter();
  return {
    names,
    port: Number(first.split("\n")[0]),
    ended,
    async end(limitMs) {
      await input.close().catch(() => {});
      const timer = limitMs && setTimeout(() => process.kill("SIGKILL"), limitMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** What functions find in their environment; `deno task worker` runs their code and takes it as well. */
export async function functionsEnv(
  { dir, keys, apiUrl, dbUrl, smtpUrl, siteUrl }: FunctionsEnvironment,
): Promise<Record<string, string>> {
  // What `supabase secrets set` holds on hosted, the CLI reads from this file locally.
  const secrets = await Deno.readTextFile(join(dir, ".env")).then(parseEnv, () => ({}));
  const inherited = Object.entries(Deno.env.toObject()).filter(([name]) => INHERITED.test(name));
  return {
    ...Object.fromEntries(inherited),
    SMTP_URL: smtpUrl,
    SITE_URL: siteUrl,
    CREDENTIAL_KEYS: keys.credentialKeys,
    ALLOW_PRIVATE_URLS: "loopback",
    ...secrets,
    SUPABASE_URL: apiUrl,
    SUPABASE_ANON_KEY: keys.anonKey,
    SUPABASE_SERVICE_ROLE_KEY: keys.serviceRoleKey,
    SUPABASE_DB_URL: dbUrl,
    SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
    SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
    SUPABASE_JWKS: JSON.stringify({ keys: [] }),
    SB_REGION: "local",
  };
}

/** Names of the functions: folders with an index.ts, except those that start with `_` or a dot. */
async function functionNames(dir: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { isDirectory, name } of Deno.readDir(dir)) {
      if (!isDirectory || /^[._]/.test(name)) continue;
      if (await Deno.stat(join(dir, name, "index.ts")).catch(() => null)) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}

/** Functions' console.log goes to the stack's own output. */
async function print(output: ReadableStreamDefaultReader<string>): Promise<void> {
  for (let part = await output.read(); !part.done; part = await output.read()) {
    await Deno.stdout.write(new TextEncoder().encode(part.value));
  }
}
