/** The edge runtime: keeps a process for the functions alive and replaces it when a file changes. */
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { ProjectConfig } from "./config.ts";
import { type Keys, TokenError, verifyToken } from "./keys.ts";

/** Serves `/functions/v1`. */
export interface FunctionsApi {
  handle(request: Request): Promise<Response>;
  close(): Promise<void>;
}

interface Host {
  names: string[];
  port: number;
  process: Deno.ChildProcess;
  input: WritableStreamDefaultWriter<Uint8Array>;
  active: number;
}

/** What the runtime needs to know about the stack. */
export interface FunctionsOptions {
  /** Folder with one folder per function. */
  dir: string;
  config: ProjectConfig;
  keys: Keys;
  apiUrl: string;
  dbUrl: string;
  report(message: string): void;
}

/** Starts the functions' process and watches their folder. */
export async function openFunctions(options: FunctionsOptions): Promise<FunctionsApi> {
  let closing = false;
  let host = launch(options, crashed);
  let restarts = 0;

  function crashed(dead: Host, code: number) {
    if (closing || retiring.has(dead)) return;
    options.report(`The functions' process ended with code ${code}; starting a new one.`);
    // A process that dies at once is not started in a tight loop.
    restarts++;
    const pause = Math.min(5000, 100 * 2 ** restarts);
    host = new Promise((resolve) => setTimeout(resolve, pause)).then(() =>
      launch(options, crashed)
    );
    host.then(() => restarts = 0, (error) => options.report(String(error)));
  }

  async function reload() {
    const old = await host.catch(() => null);
    try {
      host = Promise.resolve(await launch(options, crashed));
      options.report("Functions reloaded.");
      if (old) retire(old);
    } catch (error) {
      options.report(`The functions could not be reloaded: ${error}`);
    }
  }

  // One after the other, so that each replaces the process before it.
  let reloads = Promise.resolve();
  const watcher = await watch(options.dir, () => reloads = reloads.then(reload));

  return {
    async handle(request) {
      const url = new URL(request.url);
      const path = url.pathname.replace("/functions/v1", "");
      const current = await host;
      current.active++;
      const name = path.split("/")[1] ?? "";
      // An unknown name goes on without a token, to be told that it is unknown.
      const refusal = current.names.includes(name) && await checkToken(options, name, request);
      if (refusal) {
        current.active--;
        return refusal;
      }
      const headers = new Headers(request.headers);
      headers.set("x-forwarded-for", headers.get("x-forwarded-for") ?? "127.0.0.1");
      headers.set("x-forwarded-host", url.host);
      headers.set("x-forwarded-proto", url.protocol.replace(":", ""));
      try {
        const answer = await fetch(`http://127.0.0.1:${current.port}${path}${url.search}`, {
          method: request.method,
          headers,
          body: request.body,
          redirect: "manual",
        });
        return answer.body ? tracked(answer, () => current.active--) : (current.active--, answer);
      } catch (error) {
        current.active--;
        options.report(`Function ${path}: ${error}`);
        const message = "Function exited due to an error (please check logs)";
        return Response.json({ code: "WORKER_ERROR", message }, { status: 502 });
      }
    },
    async close() {
      closing = true;
      watcher?.close();
      await reloads;
      const last = await host.catch(() => null);
      await Promise.all([...retiring, ...last ? [last] : []].map(end));
    },
  };
}

/** Outgoing processes whose last requests are not answered yet. */
const retiring = new Set<Host>();

/** Lets the requests of an outgoing process finish before it goes. */
function retire(host: Host): void {
  retiring.add(host);
  const check = () => {
    if (host.active > 0) return;
    clearInterval(timer);
    retiring.delete(host);
    end(host);
  };
  const timer = setInterval(check, 50);
}

/** Names of the functions: folders with an index.ts, except those that start with `_`. */
export async function functionNames(dir: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(dir)) {
    if (!entry.isDirectory || /^[._]/.test(entry.name)) continue;
    const index = join(dir, entry.name, "index.ts");
    if (await Deno.stat(index).then(() => true, () => false)) names.push(entry.name);
  }
  return names.sort();
}

const ending = new WeakSet<Host>();

async function launch(
  options: FunctionsOptions,
  crashed: (host: Host, code: number) => void,
): Promise<Host> {
  const { dir, keys, apiUrl, dbUrl } = options;
  // What `supabase secrets set` holds on hosted, the CLI reads from this file locally.
  const secrets = await Deno.readTextFile(join(dir, ".env")).then(parseEnv, () => ({}));
  const names = await functionNames(dir).catch(() => []);
  const inherited = [
    "HOME",
    "PATH",
    "DENO_DIR",
    "LANG",
    "TZ",
    "SSL_CERT_FILE",
    "NODE_EXTRA_CA_CERTS",
  ];
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      "--quiet",
      new URL("functions-host.ts", import.meta.url).href,
      dir,
      JSON.stringify(names),
    ],
    clearEnv: true,
    env: {
      ...Object.fromEntries(inherited.flatMap((name) => {
        const value = Deno.env.get(name);
        return value === undefined ? [] : [[name, value]];
      })),
      ...secrets,
      SUPABASE_URL: apiUrl,
      SUPABASE_ANON_KEY: keys.anonKey,
      SUPABASE_SERVICE_ROLE_KEY: keys.serviceRoleKey,
      SUPABASE_DB_URL: dbUrl,
      SUPABASE_PUBLISHABLE_KEYS: JSON.stringify({ default: keys.publishableKey }),
      SUPABASE_SECRET_KEYS: JSON.stringify({ default: keys.secretKey }),
      SUPABASE_JWKS: JSON.stringify({ keys: [] }),
      SB_EXECUTION_ID: crypto.randomUUID(),
      SB_REGION: "local",
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
    detached: true,
  }).spawn();
  const output = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let first = "";
  while (!first.includes("\n")) {
    const { value, done } = await output.read();
    if (done) {
      throw new Error(`The functions' process ended with code ${(await process.status).code}.`);
    }
    first += value;
  }
  const host = {
    names,
    port: Number(first.split("\n")[0]),
    process,
    input: process.stdin.getWriter(),
    active: 0,
  };
  pump(output);
  process.status.then(({ code }) => {
    if (!ending.has(host)) crashed(host, code);
  });
  return host;
}

/** Functions' console.log goes to the stack's own output. */
async function pump(output: ReadableStreamDefaultReader<string>) {
  for (;;) {
    const { value, done } = await output.read();
    if (done) return;
    await Deno.stdout.write(new TextEncoder().encode(value));
  }
}

async function end(host: Host) {
  ending.add(host);
  await host.input.close().catch(() => {});
  const timer = setTimeout(() => host.process.kill("SIGKILL"), 5000);
  await host.process.status;
  clearTimeout(timer);
}

/** Calls `changed` once per burst of changes to source files. */
async function watch(dir: string, changed: () => void): Promise<Deno.FsWatcher | null> {
  const exists = await Deno.stat(dir).then(() => true, () => false);
  if (!exists) return null;
  const watcher = Deno.watchFs(dir);
  (async () => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    for await (const event of watcher) {
      // A new folder counts by itself: what is written into it at once may go unseen.
      const relevant = event.kind !== "access" &&
        event.paths.some((path) =>
          event.kind === "modify" ? /(?<!\.test)\.(ts|tsx|js|json|env)$/.test(path) : true
        );
      if (!relevant) continue;
      clearTimeout(timer);
      timer = setTimeout(changed, 150);
    }
  })();
  return watcher;
}

/** The platform's own check, for functions whose `verify_jwt` is on. */
async function checkToken(
  options: FunctionsOptions,
  name: string,
  request: Request,
): Promise<Response | null> {
  if (request.method === "OPTIONS" || !options.config.verifyJwt(name)) return null;
  const refuse = (message: string) => Response.json({ code: 401, message }, { status: 401 });
  const token = request.headers.get("authorization")?.match(/^Bearer\s+(.+)$/i)?.[1];
  if (!token) return refuse("Missing authorization header");
  try {
    await verifyToken(options.keys.jwtSecret, token);
    return null;
  } catch (error) {
    if (error instanceof TokenError) return refuse("Invalid JWT");
    throw error;
  }
}

/** Passes a streamed answer on and says when its last byte has gone. */
function tracked(answer: Response, done: () => void): Response {
  let open = true;
  const once = () => {
    if (open) done();
    open = false;
  };
  const reader = answer.body?.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const part = await reader?.read().catch(() => undefined);
      if (part && !part.done) return controller.enqueue(part.value);
      once();
      controller.close();
    },
    async cancel(reason) {
      once();
      await reader?.cancel(reason);
    },
  });
  return new Response(body, answer);
}
