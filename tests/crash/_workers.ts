/**
 * Workers as real processes, which are killed without a word.
 * @module
 */

import { hostname } from "node:os";
import { ROOT } from "../../scripts/lib/outputs.ts";
import { sql } from "./_job.ts";

/** A running worker. */
export interface Worker {
  /** Resolves once it works. */
  readonly ready: Promise<void>;
  /** Rejects when it ends without having been told to. */
  readonly alive: Promise<never>;
  /** Ends it by SIGKILL; answers whether it held a task. */
  kill(): Promise<boolean>;
  /** Ends it in order. */
  stop(): Promise<void>;
}

const dead: string[] = [];

/**
 * Lets the time go by after which the tasks of killed workers are given to others. What those had
 * sent before they died may still be under way, as it may be then.
 */
export async function passLeases(): Promise<void> {
  await sql`
    update private.tasks
       set heartbeat_at = heartbeat_at - (lease_until - clock_timestamp()),
           lease_until = clock_timestamp()
     where worker = any (${dead}) and state = 'running' and lease_until > clock_timestamp()`;
}

/** Starts `deno task worker` on the stack under test. */
export function startWorker(): Worker {
  const data = Deno.env.get("BACKLINE_DATA");
  if (!data) throw new Error("BACKLINE_DATA is not set: run `deno task test crash`.");
  // The process itself and not the task runner before it, which a SIGKILL would leave it behind.
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "scripts/worker.ts", "--data", data, "--concurrency", "2"],
    cwd: ROOT,
    env: { IMPORT_BATCH_ROWS: "500" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const ready = Promise.withResolvers<void>();
  const output = (async () => {
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      if (chunk.includes('"working"')) ready.resolve();
    }
    ready.resolve();
  })();
  const faults = new Response(child.stderr).text();
  let isTold = false;
  const alive = Promise.withResolvers<never>();
  // Whoever races with it hears of it.
  alive.promise.catch(() => {});
  child.status.then(async ({ code }) => {
    if (!isTold) alive.reject(new Error(`a worker ended with ${code}: ${await faults}`));
  });
  const end = async (signal: Deno.Signal) => {
    isTold = true;
    try {
      child.kill(signal);
    } catch (error) {
      // It has ended by itself.
      if (!(error instanceof TypeError)) throw error;
    }
    await child.status;
    await Promise.all([output, faults]);
  };
  return {
    ready: ready.promise,
    alive: alive.promise,
    async kill() {
      await end("SIGKILL");
      const name = `${hostname()}:${child.pid}`;
      dead.push(name);
      const held = await sql`
        select from private.tasks where worker = ${name} and state = 'running'`;
      return held.length > 0;
    },
    stop: () => end("SIGTERM"),
  };
}
