/**
 * Runs the edge functions in a process of their own, which knows only what hosted functions know.
 * Started by functions.ts with `<functions folder> <map of names to entry points>`; says the port it
 * listens on as its first line, and ends when the stack that holds its standard input is gone.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";

type FetchHandler = (
  request: Request,
  info?: Deno.ServeHandlerInfo,
) => Response | Promise<Response>;

const [dir = ".", names = "[]"] = Deno.args;
const known = new Set(JSON.parse(names) as string[]);
const serve = Deno.serve.bind(Deno);
const pending = new Set<Promise<unknown>>();
const loaded = new Map<string, Promise<FetchHandler>>();
let capture: ((handler: FetchHandler) => void) | undefined;

/** Functions call Deno.serve when imported; here that only hands over the handler. */
function captureServe(...args: unknown[]) {
  const handler = args.find((arg) => typeof arg === "function") ??
    (args[0] as { handler?: unknown } | undefined)?.handler;
  if (typeof handler === "function") capture?.(handler as FetchHandler);
  const finished = new Promise<void>(() => {});
  const addr = { transport: "tcp", hostname: "127.0.0.1", port: 0 };
  return { finished, addr, ref() {}, unref() {}, shutdown: () => Promise.resolve() };
}

Object.defineProperty(Deno, "serve", { value: captureServe });
Object.defineProperty(globalThis, "EdgeRuntime", {
  value: {
    waitUntil(work: Promise<unknown>) {
      pending.add(work);
      work.catch((error) => console.error("waitUntil:", error)).finally(() => pending.delete(work));
    },
  },
});

let queue: Promise<unknown> = Promise.resolve();

/** Imports one function at its first request; imports run one by one to keep handlers apart. */
function load(name: string): Promise<FetchHandler> {
  const existing = loaded.get(name);
  if (existing) return existing;
  const loading = queue.then(async () => {
    let handler: FetchHandler | undefined;
    capture = (given) => handler = given;
    const module = await import(pathToFileURL(join(dir, name, "index.ts")).href);
    handler ??= module.default?.fetch?.bind(module.default);
    if (!handler) {
      throw new Error(`The function "${name}" neither calls Deno.serve nor exports fetch.`);
    }
    return handler;
  });
  queue = loading.catch(() => {});
  loaded.set(name, loading);
  return loading;
}

const server = serve({
  port: 0,
  hostname: "127.0.0.1",
  onListen: ({ port }) => console.log(port),
}, async (request, info) => {
  const url = new URL(request.url);
  const name = url.pathname.split("/")[1] ?? "";
  if (!known.has(name)) {
    const message = "Requested function was not found";
    return Response.json({ code: "NOT_FOUND", message }, { status: 404 });
  }
  try {
    return await (await load(name))(request, info);
  } catch (error) {
    console.error(`Function ${name}:`, error);
    const message = loaded.has(name) && await loaded.get(name)?.then(() => true, () => false)
      ? { code: "WORKER_ERROR", message: "Function exited due to an error (please check logs)" }
      : { code: "BOOT_ERROR", message: "Function failed to start (please check logs)" };
    return Response.json(message, { status: message.code === "BOOT_ERROR" ? 503 : 500 });
  }
});

// The stack closes our standard input when it wants us gone, or when it is gone itself.
for await (const _ of Deno.stdin.readable);
await server.shutdown();
await Promise.allSettled(pending);
Deno.exit();
