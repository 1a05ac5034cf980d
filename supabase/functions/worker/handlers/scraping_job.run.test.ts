/** How a job is run, whatever its source. */

import assert from "node:assert/strict";
import type { JsonObject } from "../../_shared/connectors/connector.ts";
import { AGENCY, csv, database, JOB } from "../job-testing.ts";

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
