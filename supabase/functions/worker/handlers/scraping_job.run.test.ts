import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { JsonObject } from "../../_shared/connectors/connector.ts";
import type { Sealed } from "../../_shared/sealing.ts";
import type { ImportCall, LogLine } from "../../_shared/sources/importer.ts";
import type { Outcome, Task, TaskContext } from "../handler.ts";
import { runScrapingJob } from "./scraping_job.run.ts";

const AGENCY = "0199a3c4-d5e6-7890-8abc-def012345678";
const JOB = "0199a3c4-d5e6-7890-8abc-000000000001";
const SOURCE = "0199a3c4-d5e6-7890-8abc-000000000002";

const TASK: Task<{ job_id: string; agency_id: string; run: number }> = {
  id: "0199a3c4-d5e6-7890-8abc-000000000003",
  agencyId: AGENCY,
  kind: "scraping_job.run",
  payload: { job_id: JOB, agency_id: AGENCY, run: 1 },
  claim: 7,
  attempt: 1,
  maxAttempts: 20,
};

const ENV = {
  SUPABASE_URL: "http://project.test",
  SUPABASE_SECRET_KEYS: JSON.stringify({ default: "sb_secret_test" }),
  CREDENTIAL_KEYS: JSON.stringify({ local: Buffer.alloc(32, 1).toString("base64") }),
  ALLOW_PRIVATE_URLS: "loopback",
  IMPORT_BATCH_ROWS: "500",
};

const csv = (rows: number) =>
  `email\n${Array.from({ length: rows }, (_, n) => `lead${n + 1}@x.test`).join("\n")}\n`;

/** A job in a database that does what the procedures promise, as far as a worker can tell. */
function database(job: {
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
        id: SOURCE,
        agency_id: AGENCY,
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

const upTo = (last: number) => Array.from({ length: last }, (_, n) => n + 1);

Deno.test("a job is read to its end, batch by batch, each with its checkpoint", async () => {
  const { state, run } = database({});
  assert.deepEqual(await run(), { done: { status: "completed" } });
  assert.deepEqual(state.rows, upTo(1200));
  assert.deepEqual(state.finished, { status: "completed", error: undefined });
  assert.deepEqual(state.calls, [
    "begin_scraping_job",
    "import_job_batch",
    "import_job_batch",
    "import_job_batch",
    "finish_scraping_job",
  ]);
});

Deno.test("whoever takes a job up goes on after the last batch that was taken", async () => {
  // The second batch is lost on the way, as in a crash.
  const { state, run } = database({
    instead: {
      import_job_batch: (times) => times === 2 ? new Error("connection reset") : undefined,
    },
  });
  await assert.rejects(run(), /connection reset/);
  assert.deepEqual([state.rows.length, state.finished], [500, undefined]);
  await run();
  assert.deepEqual(state.rows, upTo(1200));
});

Deno.test("a job that is stopped ends the work there, without a word about its end", async () => {
  const before = database({ instead: { begin_scraping_job: () => ({ stop: "superseded" }) } });
  assert.deepEqual(await before.run(), { done: { stopped: "superseded" } });
  assert.deepEqual(before.state.calls, ["begin_scraping_job"]);

  const between = database({
    instead: { import_job_batch: (times) => times === 2 ? { stop: "paused" } : undefined },
  });
  assert.deepEqual(await between.run(), { done: { stopped: "paused" } });
  assert.deepEqual([between.state.rows.length, between.state.finished], [500, undefined]);
});

Deno.test("when time runs out the job comes back and goes on", async () => {
  const { state, run } = database({});
  assert.deepEqual(await run({ deadline: Date.now() }), { snoozeSeconds: 1 });
  assert.deepEqual([state.rows.length, state.finished], [500, undefined]);
  await run({ deadline: Date.now() });
  await run();
  assert.deepEqual(state.rows, upTo(1200));
});

Deno.test("a worker that is told to stop leaves the job to the next one", async () => {
  const stop = new AbortController();
  const { state, run } = database({
    instead: { import_job_batch: () => stop.abort(new Error("stopping")) },
  });
  await assert.rejects(run({ signal: stop.signal }), /stopping/);
  assert.deepEqual([state.rows.length, state.finished], [500, undefined]);
});

Deno.test("faulty rows are handed in as rejected, and stop nothing", async () => {
  const { state, run } = database({
    config: { text: "email,name\na@x.test,A\nb@x.test\nc@x.test,C\n" },
  });
  await run();
  assert.deepEqual([state.rows, state.rejected], [[1, 3], [2]]);
  assert.equal(state.finished?.status, "completed");
});

Deno.test("settings that are no good end the job with a sentence", async () => {
  const table: [config: JsonObject, error: RegExp][] = [
    [{ text: "email\n", delimiter: "%" }, /delimiter/],
    [{ path: "0199a3c4-0000-7890-8abc-def012345678/other.csv" }, /no such file/],
  ];
  for (const [config, error] of table) {
    const { state, run } = database({ config });
    assert.deepEqual(await run(), { done: { status: "failed" } });
    assert.equal(state.finished?.status, "failed");
    assert.match(state.finished?.error ?? "", error);
  }
});

Deno.test("what may be better in a minute is tried again by the engine, and said in the log", async () => {
  const { state, run } = database({ config: { path: `${AGENCY}/list.csv` } });
  const fetch = () => Promise.reject(new TypeError("connection refused"));
  await assert.rejects(run({ fetch }), /storage cannot be reached/);
  assert.equal(state.finished, undefined);
  assert.deepEqual(state.logs.map(({ level, message }) => [level, message]), [
    ["warning", "The storage cannot be reached. The job will try again."],
  ]);
});

Deno.test("a file of the storage is read with the secret key, from the checkpoint's byte on", async () => {
  const text = csv(1200);
  const asked: (string | null)[] = [];
  const fetch: typeof globalThis.fetch = (input, init) => {
    const { url, headers } = new Request(input, init);
    assert.ok(url.startsWith("http://project.test/storage/v1/object/"), url);
    assert.equal(headers.get("apikey"), "sb_secret_test");
    asked.push(headers.get("range"));
    const from = Number(/=(\d+)-/.exec(headers.get("range") ?? "=0-")?.[1]);
    const range = `bytes ${from}-${text.length - 1}/${text.length}`;
    const answer = new Response(text.slice(from), {
      status: from > 0 ? 206 : 200,
      headers: { "Content-Range": range, "Content-Length": String(text.length - from) },
    });
    return Promise.resolve(answer);
  };
  const { state, run } = database({ config: { path: `${AGENCY}/list.csv` } });
  assert.deepEqual(await run({ fetch, deadline: Date.now() }), { snoozeSeconds: 1 });
  assert.equal(state.rows.length, 500);
  await run({ fetch });
  assert.deepEqual(state.rows, upTo(1200));
  assert.ok(Number(/=(\d+)-/.exec(asked.at(-1) ?? "")?.[1]) > 5000, String(asked));
});

Deno.test("a source that is gone, or of no known kind, ends the job", async () => {
  const gone = database({
    instead: {
      begin_scraping_job: () => ({
        stop: null,
        job: { id: JOB, params: {}, checkpoint: null },
        source: null,
        credentials: null,
      }),
    },
  });
  await gone.run();
  assert.match(gone.state.finished?.error ?? "", /deleted/);
  const unknown = database({ type: "carrier-pigeon" });
  await unknown.run();
  assert.equal(unknown.state.finished?.status, "failed");
});
