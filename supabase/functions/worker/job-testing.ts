/**
 * What the tests of the job handler share: a database that keeps what its procedures promise, as far as
 * a worker can tell.
 * @module
 */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { JsonObject } from "../_shared/connectors/connector.ts";
import type { Sealed } from "../_shared/sealing.ts";
import type { ImportCall, LogLine } from "../_shared/sources/importer.ts";
import type { Outcome, Task, TaskContext } from "./handler.ts";
import { runScrapingJob } from "./handlers/scraping_job.run.ts";

/** The agency. */
export const AGENCY = "0199a3c4-d5e6-7890-8abc-def012345678";
/** The job. */
export const JOB = "0199a3c4-d5e6-7890-8abc-000000000001";
/** Whose credentials the job's are. */
export const KEPT = { agency_id: AGENCY, id: "0199a3c4-d5e6-7890-8abc-000000000002" };

const TASK: Task<{ job_id: string; agency_id: string; run: number }> = {
  id: "0199a3c4-d5e6-7890-8abc-000000000003",
  agencyId: AGENCY,
  kind: "scraping_job.run",
  payload: { job_id: JOB, agency_id: AGENCY, run: 1 },
  claim: 7,
  attempt: 1,
  maxAttempts: 20,
};

/** The worker's environment. */
export const ENV = {
  SUPABASE_URL: "http://project.test",
  SUPABASE_SECRET_KEYS: JSON.stringify({ default: "sb_secret_test" }),
  CREDENTIAL_KEYS: JSON.stringify({ local: Buffer.alloc(32, 1).toString("base64") }),
  ALLOW_PRIVATE_URLS: "loopback",
  IMPORT_BATCH_ROWS: "500",
};

/** A list of so many e-mail addresses. */
export const csv = (rows: number) =>
  `email\n${Array.from({ length: rows }, (_, n) => `lead${n + 1}@x.test`).join("\n")}\n`;

/** A job in a database, and a worker to run it. */
export function database(job: {
  type?: string;
  config?: JsonObject;
  params?: JsonObject;
  credentials?: Sealed | null;
  /** What the procedure of that name answers or throws in place of its own, given how often it was called. */
  instead?: Record<string, (times: number) => unknown>;
}) {
  const state = {
    checkpoint: null as JsonObject | null,
    rows: [] as number[],
    rejected: [] as number[],
    logs: [] as LogLine[],
    credentials: job.credentials ?? null,
    finished: undefined as { status: string; error?: string } | undefined,
    calls: [] as string[],
  };
  const procedures: Record<string, (args: Record<string, unknown>) => unknown> = {
    begin_scraping_job: () => ({
      stop: null,
      job: { id: JOB, params: job.params ?? {}, checkpoint: state.checkpoint },
      source: {
        ...KEPT,
        type: job.type ?? "csv",
        config: job.config ?? { text: csv(1200) },
        rate_limit: null,
      },
      credentials: state.credentials,
    }),
    import_job_batch: (args) => {
      const { rows, rejected, checkpoint, logs } = args as unknown as ImportCall;
      state.rows.push(...rows.map(({ row }) => row));
      state.rejected.push(...rejected.map(({ row }) => row));
      state.checkpoint = checkpoint ?? state.checkpoint;
      state.logs.push(...logs);
      return { stop: null };
    },
    finish_scraping_job: ({ status, error }) => {
      state.finished = { status: String(status), error: error as string | undefined };
      return { stop: null };
    },
    replace_data_source_credentials: ({ replaced_nonce, credentials }) => {
      if (state.credentials?.nonce !== replaced_nonce) return false;
      state.credentials = credentials as Sealed;
      return true;
    },
  };
  const rpc = (name: string, args: Record<string, unknown>) => {
    state.calls.push(name);
    if (name.endsWith("_job") || name.endsWith("_batch")) {
      assert.deepEqual([args.task_id, args.claim], [TASK.id, TASK.claim]);
    }
    const times = state.calls.filter((call) => call === name).length;
    const instead = job.instead?.[name]?.(times);
    if (instead instanceof Error) return Promise.reject(instead);
    // What the Data API would make of it.
    const answer = instead ?? procedures[name]?.(JSON.parse(JSON.stringify(args)));
    return Promise.resolve(JSON.parse(JSON.stringify(answer)));
  };
  const written: string[] = [];
  const context: TaskContext = {
    rpc: rpc as TaskContext["rpc"],
    signal: new AbortController().signal,
    deadline: Date.now() + 60_000,
    env: ENV,
    fetch: () => Promise.reject(new TypeError("nothing is fetched without the guard")),
    log: (message, fields) => written.push(JSON.stringify([message, fields])),
  };
  return {
    state,
    written,
    run: (overrides: Partial<TaskContext> = {}): Promise<Outcome> =>
      runScrapingJob.run(TASK, { ...context, ...overrides }),
  };
}
