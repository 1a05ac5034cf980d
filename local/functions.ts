/** The edge runtime: keeps a process for the functions alive and replaces it when a file changes. */
import type { ProjectConfig } from "./config.ts";
import {
  type FunctionsEnvironment,
  type FunctionsProcess,
  startFunctions,
} from "./functions-process.ts";
import { TokenError, verifyToken } from "./keys.ts";

/** Serves `/functions/v1`. */
export interface FunctionsApi {
  handle(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** What the runtime needs to know about the stack. */
export interface FunctionsOptions extends FunctionsEnvironment {
  config: ProjectConfig;
  /** Hears of reloads and failures. */
  report(message: string): void;
}

/** Methods that a client can send on; they are told apart by case. */
const USABLE_METHOD = /^(?!(?:CONNECT|TRACE|TRACK)$)[A-Z]+$/;

/** Starts the functions' process and watches their folder. */
export async function openFunctions(options: FunctionsOptions): Promise<FunctionsApi> {
  const { config, report } = options;
  const live = new Set<FunctionsProcess>();
  let closing = false, failures = 0;
  let current = start();

  async function start(): Promise<FunctionsProcess> {
    const process = await startFunctions(options);
    live.add(process);
    process.ended.then(async (code) => {
      live.delete(process);
      if (!closing && await current.catch(() => null) === process) heal(code);
    });
    return process;
  }

  function heal(code: number) {
    report(`The functions' process ended with code ${code}; starting a new one.`);
    // A process that dies at once is not started in a tight loop.
    const pause = Math.min(5000, 100 * 2 ** failures++);
    current = new Promise((resolve) => setTimeout(resolve, pause)).then(start);
    current.then(() => setTimeout(() => failures = 0, 10_000), (error) => report(String(error)));
  }

  async function reload() {
    const old = await current.catch(() => null);
    try {
      current = Promise.resolve(await start());
      report("Functions reloaded.");
      // Whoever got hold of the old process has sent its request by then, and what the process has
      // begun it answers before it ends.
      if (old) setTimeout(() => old.end(), 1000);
    } catch (error) {
      report(`The functions could not be reloaded: ${error}`);
    }
  }

  // One after the other, so that each replaces the process before it.
  let reloads = Promise.resolve();
  const watcher = await watch(options.dir, () => reloads = reloads.then(reload));

  return {
    async handle(request) {
      const url = new URL(request.url);
      const path = url.pathname.replace("/functions/v1", "");
      const name = path.split("/")[1] ?? "";
      if (!USABLE_METHOD.test(request.method)) return new Response(null, { status: 405 });
      const { names, port } = await current;
      // An unknown name goes on without a token, to be told that it is unknown.
      if (names.includes(name) && config.verifyJwt(name)) {
        const refusal = await checkToken(options.keys.jwtSecret, request);
        if (refusal) return refusal;
      }
      const headers = Object.fromEntries(request.headers);
      headers["x-forwarded-for"] ??= "127.0.0.1";
      headers["x-forwarded-host"] = url.host;
      headers["x-forwarded-proto"] = url.protocol.replace(":", "");
      try {
        return await fetch(`http://127.0.0.1:${port}${path}${url.search}`, {
          method: request.method,
          headers,
          body: request.body,
          redirect: "manual",
        });
      } catch (error) {
        report(`Function ${path}: ${error}`);
        const message = "Function exited due to an error (please check logs)";
        return Response.json({ code: "WORKER_ERROR", message }, { status: 502 });
      }
    },
    async close() {
      closing = true;
      watcher?.close();
      await reloads;
      await current.catch(() => null);
      await Promise.all([...live].map((process) => process.end(5000)));
    },
  };
}

/** Calls `changed` once per burst of changes to source files. */
async function watch(dir: string, changed: () => void): Promise<Deno.FsWatcher | null> {
  if (!await Deno.stat(dir).catch(() => null)) return null;
  const watcher = Deno.watchFs(dir);
  (async () => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    for await (const { kind, paths } of watcher) {
      // A new folder counts by itself: what is written into it at once may go unseen.
      const relevant = kind === "modify"
        ? paths.some((path) => /(?<!\.test)\.(ts|tsx|js|json|env)$/.test(path))
        : kind !== "access";
      if (!relevant) continue;
      clearTimeout(timer);
      timer = setTimeout(changed, 150);
    }
  })();
  return watcher;
}

/** The platform's own check, for functions whose `verify_jwt` is on. */
async function checkToken(secret: string, request: Request): Promise<Response | null> {
  if (request.method === "OPTIONS") return null;
  const refuse = (message: string) => Response.json({ code: 401, message }, { status: 401 });
  const token = request.headers.get("authorization")?.match(/^Bearer\s+(.+)$/i)?.[1];
  if (!token) return refuse("Missing authorization header");
  try {
    await verifyToken(secret, token);
    return null;
  } catch (error) {
    if (error instanceof TokenError) return refuse("Invalid JWT");
    throw error;
  }
}
