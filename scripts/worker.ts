/**
 * Runs background tasks until it is stopped.
 *
 * SIGTERM and Ctrl-C stop it: what runs may finish within ten seconds, the rest is handed back. A
 * second signal ends it at once; then the leases see to what it held.
 * @module
 */

import { hostname } from "node:os";
import { join } from "node:path";
import { readArguments } from "../local/arguments.ts";
import { runningState } from "../local/state.ts";
import { configFromEnv } from "../supabase/functions/_shared/config.ts";
import { secretKeyFrom } from "../supabase/functions/_shared/secret-key.ts";
import { HANDLERS } from "../supabase/functions/worker/registry.ts";
import { work } from "../supabase/functions/worker/runner.ts";
import { createService } from "../supabase/functions/_shared/service.ts";
import { ROOT } from "./lib/outputs.ts";

const USAGE = `Runs background tasks until it is stopped:

  deno task worker                    for the project that the environment names, else for the
                                      local stack that runs here
  deno task worker --concurrency 20   so many tasks at once; 10 unless told
  deno task worker --until-idle       ends when nothing waits any more
  deno task worker --data DIR         the local stack's folder`;

const { values } = readArguments(USAGE, {
  options: {
    concurrency: { type: "string", default: "10" },
    data: { type: "string", default: join(ROOT, ".backline") },
    "until-idle": { type: "boolean", default: false },
  },
});

/** The environment's project, else the local stack's. */
async function environment(): Promise<Record<string, string>> {
  const own = Deno.env.toObject();
  if (own.SUPABASE_URL) return own;
  const state = await runningState(values.data);
  if (!state) {
    console.error("SUPABASE_URL is not set and no local stack runs here: `deno task start`.");
    Deno.exit(2);
  }
  return { ...state.functionsEnv, ...own };
}

const concurrency = Number(values.concurrency);
if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 1000) {
  console.error("--concurrency takes a number from 1 to 1000.");
  Deno.exit(2);
}
const env = await environment();
const { supabaseUrl } = configFromEnv(env);
const log = (message: string, fields: object = {}) =>
  console.log(JSON.stringify({ at: new Date().toISOString(), message, ...fields }));

const stop = new AbortController();
for (
  const signal of Deno.build.os === "windows" ? ["SIGINT"] as const : ["SIGINT", "SIGTERM"] as const
) {
  Deno.addSignalListener(signal, () => {
    if (stop.signal.aborted) Deno.exit(130);
    log("stopping");
    stop.abort(new Error("the worker stops"));
  });
}
const name = `${hostname()}:${Deno.pid}`;
log("working", { worker: name, project: supabaseUrl, kinds: HANDLERS.map(({ kind }) => kind) });
const report = await work({
  name,
  rpc: createService({ supabaseUrl, secretKey: secretKeyFrom(env), fetch }),
  handlers: HANDLERS,
  env,
  fetch,
  stop: stop.signal,
  concurrency,
  untilIdle: values["until-idle"],
  log,
});
log("stopped", report);
// A handler that did not listen may still be at work; what it does is refused from here on.
Deno.exit(0);
