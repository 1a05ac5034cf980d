/**
 * Two agencies import 20,000 rows each while the workers are killed at random moments. In the end
 * each row is there once, every count is exact, no task is lost or completed twice, and no log has a
 * gap. `BACKLINE_CRASH_RUNS` imports, 2 unless told; `BACKLINE_CRASH_SEED` repeats the moments.
 */

import { ok } from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { assertExact, type Job, sql, startJob } from "./_job.ts";
import { passLeases, startWorker, type Worker } from "./_workers.ts";

const RUNS = Number(Deno.env.get("BACKLINE_CRASH_RUNS") || 2);
const SEED = Number(Deno.env.get("BACKLINE_CRASH_SEED") || Date.now() % 2 ** 31);
/** Jobs at once, and as many workers. */
const ABREAST = 2;
/** Later than so long after it began to work no worker is killed. */
const LONGEST_LIFE_MS = 1500;
/** After so many the workers of a round live. */
const KILLS_A_ROUND = 8;

/** Mulberry32: numbers from 0 to 1, the same for the same seed. */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Sees to leases until the jobs have ended. A claim that was under way when its worker died is a dead
 * worker's as well, a moment later: so this is done again and again.
 */
async function tend(jobs: readonly Job[]): Promise<"over"> {
  for (;;) {
    await passLeases();
    const [row] = await sql`
      select count(*)::integer as running from public.scraping_jobs
       where id = any (${jobs.map(({ id }) => id)}) and status = 'running'`;
    if (row?.running === 0) return "over";
    await sleep(100);
  }
}

for (let run = 0; run < RUNS; run += ABREAST) {
  Deno.test(`kill -9: imports ${run + 1} to ${Math.min(run + ABREAST, RUNS)} of ${RUNS}`, async () => {
    const seed = SEED + run;
    const next = random(seed);
    const begun = performance.now();
    const names = Array.from({ length: Math.min(ABREAST, RUNS - run) }, (_, n) => run + n + 1);
    const jobs = await Promise.all(names.map((n) => startJob(`Crash ${seed} ${n}`)));
    let isOver = false;
    const over = tend(jobs).finally(() => isOver = true);
    let kills = 0, struck = 0;

    /** One worker after the other, until the jobs have ended. */
    async function works(): Promise<void> {
      while (!isOver) {
        const worker: Worker = startWorker();
        await worker.ready;
        const life = Promise.withResolvers<"killed">();
        // The moment is random on purpose: it is what is tried, nothing waits for it to suffice.
        const timer = kills++ < KILLS_A_ROUND
          ? setTimeout(() => life.resolve("killed"), next() * LONGEST_LIFE_MS)
          : undefined;
        const end = await Promise.race([life.promise, over, worker.alive]);
        clearTimeout(timer);
        if (end === "over") return await worker.stop();
        if (await worker.kill()) struck++;
      }
    }

    await Promise.all(Array.from({ length: ABREAST }, works));
    for (const job of jobs) await assertExact(job);
    const [left] = await sql`
      select count(*)::integer as tasks from private.tasks where state = 'discarded'`;
    ok(left?.tasks === 0, "no task was given up");
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    console.log(
      `crash: seed ${seed}, ${jobs.length} imports, ${Math.min(kills, KILLS_A_ROUND)} kills, ` +
        `${struck} of workers that held a task, ${seconds} s`,
    );
  });
}
