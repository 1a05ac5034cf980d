import assert from "node:assert/strict";
import type { TaskContext } from "../handler.ts";
import { runSchedule } from "./data_source.scheduled_run.ts";

Deno.test("a schedule's task is one call that names task and claim, and keeps what it says", async () => {
  const calls: unknown[] = [];
  const answer = { job_id: null, skipped: "The campaign was deleted." };
  const context: TaskContext = {
    rpc: ((name: string, args: unknown) => {
      calls.push([name, args]);
      return Promise.resolve(answer);
    }) as TaskContext["rpc"],
    signal: new AbortController().signal,
    deadline: Number.MAX_SAFE_INTEGER,
    env: {},
    fetch,
    log() {},
  };
  const task = {
    id: "0199a3c4-d5e6-7890-8abc-000000000003",
    agencyId: "0199a3c4-d5e6-7890-8abc-def012345678",
    kind: "data_source.scheduled_run",
    payload: { data_source_id: "0199a3c4-d5e6-7890-8abc-000000000002" },
    claim: 7,
    attempt: 1,
    maxAttempts: 20,
  };
  assert.deepEqual(await runSchedule.run(task, context), { done: answer });
  assert.deepEqual(calls, [["run_data_source_schedule", { task_id: task.id, claim: 7 }]]);
});
