/** How what happens behind a function comes out of it. */

import assert from "node:assert/strict";
import { createCampaignsApp } from "../campaigns/app.ts";
import { createHealthApp } from "../health/app.ts";
import { fakeUpstream, json, send } from "./testing.ts";

const id = "0199a3c4-d5e6-7890-8abc-def012345678";

type Answer = Parameters<typeof fakeUpstream>[0];

async function outcome(answer: Answer, timeoutMs = 60_000) {
  const upstream = fakeUpstream(answer, { timeoutMs });
  const response = await send(createCampaignsApp(upstream.config), "GET", `/campaigns/${id}`);
  return { response, body: await response.json(), upstream };
}

/** Status and code for an error body of the Data API. */
async function mapped(code: string, message: string, details = "", status = 400) {
  const { response, body } = await outcome(() =>
    json({ code, message, details, hint: null }, status)
  );
  return { status: response.status, code: body.code, error: body.error, details: body.details };
}

Deno.test("an error raised by a procedure keeps its status, code, sentence and hint", async () => {
  const { response, body, upstream } = await outcome(() =>
    json({
      code: "PT404",
      message: "campaign_not_found",
      details: "No campaign with this id is visible to you.",
      hint: "Check the id.",
    }, 404)
  );
  assert.equal(response.status, 404);
  assert.deepEqual(body, {
    success: false,
    error: "No campaign with this id is visible to you. Check the id.",
    code: "CAMPAIGN_NOT_FOUND",
    requestId: response.headers.get("x-request-id"),
  });
  assert.deepEqual(upstream.lines, []);
});

Deno.test("constraints and database errors have their statuses", async () => {
  const check =
    'new row for relation "campaigns" violates check constraint "campaigns_end_after_start"';
  const row = "Failing row contains (secret).";
  const ended = await mapped("23514", check, row);
  assert.deepEqual([ended.status, ended.code], [422, "CAMPAIGNS_END_AFTER_START"]);
  assert.equal(ended.error, "This rule must hold: campaigns end after start.");

  const unique = 'duplicate key value violates unique constraint "agencies_slug_key"';
  assert.deepEqual(
    await mapped("23505", unique, "Key (agency_id, slug)=(1, acme) already exists.", 409),
    {
      status: 409,
      code: "ALREADY_EXISTS",
      error: "A row with these values already exists.",
      details: [{ path: "slug", message: "This value is taken." }],
    },
  );

  const insert = 'insert or update on table "campaigns" violates foreign key constraint "c"';
  const missing = await mapped(
    "23503",
    insert,
    'Key (agency_id, client_id)=(1, 2) is not present in table "clients".',
    409,
  );
  assert.deepEqual([missing.status, missing.code], [422, "REFERENCE_NOT_FOUND"]);
  assert.deepEqual(missing.details, [{ path: "clientId", message: "Nothing matches this value." }]);

  const table: [string, string, number, string][] = [
    ["23503", 'update or delete on table "clients" violates …', 409, "STILL_REFERENCED"],
    ["23502", 'null value in column "starts_on" of relation …', 422, "VALIDATION_FAILED"],
    ["22P02", 'invalid input syntax for type uuid: "x"', 422, "INVALID_VALUE"],
    ["22007", "invalid input syntax for type date", 422, "INVALID_VALUE"],
    ["22008", "date/time field value out of range", 422, "INVALID_VALUE"],
    ["22003", "integer out of range", 422, "INVALID_VALUE"],
    ["42501", "permission denied for function", 403, "PERMISSION_DENIED"],
    ["PGRST301", "JWT cryptographic operation failed", 401, "INVALID_TOKEN"],
    ["PGRST303", "JWT expired", 401, "TOKEN_EXPIRED"],
    ["PGRST202", "Could not find the function", 500, "INTERNAL_ERROR"],
    ["PGRST002", "Could not query the database for the schema cache", 503, "SERVICE_UNAVAILABLE"],
    ["57014", "canceling statement due to statement timeout", 504, "UPSTREAM_TIMEOUT"],
    ["40001", "could not serialize access", 409, "CONFLICTING_CHANGE"],
    ["40P01", "deadlock detected", 409, "CONFLICTING_CHANGE"],
    ["53300", "too many connections", 503, "SERVICE_UNAVAILABLE"],
    ["P0001", "forgot the code", 500, "INTERNAL_ERROR"],
    ["PT404", "Not a machine code", 500, "INTERNAL_ERROR"],
    ["PT200", "not_a_failure", 500, "INTERNAL_ERROR"],
  ];
  for (const [sqlstate, message, status, code] of table) {
    const result = await mapped(sqlstate, message);
    assert.deepEqual([result.status, result.code], [status, code], sqlstate);
  }
});

Deno.test("missing rights of a caller whom the Data API does not know are 401", async () => {
  const { status, code } = await mapped("42501", "permission denied for function", "", 401);
  assert.deepEqual([status, code], [401, "NOT_SIGNED_IN"]);
});

Deno.test("a failure on our side is opaque to the caller and whole in the log", async () => {
  const secret = 'relation "private.secret" does not exist';
  const { response, body, upstream } = await outcome(() =>
    json({ code: "42P01", message: secret, details: null, hint: null }, 404)
  );
  assert.equal(response.status, 500);
  assert.equal(body.code, "INTERNAL_ERROR");
  assert.ok(!JSON.stringify(body).includes("secret"));
  const [line = ""] = upstream.lines;
  const logged = JSON.parse(line);
  assert.equal(logged.requestId, body.requestId);
  assert.equal(logged.function, "campaigns");
  assert.equal(logged.cause.message, secret);
});

Deno.test("an exception in the code is opaque and logged with its stack", async () => {
  const upstream = fakeUpstream(() => json({}));
  const app = createCampaignsApp(upstream.config);
  app.get("/campaigns/broken/route", () => {
    throw new TypeError("slipped");
  });
  const response = await send(app, "GET", "/campaigns/broken/route");
  assert.equal(response.status, 500);
  const { error, code } = await response.json();
  assert.equal(code, "INTERNAL_ERROR");
  assert.ok(!error.includes("slipped"));
  assert.match(JSON.parse(upstream.lines[0] ?? "").cause.stack, /slipped/);
});

Deno.test("an upstream that cannot be reached, or talks nonsense, is 502", async () => {
  const refused: Answer = () => Promise.reject(new TypeError("connection refused"));
  const page: Answer = () => new Response("<html>Bad gateway</html>", { status: 502 });
  const keyless: Answer = () => json({ message: "Invalid API key" }, 401);
  const broken: Answer = () => new Response('{"id": ');
  for (const answer of [refused, page, keyless, broken]) {
    const { response, body, upstream } = await outcome(answer);
    assert.deepEqual([response.status, body.code], [502, "UPSTREAM_UNAVAILABLE"]);
    assert.equal(upstream.lines.length, 1);
  }
});

Deno.test("an upstream that does not answer is given up: 504", async () => {
  const { response, body } = await outcome(
    (_call, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
      }),
    1,
  );
  assert.deepEqual([response.status, body.code], [504, "UPSTREAM_TIMEOUT"]);
});

Deno.test("health is live without its database, and ready only with it", async () => {
  const down = fakeUpstream(() => Promise.reject(new TypeError("refused")));
  const live = await send(createHealthApp(down.config), "GET", "/health/live", { token: null });
  assert.equal(live.status, 200);
  const ready = await send(createHealthApp(down.config), "GET", "/health/ready", { token: null });
  assert.equal(ready.status, 503);
  assert.equal((await ready.json()).code, "NOT_READY");

  const lagging = fakeUpstream(() =>
    json({ ready: false, checks: { database: true, queue: false } })
  );
  const late = await send(createHealthApp(lagging.config), "GET", "/health/ready", { token: null });
  assert.equal(late.status, 503);
  assert.deepEqual((await late.json()).details, [{ path: "queue", message: "This check fails." }]);
});
