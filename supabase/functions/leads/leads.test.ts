import assert from "node:assert/strict";
import { fakeUpstream, json, send } from "../_shared/testing.ts";
import { createLeadsApp } from "./app.ts";

const id = "0199a3c4-d5e6-7890-8abc-def012345678";

Deno.test("import rows go on leniently, and faults come back under the names that were sent", async () => {
  const upstream = fakeUpstream(() =>
    json({
      created: 1,
      updated: 0,
      duplicate: 0,
      rejected: 3,
      errors: [
        { row: 2, field: "linkedin_url", reason: "must be a string" },
        { row: 3, field: "favouriteColour", reason: "is not a field of a lead" },
        { row: 4, field: null, reason: "is not a JSON object" },
      ],
    })
  );
  const response = await send(createLeadsApp(upstream.config), "POST", "/leads/import", {
    body: {
      campaignId: id,
      rows: [
        { firstName: "Ada", customFields: { leadSource: 1, lead_source: 2 } },
        { linkedinUrl: 5 },
        { favouriteColour: "red" },
        "no object",
      ],
    },
  });
  assert.equal(response.status, 200);
  assert.deepEqual(upstream.calls[0]?.body, {
    campaign_id: id,
    rows: [
      { first_name: "Ada", custom_fields: { leadSource: 1, lead_source: 2 } },
      { linkedin_url: 5 },
      { favouriteColour: "red" },
      "no object",
    ],
  });
  assert.deepEqual((await response.json()).data, {
    created: 1,
    updated: 0,
    duplicate: 0,
    rejected: 3,
    errors: [
      { row: 2, field: "linkedinUrl", reason: "must be a string" },
      { row: 3, field: "favouriteColour", reason: "is not a field of a lead" },
      { row: 4, field: null, reason: "is not a JSON object" },
    ],
  });
});

Deno.test("custom fields reach SQL with every key they have, and pollute nothing", async () => {
  const upstream = fakeUpstream(() => json({ id }));
  const fields = '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}';
  const sent: string[] = [];
  const { config } = upstream;
  const app = createLeadsApp({
    ...config,
    fetch: (input, init) => {
      sent.push(String(init?.body));
      return config.fetch(input, init);
    },
  });
  const response = await send(app, "POST", "/leads", {
    raw: `{"campaignId":"${id}","email":"ada@example.com","customFields":${fields}}`,
  });
  assert.equal(response.status, 201);
  assert.ok(
    sent[0]?.includes(
      `{"campaign_id":"${id}","attributes":{"email":"ada@example.com","custom_fields":${fields}}}`,
    ),
  );
  assert.equal(Reflect.get({}, "isAdmin"), undefined);
});

Deno.test("the export is streamed through as a file, piece by piece", async () => {
  const csv = 'id,first_name\r\n1,"Ada ""the"" first"\r\n2,é\r\n';
  const pieces = csv.match(/.{1,5}/gs) ?? [];
  const upstream = fakeUpstream(() =>
    new Response(ReadableStream.from(pieces).pipeThrough(new TextEncoderStream()))
  );
  const response = await send(
    createLeadsApp(upstream.config),
    "GET",
    `/leads/export?format=csv&minScore=50&campaignId=${id}&dataSourceId=${id}&scrapingJobId=${id}`,
  );
  assert.equal(response.headers.get("content-type"), "text/csv; charset=utf-8");
  assert.equal(response.headers.get("content-disposition"), 'attachment; filename="leads.csv"');
  assert.equal(await response.text(), csv);
  assert.equal(upstream.calls[0]?.headers.get("accept"), "text/csv");
  assert.deepEqual(upstream.calls[0]?.body, {
    min_score: 50,
    campaign_id: id,
    data_source_id: id,
    scraping_job_id: id,
  });
});

Deno.test("an export that fails is an ordinary failure", async () => {
  const upstream = fakeUpstream(() =>
    json({ code: "PT403", message: "permission_denied", details: "No.", hint: null }, 403)
  );
  const response = await send(createLeadsApp(upstream.config), "GET", "/leads/export");
  assert.equal(response.status, 403);
  assert.equal((await response.json()).code, "PERMISSION_DENIED");
});

Deno.test("bulk results carry the envelope's codes", async () => {
  const upstream = fakeUpstream(() =>
    json({
      succeeded: 0,
      failed: 1,
      results: [{ id, ok: false, code: "lead_not_found", error: "No such lead." }],
    })
  );
  const response = await send(createLeadsApp(upstream.config), "POST", "/leads/bulk-update", {
    body: { ids: [id], changes: { status: "contacted" } },
  });
  assert.deepEqual((await response.json()).data.results, [
    { id, ok: false, code: "LEAD_NOT_FOUND", error: "No such lead." },
  ]);
  assert.deepEqual(upstream.calls[0]?.body, {
    lead_ids: [id],
    changes: { status: "contacted" },
  });
});

Deno.test("a bulk call takes 1 to 100 ids", async () => {
  const upstream = fakeUpstream(() => json({}));
  const app = createLeadsApp(upstream.config);
  for (const ids of [[], new Array(101).fill(id)]) {
    const response = await send(app, "DELETE", "/leads/bulk", { body: { ids } });
    assert.equal(response.status, 422);
  }
  assert.equal(upstream.calls.length, 0);
});

Deno.test("qualifying and assigning send what was said and nothing else", async () => {
  const upstream = fakeUpstream(() => json({ id }));
  const app = createLeadsApp(upstream.config);
  await send(app, "POST", `/leads/${id}/qualify`, {
    body: { score: 4, criteria: { hasBudget: true } },
  });
  await send(app, "POST", `/leads/${id}/assign`, { body: { assignee: "sam@example.com" } });
  await send(app, "POST", `/leads/${id}/activities`, { body: { type: "call" } });
  assert.deepEqual(upstream.calls.map(({ path, body }) => [path.split("/").at(-1), body]), [
    ["qualify_lead", { lead_id: id, score: 4, criteria: { hasBudget: true } }],
    ["assign_lead", { lead_id: id, assignee: "sam@example.com" }],
    ["record_lead_activity", { lead_id: id, type: "call" }],
  ]);
});
