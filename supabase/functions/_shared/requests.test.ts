/** What is refused before anything behind the function is asked. */

import assert from "node:assert/strict";
import { createCampaignsApp } from "../campaigns/app.ts";
import { createLeadsApp } from "../leads/app.ts";
import { MAX_BODY_BYTES, MAX_DEPTH, MAX_IMPORT_BYTES } from "./body.ts";
import type { KitApp } from "./operation.ts";
import { fakeUpstream, json, send, type SendOptions } from "./testing.ts";

const id = "0199a3c4-d5e6-7890-8abc-def012345678";
const unused = fakeUpstream(() => {
  throw new Error("nothing should be asked");
});
const campaigns = createCampaignsApp(unused.config);
const leads = createLeadsApp(unused.config);

async function refusal(app: KitApp, method: string, path: string, options: SendOptions = {}) {
  const response = await send(app, method, path, options);
  const body = await response.json();
  assert.equal(body.success, false);
  assert.equal(typeof body.error, "string");
  assert.equal(body.requestId, response.headers.get("x-request-id"));
  return { status: response.status, code: body.code, body, headers: response.headers };
}

/** A body of `total` bytes that comes in pieces, without its length announced. */
function pieces(total: number): ReadableStream<Uint8Array> {
  let left = total;
  return new ReadableStream({
    pull(controller) {
      const size = Math.min(left, 64 * 1024);
      left -= size;
      if (size > 0) controller.enqueue(new Uint8Array(size).fill(32));
      else controller.close();
    },
  });
}

Deno.test("malformed JSON is 400 and names the place", async () => {
  const faults: [string, RegExp][] = [
    ['{"name": x}', /line 1, column 10\.$/],
    ['{\n  "name": "a",\n}', /line 3, column 1\.$/],
    ['{"tags": ["a",]}', /line 1, column 15\.$/],
    ['{"tags": [,]}', /line 1, column 11\.$/],
    ['{"name": }', /line 1, column 10\.$/],
    ['{"name": "a"', /line 1, column 13\.$/],
    ['{"name": "a"} {}', /line 1, column 15\.$/],
    ["tru", /line 1, column \d\.$/],
  ];
  for (const [raw, place] of faults) {
    const { status, code, body } = await refusal(campaigns, "POST", "/campaigns", { raw });
    assert.equal(status, 400, raw);
    assert.equal(code, "MALFORMED_JSON", raw);
    assert.match(body.error, place, raw);
  }
});

Deno.test("an empty body where one is needed is 400", async () => {
  const { status, code } = await refusal(campaigns, "POST", "/campaigns", { raw: "" });
  assert.deepEqual([status, code], [400, "MALFORMED_JSON"]);
});

Deno.test("bytes that are no UTF-8 are 400", async () => {
  const raw = new Uint8Array([...new TextEncoder().encode('{"name":"'), 0xff, 0x22, 0x7d]);
  const { status, code } = await refusal(campaigns, "POST", "/campaigns", { raw });
  assert.deepEqual([status, code], [400, "MALFORMED_JSON"]);
});

Deno.test("text that Postgres cannot store is 422, wherever it hides", async () => {
  const bodies = [
    { name: "a\0b" },
    { name: "a", metadata: { deep: [{ note: "\0" }] } },
    { name: "a", metadata: { "\0": 1 } },
    { name: "\ud800" },
  ];
  for (const body of bodies) {
    const { status, code } = await refusal(campaigns, "POST", "/campaigns", { body });
    assert.deepEqual([status, code], [422, "VALIDATION_FAILED"]);
  }
  const query = await refusal(campaigns, "GET", "/campaigns?search=a%00b");
  assert.deepEqual([query.status, query.code, query.body.details], [422, "VALIDATION_FAILED", [
    { path: "search", message: "Text must not contain the NUL character." },
  ]]);
  const huge = '{"name":"a","metadata":{"size":1e999}}';
  const { code } = await refusal(campaigns, "POST", "/campaigns", { raw: huge });
  assert.equal(code, "VALIDATION_FAILED");
  const { body } = await refusal(campaigns, "POST", "/campaigns", { body: bodies[1] });
  assert.equal(body.details[0].path, "metadata.deep.0.note");
});

Deno.test("JSON nested too deep is 422 however deep it goes", async () => {
  for (const depth of [MAX_DEPTH + 1, 100_000]) {
    const raw = `{"name":"a","metadata":${'{"a":'.repeat(depth)}1${"}".repeat(depth)}}`;
    const { status, code } = await refusal(campaigns, "POST", "/campaigns", { raw });
    assert.deepEqual([status, code], [422, "VALIDATION_FAILED"]);
  }
});

Deno.test("a body of another media type or encoding is 415", async () => {
  const variants: Record<string, string>[] = [
    { "Content-Type": "text/plain" },
    { "Content-Type": "application/json; charset=latin1" },
    { "Content-Type": "application/jsonp" },
    { "Content-Encoding": "gzip" },
  ];
  for (const headers of variants) {
    const body = { name: "a" };
    const { status, code } = await refusal(campaigns, "POST", "/campaigns", { body, headers });
    assert.deepEqual([status, code], [415, "UNSUPPORTED_MEDIA_TYPE"]);
  }
});

Deno.test("a body above the limit is 413, announced or not, and imports may be larger", async () => {
  const cases: [KitApp, string, number][] = [
    [campaigns, "/campaigns", MAX_BODY_BYTES],
    [leads, "/leads/import", MAX_IMPORT_BYTES],
  ];
  for (const [app, path, limit] of cases) {
    const announced = await refusal(app, "POST", path, {
      raw: "{}",
      headers: { "Content-Length": String(limit + 1) },
    });
    assert.deepEqual([announced.status, announced.code], [413, "BODY_TOO_LARGE"]);
    const streamed = await refusal(app, "POST", path, { raw: pieces(limit + 1) });
    assert.deepEqual([streamed.status, streamed.code], [413, "BODY_TOO_LARGE"]);
    // Blanks alone are no JSON, but they are not too many.
    const within = await refusal(app, "POST", path, { raw: pieces(limit) });
    assert.deepEqual([within.status, within.code], [400, "MALFORMED_JSON"]);
  }
});

Deno.test("unknown fields and wrong types are 422, each with its place", async () => {
  const { status, code, body } = await refusal(campaigns, "POST", "/campaigns", {
    raw: JSON.stringify({ name: 5, color: "red", startsOn: "soon", tags: ["a", 7] })
      .replace("{", '{"__proto__":{"x":1},"constructor":1,'),
  });
  assert.deepEqual([status, code], [422, "VALIDATION_FAILED"]);
  assert.deepEqual(
    body.details.map((detail: { path: string }) => detail.path).sort(),
    ["__proto__", "color", "constructor", "name", "startsOn", "tags.1"],
  );
  for (const detail of body.details) assert.match(detail.message, /\.$/);
});

Deno.test("a missing field is named as required", async () => {
  const { body } = await refusal(campaigns, "POST", "/campaigns", { body: {} });
  assert.deepEqual(body.details, [{ path: "name", message: "This is required." }]);
});

Deno.test("faulty parameters are 422", async () => {
  for (
    const path of [
      "/campaigns/not-an-id",
      "/campaigns?page=0",
      "/campaigns?pageSize=101",
      "/campaigns?page=two",
      "/campaigns?sortBy=agencyId",
      "/campaigns?sortOrder=up",
      "/campaigns?status=active&status=draft",
      "/campaigns?colour=red",
    ]
  ) {
    const { status, code } = await refusal(campaigns, "GET", path);
    assert.deepEqual([status, code], [422, "VALIDATION_FAILED"], path);
  }
});

Deno.test("an import of too many rows is 422", async () => {
  const rows = new Array(10_001).fill({});
  const { status, code, body } = await refusal(leads, "POST", "/leads/import", {
    body: { campaignId: id, rows },
  });
  assert.deepEqual([status, code, body.details[0].path], [422, "VALIDATION_FAILED", "rows"]);
});

Deno.test("an unknown path is 404, a known path with another method 405 with Allow", async () => {
  const unknown = await refusal(campaigns, "GET", "/campaigns/a/b/c");
  assert.deepEqual([unknown.status, unknown.code], [404, "ROUTE_NOT_FOUND"]);
  const wrong = await refusal(campaigns, "PATCH", `/campaigns/${id}`);
  assert.deepEqual([wrong.status, wrong.code], [405, "METHOD_NOT_ALLOWED"]);
  assert.equal(wrong.headers.get("allow"), "GET, PUT, DELETE");
});

Deno.test("no token, an API key in its place, or another scheme is 401", async () => {
  for (
    const authorization of [undefined, "Bearer sb_publishable_other", "Basic YTpi", "Bearer", ""]
  ) {
    const { status, code, headers } = await refusal(campaigns, "GET", "/campaigns", {
      token: null,
      headers: authorization === undefined ? {} : { Authorization: authorization },
    });
    assert.deepEqual([status, code], [401, "NOT_SIGNED_IN"]);
    assert.equal(headers.get("www-authenticate"), "Bearer");
  }
});

Deno.test("fixed paths are not taken for ids", async () => {
  const upstream = fakeUpstream(() => json({}));
  const app = createLeadsApp(upstream.config);
  await send(app, "DELETE", "/leads/bulk", { body: { ids: [id] } });
  await send(app, "GET", "/leads/export");
  await send(app, "POST", "/leads/import", { body: { campaignId: id, rows: [{}] } });
  assert.deepEqual(upstream.calls.map(({ path }) => path), [
    "/rest/v1/rpc/bulk_delete_leads",
    "/rest/v1/rpc/export_leads",
    "/rest/v1/rpc/import_leads",
  ]);
});
