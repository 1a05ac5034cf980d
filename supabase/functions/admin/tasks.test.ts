import assert from "node:assert/strict";
import { fakeUpstream, json, send } from "../_shared/testing.ts";
import { createAdminApp } from "./app.ts";

Deno.test("a job of an unknown kind is 422 and names the known ones", async () => {
  const upstream = fakeUpstream(() =>
    json({
      code: "PT422",
      message: "task_kind_unknown",
      details: "No worker runs tasks of the kind x.y.",
      hint: "Known kinds: maintenance.sweep.",
    }, 422)
  );
  const app = createAdminApp(upstream.config);
  const response = await send(app, "POST", "/admin/trigger-job", { body: { kind: "x.y" } });
  assert.equal(response.status, 422);
  const { code, error } = await response.json();
  assert.equal(code, "TASK_KIND_UNKNOWN");
  assert.match(error, /maintenance\.sweep/);
  assert.deepEqual(upstream.calls[0]?.body, { kind: "x.y", agency_id: null, run_at: null });
});

Deno.test("what the payload holds passes as it is", async () => {
  const upstream = fakeUpstream(() => json({ payload: { firstKey: 1, second_key: 2 } }));
  const app = createAdminApp(upstream.config);
  const response = await send(app, "POST", "/admin/trigger-job", {
    body: { kind: "maintenance.sweep", payload: { firstKey: 1, second_key: 2 }, priority: 3 },
  });
  assert.deepEqual((await response.json()).data, { payload: { firstKey: 1, second_key: 2 } });
  const sent = upstream.calls[0]?.body;
  assert.deepEqual(sent, {
    kind: "maintenance.sweep",
    payload: { firstKey: 1, second_key: 2 },
    agency_id: null,
    run_at: null,
    priority: 3,
  });
});

Deno.test("dead letters are tasks in a state", async () => {
  const upstream = fakeUpstream(() => json({ items: [], total: 0 }));
  const app = createAdminApp(upstream.config);
  const response = await send(app, "GET", "/admin/tasks?state=discarded&pageSize=5");
  assert.equal(response.status, 200);
  assert.deepEqual(upstream.calls[0]?.body, { state: "discarded", page: 1, page_size: 5 });
  assert.equal((await send(app, "GET", "/admin/tasks?state=lost")).status, 422);
});
