import assert from "node:assert/strict";
import { fakeUpstream, json, send } from "../_shared/testing.ts";
import { createJobsApp } from "./app.ts";

const ID = "0199a3c4-d5e6-7890-8abc-def012345678";

Deno.test("a log is read on from a line, and says where it goes on", async () => {
  const upstream = fakeUpstream(() => json({ items: [], next_cursor: "57" }));
  const app = createJobsApp(upstream.config);
  const response = await send(app, "GET", `/jobs/${ID}/logs?after=40&level=error`);
  assert.deepEqual(await response.json(), {
    success: true,
    data: [],
    pagination: { nextCursor: "57", pageSize: 100 },
  });
  assert.deepEqual(upstream.calls[0]!.body, {
    job_id: ID,
    level: "error",
    after_seq: 40,
    page_size: 100,
  });
});

Deno.test("rejected rows come as a file where it is asked for", async () => {
  const upstream = fakeUpstream(() => new Response("row,fault\r\n"));
  const app = createJobsApp(upstream.config);
  const response = await send(app, "GET", `/jobs/${ID}/rejects?format=csv`);
  assert.equal(await response.text(), "row,fault\r\n");
  assert.equal(response.headers.get("content-type"), "text/csv; charset=utf-8");
  assert.match(response.headers.get("content-disposition") ?? "", /filename="rejects\.csv"/);
  assert.equal(upstream.calls[0]!.path, "/rest/v1/rpc/export_job_rejects");
  assert.deepEqual(upstream.calls[0]!.body, { job_id: ID });
});
