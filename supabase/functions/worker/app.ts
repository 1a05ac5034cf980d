import { z } from "@hono/zod-openapi";
import { createApp } from "../_shared/app.ts";
import { MAX_BODY_BYTES, readBytes } from "../_shared/body.ts";
import type { KitConfig } from "../_shared/config.ts";
import type { KitApp } from "../_shared/operation.ts";
import { problem } from "../_shared/problem.ts";
import { createService } from "../_shared/service.ts";
import { validationProblem } from "../_shared/validation.ts";
import { authorizeCall } from "./access.ts";
import type { Handler } from "./handler.ts";
import { work } from "./runner.ts";

/** What the function needs beside what every function needs. */
export interface WorkerSettings {
  readonly secretKey: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly handlers: readonly Handler<unknown>[];
  /** Keeps the process alive for work that goes on after the answer, where the platform can. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** The time in milliseconds since the epoch. */
  now(): number;
}

/** What one call takes; the platform ends a function after some minutes. */
const Call = z.strictObject({
  /** How long to claim tasks for. */
  seconds: z.number().min(1).max(300).default(50),
  /** How many tasks at the most. */
  maxTasks: z.number().int().min(1).max(1000).default(200),
  /** How many at once. */
  concurrency: z.number().int().min(1).max(50).default(5),
  /** Whether the answer waits for the work, and tells of it. */
  wait: z.boolean().default(true),
});

/** Of the time a call has, what is left for finishing what has begun. */
const GRACE_MS = 5_000;

/**
 * The function `worker`: POST /worker runs a bounded batch of background tasks. It is called by the
 * database's clock and by operators, so that it stands in no public document.
 */
export function createWorkerApp(config: KitConfig, settings: WorkerSettings): KitApp {
  const { secretKey, env, handlers, now } = settings;
  const app = createApp({ name: "worker", config });
  app.post("/worker", async (c) => {
    const body = new TextDecoder().decode(await readBytes(c.req.raw.body, MAX_BODY_BYTES));
    authorizeCall(c.req.raw.headers, body, {
      secretKey,
      cronSecret: env.WORKER_CRON_SECRET,
      now,
    });
    const call = Call.safeParse(parse(body));
    if (!call.success) throw validationProblem(call.error, "json");
    const { seconds, maxTasks, concurrency, wait } = call.data;
    const working = work({
      name: `function:${c.get("requestId")}`,
      rpc: createService({ supabaseUrl: config.supabaseUrl, secretKey, fetch: config.fetch }),
      handlers,
      env,
      fetch: config.fetch,
      stop: AbortSignal.timeout(seconds * 1000),
      deadline: now() + seconds * 1000,
      graceMs: GRACE_MS,
      concurrency,
      maxTasks,
      untilIdle: true,
      log: (message, fields) =>
        config.log(JSON.stringify({ level: "info", function: "worker", message, ...fields })),
    });
    if (!wait && settings.waitUntil) {
      settings.waitUntil(working);
      return c.json({ success: true, data: null, message: "Working." }, 202);
    }
    return c.json({ success: true, data: await working });
  });
  return app;
}

function parse(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch (cause) {
    throw problem("MALFORMED_JSON", { cause });
  }
}
