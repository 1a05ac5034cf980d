/** Limits and repetitions: what is asked of the database, and what of its answer goes on. */

import assert from "node:assert/strict";
import { createAuthApp } from "../auth/app.ts";
import { createCampaignsApp } from "../campaigns/app.ts";
import { createHealthApp } from "../health/app.ts";
import { createLeadsApp } from "../leads/app.ts";
import { fakeUpstream, json, send } from "./testing.ts";

const id = "0199a3c4-d5e6-7890-8abc-def012345678";
const credentials = { email: "ada@example.com", password: "correct horse" };

const HEADERS = {
  "RateLimit-Policy": '"write-user";q=100;w=60',
  "RateLimit": '"write-user";r=99;t=1',
};
const limited = () =>
  Response.json(
    { code: "PT429", message: "rate_limited", details: "Too many requests.", hint: null },
    { status: 429, headers: { ...HEADERS, "Retry-After": "7" } },
  );

Deno.test("each call counts against its operation's class", async () => {
  const upstream = fakeUpstream(() => json({ items: [], total: 0 }));
  const campaigns = createCampaignsApp(upstream.config);
  const leads = createLeadsApp(upstream.config);
  await send(campaigns, "GET", "/campaigns");
  await send(campaigns, "POST", "/campaigns", { body: { name: "Spring" } });
  await send(leads, "POST", "/leads/import", { body: { campaignId: id, rows: [{}] } });
  assert.deepEqual(
    upstream.calls.map(({ path, rateClass }) => [path.split("/").at(-1), rateClass]),
    [["list_campaigns", "read"], ["create_campaign", "write"], ["import_leads", "intensive"]],
  );
});

Deno.test("what the database says of limits and repetitions goes into the answer", async () => {
  const replayed = { ...HEADERS, "Idempotency-Replayed": "true", "X-Other": "1" };
  const table: [Response, number][] = [
    [Response.json({ id }, { headers: replayed }), 201],
    [
      Response.json(
        { code: "PT409", message: "campaign_exists", details: "It exists." },
        { status: 409, headers: HEADERS },
      ),
      409,
    ],
    [limited(), 429],
  ];
  for (const [answer, status] of table) {
    const { config } = fakeUpstream(() => answer.clone());
    const response = await send(createCampaignsApp(config), "POST", "/campaigns", {
      body: { name: "Spring" },
    });
    assert.equal(response.status, status);
    for (const name of [...Object.keys(HEADERS), "Retry-After", "Idempotency-Replayed"]) {
      assert.equal(response.headers.get(name), answer.headers.get(name), `${status} ${name}`);
    }
    assert.equal(response.headers.get("x-other"), null);
  }
});

Deno.test("of two waits the answer names the one that is about its failure", async () => {
  const body = { code: "40001", message: "could not serialize access" };
  const { config } = fakeUpstream(() =>
    Response.json(body, { status: 409, headers: { "Retry-After": "9" } })
  );
  const response = await send(createCampaignsApp(config), "GET", "/campaigns");
  assert.deepEqual([response.status, response.headers.get("retry-after")], [409, "1"]);
});

Deno.test("an export carries the headers of its limit as well", async () => {
  const { config } = fakeUpstream(() => new Response("id\r\n", { headers: HEADERS }));
  const response = await send(createLeadsApp(config), "GET", "/leads/export");
  assert.equal(response.headers.get("ratelimit"), HEADERS.RateLimit);
  const over = fakeUpstream(limited);
  const refused = await send(createLeadsApp(over.config), "GET", "/leads/export");
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "7"]);
  assert.equal((await refused.json()).code, "RATE_LIMITED");
});

Deno.test("an Idempotency-Key goes along with what writes, and with nothing else", async () => {
  const upstream = fakeUpstream(() => json({ items: [], total: 0 }));
  const app = createCampaignsApp(upstream.config);
  const headers = { "Idempotency-Key": "k-1" };
  await send(app, "GET", "/campaigns", { headers });
  await send(app, "POST", "/campaigns", { body: { name: "Spring" }, headers });
  await send(app, "PUT", `/campaigns/${id}`, { body: { name: "Fall" }, headers });
  await send(app, "DELETE", `/campaigns/${id}`, { headers });
  await send(app, "DELETE", `/campaigns/${id}`);
  assert.deepEqual(
    upstream.calls.map(({ idempotencyKey }) => idempotencyKey),
    [undefined, "k-1", "k-1", "k-1", undefined],
  );
});

Deno.test("a repetition's answer is the first one, byte for byte, whatever its request id", async () => {
  const { config } = fakeUpstream(() => json({ id, name: "Spring", metadata: { z: 1, a: [2] } }));
  const app = createCampaignsApp(config);
  const texts = await Promise.all(["one", "two"].map(async (requestId) => {
    const headers = { "Idempotency-Key": "k-1", "X-Request-Id": requestId };
    return await (await send(app, "POST", "/campaigns", { body: { name: "Spring" }, headers }))
      .text();
  }));
  assert.equal(texts[0], texts[1]);
});

Deno.test("a program's key goes to the database beside the publishable key, and nowhere else", async () => {
  const upstream = fakeUpstream(() => json({ items: [], total: 0 }));
  const token = "blk_secret";
  await send(createCampaignsApp(upstream.config), "GET", "/campaigns", { token });
  const headers = upstream.calls[0]?.headers;
  assert.deepEqual(
    ["x-api-key", "authorization", "apikey"].map((name) => headers?.get(name)),
    [token, null, "sb_publishable_test"],
  );
  const logout = await send(createAuthApp(upstream.config), "POST", "/auth/logout", { token });
  assert.deepEqual([logout.status, (await logout.json()).code], [401, "NOT_SIGNED_IN"]);
  assert.equal(upstream.calls.length, 1);
});

Deno.test("a key in a header of the caller's own is not passed on", async () => {
  const upstream = fakeUpstream(() => json({ items: [], total: 0 }));
  const headers = { "X-Api-Key": "blk_secret" };
  await send(createCampaignsApp(upstream.config), "GET", "/campaigns", { headers });
  assert.equal(upstream.calls[0]?.headers.get("x-api-key"), null);
});

Deno.test("what is refused before the database is asked is counted too", async () => {
  const upstream = fakeUpstream(
    () => json({}),
    {},
    () => Response.json(null, { headers: HEADERS }),
  );
  const app = createCampaignsApp(upstream.config);
  const refused = await send(app, "POST", "/campaigns", { body: {} });
  assert.equal(refused.status, 422);
  assert.equal(refused.headers.get("ratelimit"), HEADERS.RateLimit);
  const [charge] = upstream.charges;
  assert.equal(charge?.rateClass, "write");
  assert.equal(charge?.headers.get("authorization"), "Bearer user.access.token");

  const full = fakeUpstream(() => json({}), {}, limited);
  const over = await send(createCampaignsApp(full.config), "POST", "/campaigns", { raw: "{" });
  assert.deepEqual([over.status, (await over.json()).code], [429, "RATE_LIMITED"]);
  const down = fakeUpstream(() => json({}), {}, () => Promise.reject(new TypeError("refused")));
  const still = await send(createCampaignsApp(down.config), "POST", "/campaigns", { body: {} });
  assert.equal(still.status, 422);
});

Deno.test("a token that is nobody's counts by address, and comes before a faulty body", async () => {
  const expired = () => json({ code: "PGRST303", message: "JWT expired" }, 401);
  const upstream = fakeUpstream(
    expired,
    {},
    ({ headers }) =>
      headers.has("authorization") ? expired() : Response.json(null, { headers: HEADERS }),
  );
  const app = createCampaignsApp(upstream.config);
  for (const body of [{ name: "Spring" }, {}]) {
    const response = await send(app, "POST", "/campaigns", { body });
    assert.deepEqual([response.status, (await response.json()).code], [401, "TOKEN_EXPIRED"]);
    assert.equal(response.headers.get("ratelimit"), HEADERS.RateLimit);
    assert.equal(upstream.charges.at(-1)?.headers.get("authorization"), null);
  }
});

Deno.test("a request is counted once, however it fails", async () => {
  const upstream = fakeUpstream(() =>
    json({ code: "PT404", message: "campaign_not_found", details: "No." }, 404)
  );
  const app = createCampaignsApp(upstream.config);
  await send(app, "GET", `/campaigns/${id}`);
  await send(app, "GET", "/campaigns/no/such/path");
  assert.deepEqual([upstream.calls.length, upstream.charges.length], [1, 0]);
});

Deno.test("Auth is not asked while the limit cannot be, or is used up", async () => {
  const cases: [charge: () => Response | Promise<Response>, status: number, code: string][] = [
    [limited, 429, "RATE_LIMITED"],
    [() => Promise.reject(new TypeError("refused")), 503, "SERVICE_UNAVAILABLE"],
    [() => json({ code: "42P01", message: "x" }, 404), 503, "SERVICE_UNAVAILABLE"],
    [() => json({ message: "bad gateway" }, 502), 503, "SERVICE_UNAVAILABLE"],
    [() => new Response('{"broken'), 503, "SERVICE_UNAVAILABLE"],
  ];
  for (const [charge, status, code] of cases) {
    const upstream = fakeUpstream(() => json({}), {}, charge);
    const response = await send(createAuthApp(upstream.config), "POST", "/auth/signin", {
      body: credentials,
    });
    assert.deepEqual([response.status, (await response.json()).code], [status, code]);
    assert.ok(Number(response.headers.get("retry-after")) > 0);
    assert.equal(upstream.calls.length, 0);
  }
});

Deno.test("sign-in counts by address, signing out by the one who does", async () => {
  const upstream = fakeUpstream(() => json(null));
  const app = createAuthApp(upstream.config);
  const headers = { "X-Forwarded-For": "203.0.113.9" };
  await send(app, "POST", "/auth/signin", { body: credentials, headers });
  await send(app, "POST", "/auth/logout", { headers });
  assert.deepEqual(
    upstream.charges.map(({ rateClass, headers }) => [
      rateClass,
      headers.get("authorization"),
      headers.get("x-forwarded-for"),
    ]),
    [["auth", null, "203.0.113.9"], ["auth", "Bearer user.access.token", "203.0.113.9"]],
  );
});

Deno.test("the caller's address is what the proxy in front says, where one is named", async () => {
  const upstream = fakeUpstream(() => json(null), { addressHeader: "cf-connecting-ip" });
  const headers = { "X-Forwarded-For": "192.0.2.1", "CF-Connecting-IP": "203.0.113.9" };
  await send(createAuthApp(upstream.config), "POST", "/auth/signin", {
    body: credentials,
    headers,
  });
  for (const { headers } of [...upstream.charges, ...upstream.calls]) {
    assert.equal(headers.get("x-forwarded-for"), "203.0.113.9");
  }
});

Deno.test("a probe over its limit hears so, not that the system is down", async () => {
  const { config } = fakeUpstream(limited);
  const response = await send(createHealthApp(config), "GET", "/health/ready", { token: null });
  assert.deepEqual([response.status, (await response.json()).code], [429, "RATE_LIMITED"]);
});
