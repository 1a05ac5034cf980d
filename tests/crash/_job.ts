/**
 * An agency with a job of its own, and what must be true of it in the end.
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import postgres from "postgres";
import { foundAgency } from "../e2e/_agency.ts";
import { client, stack, type TestUser } from "../e2e/_support.ts";

/** Rows of a list. */
export const ROWS = 20_000;
/** Every so many rows one is faulty: no e-mail address. */
const FAULTY_EVERY = 250;
/** Every so many rows one repeats an earlier one, which no faulty row is. */
const REPEATED_EVERY = 100;
const REPEATS_BEFORE = 50;

const isFaulty = (row: number) => row % FAULTY_EVERY === 1;
const isRepeated = (row: number) => row % REPEATED_EVERY === 0;

/** The database as its owner. */
export const sql = postgres(stack.dbUrl, { max: 4, onnotice: () => {} });
// The tests of a file share it, and Deno must not wait for it.
globalThis.addEventListener("unload", () => void sql.end({ timeout: 0 }));

// Each time a task is completed, however that came about.
await sql`create table if not exists private.completions (task_id uuid, at timestamptz default now())`;
await sql.unsafe(`
  create or replace function private.note_completion() returns trigger language plpgsql as
  $$ begin insert into private.completions (task_id) values (new.id); return null; end $$;
  create or replace trigger note_completion after insert or update on private.tasks
    for each row when (new.state = 'completed') execute function private.note_completion();`);

/** A list whose outcome is known row by row. */
function list(): string {
  const lines = Array.from({ length: ROWS }, (_, n) => {
    const row = n + 1;
    if (isFaulty(row)) return `nobody-${row},Nobody ${row}`;
    const person = isRepeated(row) ? row - REPEATS_BEFORE : row;
    return `person-${person}@crash.test,Person ${person}`;
  });
  return ["email,first name", ...lines].join("\n");
}

/** A job under test. */
export interface Job {
  readonly id: string;
  readonly agencyId: string;
  readonly campaignId: string;
  readonly owner: TestUser;
}

async function rpc<T>(user: TestUser, name: string, args: Record<string, unknown>): Promise<T> {
  const { data, error } = await client(user.token).rpc(name, args);
  ok(!error, `${name}: ${JSON.stringify(error)}`);
  return data as T;
}

/** Founds an agency, uploads its list and starts a job that reads it. */
export async function startJob(name: string): Promise<Job> {
  const { owner, id: agencyId } = await foundAgency(name);
  const path = `${agencyId}/list.csv`;
  const upload = await client(owner.token).storage.from("imports")
    .upload(path, new Blob([list()], { type: "text/csv" }));
  ok(!upload.error, JSON.stringify(upload.error));
  const campaign = await rpc<{ id: string }>(owner, "create_campaign", { name: "Crash" });
  const source = await rpc<{ id: string }>(owner, "create_data_source", {
    type: "csv",
    name: "List",
    attributes: { config: { path } },
  });
  const job = await rpc<{ id: string }>(owner, "create_scraping_job", {
    data_source_id: source.id,
    campaign_id: campaign.id,
  });
  await rpc(owner, "start_scraping_job", { job_id: job.id });
  return { id: job.id, agencyId, campaignId: campaign.id, owner };
}

/** What a finished job's rows came to; every count by its own way of counting. */
export async function assertExact({ id, agencyId, campaignId, owner }: Job): Promise<void> {
  const numbers = Array.from({ length: ROWS }, (_, n) => n + 1);
  const faulty = numbers.filter(isFaulty);
  const repeated = numbers.filter(isRepeated);
  const created = ROWS - faulty.length - repeated.length;

  const [job] = await sql`
    select status, progress, rows_total, rows_read, rows_created, rows_updated, rows_duplicate,
           rows_rejected, error, log_lines
      from public.scraping_jobs where agency_id = ${agencyId} and id = ${id}`;
  const { log_lines, ...counts } = job ?? {};
  deepStrictEqual({ ...counts }, {
    status: "completed",
    progress: 100,
    rows_total: ROWS,
    rows_read: ROWS,
    rows_created: created,
    rows_updated: 0,
    rows_duplicate: repeated.length,
    rows_rejected: faulty.length,
    error: null,
  });

  // Each row once: the leads are those of the list, no more and no less.
  const leads = await sql`select email from public.leads where agency_id = ${agencyId}`;
  const expected = numbers.filter((row) => !isFaulty(row) && !isRepeated(row))
    .map((row) => `person-${row}@crash.test`);
  deepStrictEqual(leads.map(({ email }) => String(email)).sort(), expected.sort());
  const rejects = await sql`
    select row_number from public.scraping_job_rejects
     where agency_id = ${agencyId} and job_id = ${id} order by n`;
  deepStrictEqual(rejects.map(({ row_number }) => row_number).sort((a, b) => a - b), faulty);

  // What the batches said in their own transactions, and what the agency's figures say.
  const [audited] = await sql`
    select sum((after ->> 'created')::integer)::integer as created,
           sum((after ->> 'duplicate')::integer)::integer as duplicate,
           sum((after ->> 'rejected')::integer)::integer as rejected
      from public.audit_log where agency_id = ${agencyId} and action = 'lead.imported'`;
  deepStrictEqual({ ...audited }, {
    created,
    duplicate: repeated.length,
    rejected: faulty.length,
  });
  const figures = await rpc<{ totals: { total: number } }>(owner, "get_campaign_performance", {
    campaign_id: campaignId,
  });
  strictEqual(figures.totals.total, created);

  // The log counts from 1 without gaps, and the job ended once.
  const lines = await sql`
    select seq from public.scraping_job_logs
     where agency_id = ${agencyId} and job_id = ${id} order by seq`;
  deepStrictEqual(lines.map(({ seq }) => seq), lines.map((_, index) => index + 1));
  strictEqual(lines.length, log_lines);
  const ends = await sql`
    select action from public.audit_log
     where agency_id = ${agencyId} and entity_id = ${id}
       and action in ('job.completed', 'job.failed', 'job.cancelled')`;
  deepStrictEqual(ends.map(({ action }) => action), ["job.completed"]);

  // One task, completed once.
  const tasks = await sql`
    select t.state, (select count(*)::integer from private.completions as c where c.task_id = t.id) as times
      from private.tasks as t
     where t.agency_id = ${agencyId} and t.kind = 'scraping_job.run'`;
  deepStrictEqual(tasks.map((task) => ({ ...task })), [{ state: "completed", times: 1 }]);
}
