import { secretKeyFrom } from "../_shared/secret-key.ts";
import { configFromEnv } from "../_shared/config.ts";
import { createWorkerApp } from "./app.ts";
import { HANDLERS } from "./registry.ts";

const env = Deno.env.toObject();

/** The platform's own; a plain Deno process has none and answers when the work is done. */
const runtime: { waitUntil(work: Promise<unknown>): void } | undefined = Reflect.get(
  globalThis,
  "EdgeRuntime",
);

const app = createWorkerApp(configFromEnv(env), {
  secretKey: secretKeyFrom(env),
  env,
  handlers: HANDLERS,
  waitUntil: runtime && ((work) => runtime.waitUntil(work)),
  now: Date.now,
});

Deno.serve(app.fetch);
