/**
 * The queues that are compared: ours, graphile-worker and pg-boss, each driven as its own
 * documentation recommends for the batch size.
 * @module
 */

import { Logger, makeWorkerUtils, runOnce } from "graphile-worker";
import { PgBoss } from "pg-boss";
import postgres from "postgres";

/** A queue with nothing in it. */
export interface Queue extends AsyncDisposable {
  readonly name: string;
  /** Puts so many tasks in line, with a payload of one number each. */
  add(count: number): Promise<void>;
  /** Claims and completes them all with so many clients; returns how many it was. */
  drain(batch: number): Promise<number>;
}

/** Who claims at once. */
export const CLIENTS = 4;

const each = <T>(work: (client: number) => Promise<T>) =>
  Promise.all(Array.from({ length: CLIENTS }, (_, client) => work(client)));

const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0);

interface Claimed {
  id: string;
  claim: number;
}

/** How {@link openOurs} drives our queue. */
export type Manner = "exchange" | "claim and complete";

/** Our queue, over connections as the Data API holds them; tasks belong to ten agencies. */
export async function openOurs(url: string, manner: Manner): Promise<Queue> {
  const owner = postgres(url, { max: 1, onnotice: () => {} });
  const sql = postgres(url, {
    max: CLIENTS,
    onnotice: () => {},
    connection: { role: "service_role" },
  });
  const kinds = ["maintenance.sweep"];
  const agencies = (await owner<{ id: string }[]>`
    select tests.create_agency('queue-' || n) as id from generate_series(1, 10) as n`)
    .map(({ id }) => id);
  const claim = async (client: number, batch: number) =>
    (await sql<{ tasks: Claimed[] }[]>`
      select public.claim_tasks(${`bench-${client}`}, ${kinds}, ${batch}, 60) as tasks`)[0]!.tasks;
  const name = (tasks: Claimed[]) => tasks.map(({ id, claim }) => ({ id, claim, result: null }));

  /** As a worker does that reports what it has done when it asks for more. */
  async function exchange(client: number, batch: number): Promise<number> {
    let count = 0;
    for (let done: Claimed[] = [];; count += done.length) {
      const [row] = await sql<{ answer: { tasks: Claimed[] } }[]>`
        select public.exchange_tasks(
          ${sql.json(name(done))}, ${`bench-${client}`}, ${kinds}, ${batch}, 60) as answer`;
      done = row!.answer.tasks;
      if (done.length === 0) return count;
    }
  }

  async function claimAndComplete(client: number, batch: number): Promise<number> {
    let count = 0;
    while (true) {
      const tasks = await claim(client, batch);
      const [first] = tasks;
      if (!first) return count;
      if (batch === 1) await sql`select public.complete_task(${first.id}, ${first.claim})`;
      else await sql`select public.complete_tasks(${sql.json(name(tasks))})`;
      count += tasks.length;
    }
  }

  return {
    name: "ours",
    async add(count) {
      await owner`
        select private.enqueue_tasks('maintenance.sweep', g.payloads, g.agency)
          from (
            select array_agg(jsonb_build_object('n', n)) as payloads, (${agencies}::uuid[])[1 + n % 10] as agency
              from generate_series(1, ${count}::integer) as n group by 2
          ) as g`;
    },
    drain: async (batch) =>
      sum(
        await each((client) =>
          manner === "exchange" ? exchange(client, batch) : claimAndComplete(client, batch)
        ),
      ),
    async [Symbol.asyncDispose]() {
      await Promise.all([owner.end(), sql.end()]);
    },
  };
}

/**
 * graphile-worker. One at a time: four workers of one pool. In batches: its local queue of that size
 * and batched completion, in four instances with the concurrency of its own benchmark.
 */
export async function openGraphileWorker(url: string): Promise<Queue> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  const logger = new Logger(() => () => {});
  const utils = await makeWorkerUtils({ connectionString: url, logger });
  await utils.migrate();
  let count = 0;
  const options = (preset: object) => ({
    connectionString: url,
    logger,
    taskList: { bench: () => void count++ },
    preset: { worker: preset },
    noHandleSignals: true,
  });
  return {
    name: "graphile-worker",
    async add(total) {
      await sql`
        select graphile_worker.add_jobs(array_agg(
          json_populate_record(null::graphile_worker.job_spec,
            json_build_object('identifier', 'bench', 'payload', json_build_object('n', n)))))
          from generate_series(1, ${total}::integer) as n`;
    },
    async drain(batch) {
      count = 0;
      if (batch === 1) {
        await runOnce(options({ concurrentJobs: CLIENTS, maxPoolSize: CLIENTS + 1 }));
      } else {
        await each(() =>
          runOnce(options({
            concurrentJobs: 24,
            maxPoolSize: 25,
            localQueue: { size: batch },
            completeJobBatchDelay: 0,
            failJobBatchDelay: 0,
          }))
        );
      }
      return count;
    },
    async [Symbol.asyncDispose]() {
      await utils.release();
      await sql.end();
    },
  };
}

/** pg-boss: fetch and complete, by id or by ids. */
export async function openPgBoss(url: string): Promise<Queue> {
  const boss = new PgBoss({
    connectionString: url,
    max: CLIENTS,
    supervise: false,
    schedule: false,
  });
  boss.on("error", (error) => {
    throw error;
  });
  await boss.start();
  await boss.createQueue("bench");
  return {
    name: "pg-boss",
    async add(count) {
      const jobs = Array.from({ length: count }, (_, n) => ({ data: { n } }));
      for (let from = 0; from < count; from += 5000) {
        await boss.insert("bench", jobs.slice(from, from + 5000));
      }
    },
    drain: async (batch) =>
      sum(
        await each(async () => {
          let count = 0;
          while (true) {
            const jobs = await boss.fetch("bench", { batchSize: batch });
            if (jobs.length === 0) return count;
            await boss.complete("bench", jobs.map(({ id }) => id));
            count += jobs.length;
          }
        }),
      ),
    async [Symbol.asyncDispose]() {
      await boss.stop({ graceful: false });
    },
  };
}
