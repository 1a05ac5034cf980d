/** A worker of jobs, as the handler is one, over connections of its own. @module */

import type { TestDatabase } from "./_support.ts";
import type postgres from "postgres";

/** A task that this worker has claimed. */
export interface Claimed {
  id: string;
  claim: number;
}

/** What the calls of a worker answer, as far as tests look at it. */
export interface Answer {
  stop: string | null;
  created?: number;
  job?: { checkpoint: { row: number } | null } | null;
}

/** Runs one transaction with the secret key. */
export async function asWorker<T>(
  db: TestDatabase,
  work: (tx: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  return await db.owner.begin(async (tx) => {
    await tx`select tests.act_as_service()`;
    return await work(tx);
  }) as T;
}

/** Claims the next job's task. */
export async function claim(db: TestDatabase, worker: string): Promise<Claimed | undefined> {
  return await asWorker(db, async (tx) => {
    const [row] = await tx<{ tasks: Claimed[] }[]>`
      select public.claim_tasks(${worker}, '{scraping_job.run}', 1, 60) as tasks`;
    return row!.tasks[0];
  });
}

/** Tells what there is to do. */
export async function begin(db: TestDatabase, { id, claim }: Claimed): Promise<Answer> {
  return await asWorker(db, async (tx) => {
    const [row] = await tx<{ answer: Answer }[]>`
      select public.begin_scraping_job(${id}, ${claim}) as answer`;
    return row!.answer;
  });
}

/** Imports the rows from `first` to `last`, each a person of its own, with a line of log for each batch. */
export async function importBatch(
  tx: postgres.TransactionSql,
  { id, claim }: Claimed,
  person: string,
  first: number,
  last: number,
): Promise<Answer> {
  const rows = Array.from({ length: last - first + 1 }, (_, n) => ({
    row: first + n,
    values: { email: `${person}${first + n}@x.test` },
  }));
  const logs = [{ level: "info", message: `Rows ${first} to ${last}` }];
  const [row] = await tx<{ answer: Answer }[]>`
    select public.import_job_batch(${id}, ${claim}, ${tx.json(rows)}, '[]',
      ${tx.json({ row: last })}, null, ${tx.json(logs)}) as answer`;
  return row!.answer;
}

/** Ends the job, and the task with it. */
export async function finish(db: TestDatabase, { id, claim }: Claimed): Promise<void> {
  await asWorker(db, (tx) => tx`select public.finish_scraping_job(${id}, ${claim}, 'completed')`);
  await complete(db, { id, claim });
}

/** Ends the task alone: there is nothing more to do. */
export async function complete(db: TestDatabase, { id, claim }: Claimed): Promise<void> {
  await asWorker(db, (tx) => tx`select public.complete_task(${id}, ${claim})`);
}

/** Moves a job as the agency's owner; answers its status. */
export async function move(db: TestDatabase, verb: string, key: string): Promise<string> {
  return await db.as("acme", "owner", async (tx) => {
    const [row] = await tx<{ status: string }[]>`
      select (public.${tx.unsafe(`${verb}_scraping_job`)}(tests.id(${key}))).status`;
    return row!.status;
  });
}

/** Makes an agency with a campaign, a source and jobs of it. */
export async function createJobs(db: TestDatabase, ...keys: string[]): Promise<void> {
  await db.owner`select tests.create_agency('acme')`;
  await db.owner`select tests.create_campaign('acme', 'Spring')`;
  await db.owner`select tests.create_source('acme', 'List')`;
  for (const key of keys) {
    await db.owner`select tests.create_job('acme', ${key}, 'List', 'Spring')`;
  }
}

/** What a job and everything around it came to. */
export async function account(db: TestDatabase, key: string) {
  const [row] = await db.owner`
    select j.status::text, j.rows_read, j.rows_created,
           (select count(*)::int from public.leads as l where l.scraping_job_id = j.id) as leads,
           j.log_lines,
           (select count(*)::int from public.scraping_job_logs as l where l.job_id = j.id) as lines,
           (select coalesce(max(l.seq), 0) from public.scraping_job_logs as l where l.job_id = j.id) as last,
           (select count(*)::int from public.scraping_job_logs as l
             where l.job_id = j.id and l.message like 'Rows %') as batches
      from public.scraping_jobs as j where j.id = tests.id(${key})`;
  return row!;
}
