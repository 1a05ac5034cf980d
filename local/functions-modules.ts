/** The functions' code: imported at a function's first request, and anew once a file has changed. */
import { registerHooks } from "node:module";
import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { lend } from "./functions-globals.ts";

/** What a function answers requests with. */
export type FetchHandler = (
  request: Request,
  info?: Deno.ServeHandlerInfo,
) => Response | Promise<Response>;

/** The functions of a folder. While it is open, `Deno.serve` hands a handler over and serves nothing. */
export interface FunctionModules {
  /** Whether there is such a function. */
  has(name: string): boolean;
  /** Its handler; rejects where the function does not start. */
  load(name: string): Promise<FetchHandler>;
  /** From here on functions are imported as they are on disk now; what runs goes on as it was. */
  renew(): Promise<void>;
  close(): void;
}

/** Opens the functions of a folder, which need not exist. */
export async function openModules(dir: string): Promise<FunctionModules> {
  const root = pathToFileURL(dir + sep).href;
  let names = await functionNames(dir);
  let loaded = new Map<string, Promise<FetchHandler>>();
  let generation = 1;
  let capture: ((handler: FetchHandler) => void) | undefined;

  // A module is imported once for each address: with the generation in it, all that a function imports
  // from the folder is as new as the function itself.
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const isOurs = resolved.url.startsWith(root) && !resolved.url.includes("/node_modules/");
      return isOurs ? { ...resolved, url: `${resolved.url}?generation=${generation}` } : resolved;
    },
  });

  const restoreServe = lend(Deno, "serve", (...args: unknown[]) => {
    const handler = args.find((arg) => typeof arg === "function") ??
      (args[0] as { handler?: unknown } | undefined)?.handler;
    if (typeof handler === "function") capture?.(handler as FetchHandler);
    const finished = new Promise<void>(() => {});
    const addr = { transport: "tcp", hostname: "127.0.0.1", port: 0 };
    return { finished, addr, ref() {}, unref() {}, shutdown: () => Promise.resolve() };
  });

  async function importHandler(name: string): Promise<FetchHandler> {
    let handler: FetchHandler | undefined;
    capture = (given) => handler = given;
    const module = await import(pathToFileURL(join(dir, name, "index.ts")).href);
    handler ??= module.default?.fetch?.bind(module.default);
    if (!handler) {
      throw new Error(`The function "${name}" neither calls Deno.serve nor exports fetch.`);
    }
    return handler;
  }

  // One by one: this keeps their handlers apart, and each function of one generation.
  let queue: Promise<unknown> = Promise.resolve();
  function enqueue<T>(work: () => T | Promise<T>): Promise<T> {
    const done = queue.then(work);
    queue = done.catch(() => {});
    return done;
  }

  return {
    has: (name) => names.has(name),
    load(name) {
      let loading = loaded.get(name);
      if (!loading) {
        loading = enqueue(() => importHandler(name));
        loaded.set(name, loading);
      }
      return loading;
    },
    renew: () =>
      enqueue(async () => {
        names = await functionNames(dir);
        loaded = new Map();
        generation++;
      }),
    close() {
      hooks.deregister();
      restoreServe();
    },
  };
}

/** Names of the functions: folders with an index.ts, except those that start with `_` or a dot. */
async function functionNames(dir: string): Promise<Set<string>> {
  const names = new Set<string>();
  try {
    for await (const { isDirectory, name } of Deno.readDir(dir)) {
      if (!isDirectory || /^[._]/.test(name)) continue;
      if (await Deno.stat(join(dir, name, "index.ts")).catch(() => null)) names.add(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}
