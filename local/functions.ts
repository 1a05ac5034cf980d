/** The edge runtime: answers with the project's functions, in the stack's own process. */
import type { ProjectConfig } from "./config.ts";
import { adoptEnv, functionsEnv, type FunctionsEnvironment } from "./functions-env.ts";
import { lendGlobals } from "./functions-globals.ts";
import { openModules } from "./functions-modules.ts";
import { TokenError, verifyToken } from "./keys.ts";

/** Serves `/functions/v1`. */
export interface FunctionsApi {
  handle(request: Request, info: Deno.ServeHandlerInfo): Promise<Response>;
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

/** Opens the functions and watches their folder. */
export async function openFunctions(options: FunctionsOptions): Promise<FunctionsApi> {
  const { config, dir, keys, report } = options;
  const modules = await openModules(dir);
  const globals = lendGlobals(report);
  const renewEnv = async () => adoptEnv(await functionsEnv(options));
  await renewEnv();
  const watcher = await watch(dir, async () => {
    await renewEnv();
    await modules.renew();
    report("Functions reloaded.");
  });

  async function answer(name: string, request: Request, info: Deno.ServeHandlerInfo) {
    let handler;
    try {
      handler = await modules.load(name);
    } catch (error) {
      return failed(name, error, 503, "BOOT_ERROR", "Function failed to start");
    }
    try {
      return await handler(request, info);
    } catch (error) {
      return failed(name, error, 500, "WORKER_ERROR", "Function exited due to an error");
    }
  }

  function failed(name: string, error: unknown, status: number, code: string, message: string) {
    console.error(`Function ${name}:`, error);
    return Response.json({ code, message: `${message} (please check logs)` }, { status });
  }

  return {
    async handle(request, info) {
      const url = new URL(request.url);
      const path = url.pathname.slice("/functions/v1".length);
      const name = path.split("/")[1] ?? "";
      if (!USABLE_METHOD.test(request.method)) return new Response(null, { status: 405 });
      if (!modules.has(name)) {
        const message = "Requested function was not found";
        return Response.json({ code: "NOT_FOUND", message }, { status: 404 });
      }
      if (config.verifyJwt(name)) {
        const refusal = await checkToken(keys.jwtSecret, request);
        if (refusal) return refusal;
      }
      const headers = Object.fromEntries(request.headers);
      headers["x-forwarded-for"] ??= "127.0.0.1";
      headers["x-forwarded-host"] = url.host;
      headers["x-forwarded-proto"] = url.protocol.replace(":", "");
      const { method, body } = request;
      const inner = new Request(url.origin + path + url.search, { method, headers, body });
      return await answer(name, inner, info);
    },
    async close() {
      watcher?.close();
      modules.close();
      await globals.close();
    },
  };
}

/** Calls `changed` once per burst of changes to source files. */
async function watch(dir: string, changed: () => Promise<void>): Promise<Deno.FsWatcher | null> {
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
