/**
 * Stands in for pg_cron and pg_net, which the embedded Postgres lacks: ticks, and calls the worker
 * function where tasks wait.
 */
import type { Sql } from "postgres";
import type { Gate } from "./gate.ts";

/** What the clock needs. */
export interface CronOptions {
  sql: Sql;
  gate: Gate;
  /** Where the function `worker` is, and the key it takes; without it tasks wait for another worker. */
  worker: { url: string; secretKey: string } | null;
  /** Hears of failures. */
  report(message: string): void;
}

/** A function that runs for long does not keep new tasks waiting: so many may run beside each other. */
const MAX_CALLS = 4;

/** Runs `select private.tick()` every second, as the schedule on hosted does every five. */
export function startCron({ sql, gate, worker, report }: CronOptions): { stop(): Promise<void> } {
  const stopped = new AbortController();
  const calls = new Set<Promise<void>>();
  const told = new Map<string, string>();
  let wake = () => {};

  /** Tells a fault once, and again when another was there in between. */
  function tell(what: string, fault: string) {
    if (!stopped.signal.aborted && fault !== "" && fault !== told.get(what)) {
      report(`${what}: ${fault}`);
    }
    told.set(what, fault);
  }

  async function callWorker({ url, secretKey }: { url: string; secretKey: string }) {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { "apikey": secretKey, "Content-Type": "application/json" },
        body: JSON.stringify({ seconds: 30 }),
        signal: stopped.signal,
      });
      const text = await response.text();
      tell("worker", response.ok || response.status === 404 ? "" : text);
    } catch (error) {
      tell("worker", String(error));
    }
  }

  async function tick(): Promise<boolean> {
    try {
      const [row] = await sql`select to_regproc('private.tick') is not null as found`;
      const [answer] = row?.found ? await sql`select private.tick() as report` : [];
      tell("private.tick()", "");
      return answer?.report.waiting ?? false;
    } catch (error) {
      tell("private.tick()", String(error));
      return false;
    }
  }

  const listening = worker && sql.listen("task_available", () => wake())
    .catch((error) => tell("listen", String(error)));

  const loop = (async () => {
    while (!stopped.signal.aborted) {
      const waiting = await gate.through(tick);
      if (waiting && worker && calls.size < MAX_CALLS) {
        const call: Promise<void> = callWorker(worker).finally(() => calls.delete(call));
        calls.add(call);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000);
        wake = () => {
          // One that runs looks for tasks by itself.
          if (calls.size > 0 && !stopped.signal.aborted) return;
          clearTimeout(timer);
          resolve();
        };
        if (stopped.signal.aborted) wake();
      });
    }
  })();
  return {
    async stop() {
      stopped.abort();
      wake();
      await Promise.all([loop, listening, ...calls]);
    },
  };
}
