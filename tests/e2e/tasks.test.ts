/** Background tasks through the front door: put in line, run by the stack's own worker, looked at. */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { assertFailure, foundAgency } from "./_agency.ts";
import { connect } from "./_limits.ts";
import { call, signUp, stack, type TestUser } from "./_support.ts";
import type { AuditEvent, Task, TaskFigures } from "./_types.ts";

async function hireStaff(): Promise<TestUser> {
  const user = await signUp();
  await using db = connect();
  await db.sql`insert into private.platform_staff (user_id) values (${user.id})`;
  return user;
}

/** Looks until the task has come to its end. */
async function finished(staff: TestUser, id: string): Promise<Task> {
  while (true) {
    const tasks = await staff.data<Task[]>("GET", "/admin/tasks?pageSize=100");
    const task = tasks.find((it) => it.id === id);
    if (task?.finishedAt) return task;
  }
}

Deno.test("a job that staff trigger just runs", async () => {
  const staff = await hireStaff();
  const { id: agencyId } = await foundAgency();
  const made = await staff.call<Task>("POST", "/admin/trigger-job", {
    kind: "maintenance.sweep",
    agencyId,
  });
  strictEqual(made.status, 201, made.text);
  const done = await finished(staff, made.body.data.id);
  deepStrictEqual(
    [done.state, done.attempts, done.agencyId, done.lastError],
    ["completed", 1, agencyId, null],
  );
  ok((done.result as { chores: string[] }).chores.includes("tasks"));
  const events = await staff.data<AuditEvent[]>("GET", `/admin/audit?entityId=${done.id}`);
  deepStrictEqual(events.map(({ action, actorId }) => [action, actorId]), [
    ["task.triggered", staff.id],
  ]);
});

Deno.test("an unknown kind is refused with the known ones", async () => {
  const staff = await hireStaff();
  const reply = await staff.call("POST", "/admin/trigger-job", { kind: "nonesuch.kind" });
  assertFailure(reply, 422, "TASK_KIND_UNKNOWN");
  ok(reply.body.error?.includes("maintenance.sweep"));
});

Deno.test("a dead letter is seen, put in line again and run", async () => {
  const staff = await hireStaff();
  const made = await staff.data<Task>("POST", "/admin/trigger-job", {
    kind: "maintenance.sweep",
    payload: { nobody: "reads this" },
  });
  const dead = await finished(staff, made.id);
  strictEqual(dead.state, "discarded");
  ok(dead.lastError?.includes("payload"));
  const letters = await staff.data<Task[]>("GET", "/admin/tasks?state=discarded&pageSize=100");
  ok(letters.some(({ id }) => id === made.id));
  const figures = await staff.data<TaskFigures>("GET", "/admin/tasks/figures");
  ok(figures.states.discarded >= 1);
  const kind = figures.kinds.find((it) => it.kind === "maintenance.sweep");
  ok(kind && kind.states.discarded >= 1);

  {
    await using db = connect();
    await db.sql`update private.tasks set payload = '{}' where id = ${made.id}`;
  }
  strictEqual((await staff.call("POST", `/admin/tasks/${made.id}/requeue`)).status, 200);
  strictEqual((await finished(staff, made.id)).state, "completed");
  const again = await staff.call("POST", `/admin/tasks/${made.id}/requeue`);
  assertFailure(again, 409, "TASK_NOT_REQUEUEABLE");
});

Deno.test("what waits for its time can be cancelled", async () => {
  const staff = await hireStaff();
  const { id } = await staff.data<Task>("POST", "/admin/trigger-job", {
    kind: "maintenance.sweep",
    runAt: new Date(Date.now() + 86_400_000).toISOString(),
  });
  strictEqual((await staff.data<Task>("POST", `/admin/tasks/${id}/cancel`)).state, "cancelled");
  assertFailure(await staff.call("POST", `/admin/tasks/${id}/cancel`), 409, "TASK_IS_FINISHED");
});

Deno.test("nobody else sees or steers the queue, or calls the worker", async () => {
  const { owner } = await foundAgency();
  const id = crypto.randomUUID();
  for (
    const [method, path, body] of [
      ["POST", "/admin/trigger-job", { kind: "maintenance.sweep" }],
      ["GET", "/admin/tasks"],
      ["GET", "/admin/tasks/figures"],
      ["POST", `/admin/tasks/${id}/requeue`],
      ["POST", `/admin/tasks/${id}/cancel`],
    ] as const
  ) assertFailure(await owner.call(method, path, body), 403, "STAFF_REQUIRED");
  assertFailure(await call("POST", "/worker", {}, { token: owner.token }), 401, "NOT_SIGNED_IN");
  const response = await fetch(`${stack.url}/rest/v1/rpc/claim_tasks`, {
    method: "POST",
    headers: {
      apikey: stack.publishableKey,
      Authorization: `Bearer ${owner.token}`,
      "Content-Type": "application/json",
    },
    body: JSON.stringify({
      worker: "mine",
      kinds: ["maintenance.sweep"],
      max_tasks: 1,
      lease_seconds: 60,
    }),
  });
  strictEqual((await response.json()).code, "42501");
});
