/** Request ids, what goes along, who may read the answers, and what the environment says. */

import assert from "node:assert/strict";
import { createCampaignsApp } from "../campaigns/app.ts";
import { createDocsApp } from "../docs/app.ts";
import { configFromEnv } from "./config.ts";
import { fakeUpstream, json, send } from "./testing.ts";

const page = { items: [], total: 0 };

Deno.test("a sane request id is taken over and passed on, another is replaced", async () => {
  const upstream = fakeUpstream(() => json(page));
  const app = createCampaignsApp(upstream.config);
  const sent = async (id: string) => {
    const response = await send(app, "GET", "/campaigns", { headers: { "X-Request-Id": id } });
    return response.headers.get("x-request-id") ?? "";
  };
  assert.equal(await sent("client-42"), "client-42");
  assert.equal(upstream.calls.at(-1)?.headers.get("x-request-id"), "client-42");
  for (const id of ["", "a b", "x".repeat(129), '"}]']) {
    assert.match(await sent(id), /^req_[0-9a-f]{32}$/);
  }
});

Deno.test("the agency chosen and who asks go along; other headers do not", async () => {
  const upstream = fakeUpstream(() => json(page));
  await send(createCampaignsApp(upstream.config), "GET", "/campaigns", {
    headers: {
      "X-Agency-Id": "a-1",
      "X-Forwarded-For": "203.0.113.9",
      "User-Agent": "curl/8",
      "Cookie": "secret=1",
      "Prefer": "tx=rollback",
    },
  });
  const headers = upstream.calls[0]?.headers;
  assert.equal(headers?.get("x-agency-id"), "a-1");
  assert.equal(headers?.get("x-forwarded-for"), "203.0.113.9");
  assert.equal(headers?.get("user-agent"), "curl/8");
  assert.equal(headers?.get("cookie"), null);
  assert.equal(headers?.get("prefer"), null);
});

Deno.test("pages of the configured origins may read the answers, others not", async () => {
  const { config } = fakeUpstream(() => json(page), { allowedOrigins: ["https://app.example"] });
  const app = createCampaignsApp(config);
  const allowed = async (origin: string, method = "GET") => {
    const { status, headers } = await send(app, method, "/campaigns", {
      headers: { Origin: origin, "Access-Control-Request-Method": "POST" },
    });
    return { status, headers, origin: headers.get("access-control-allow-origin") };
  };
  assert.equal((await allowed("https://app.example")).origin, "https://app.example");
  assert.equal((await allowed("https://evil.example")).origin, null);
  assert.match((await allowed("https://evil.example")).headers.get("vary") ?? "", /Origin/);

  const preflight = await allowed("https://app.example", "OPTIONS");
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-methods"), "GET,POST,PUT,DELETE");
  assert.match(preflight.headers.get("access-control-allow-headers") ?? "", /X-Agency-Id/);
  const exposed = preflight.headers.get("access-control-expose-headers") ?? "";
  for (
    const name of [
      "X-Request-Id",
      "RateLimit",
      "RateLimit-Policy",
      "Retry-After",
      "Idempotency-Replayed",
    ]
  ) {
    assert.ok(exposed.split(",").includes(name), name);
  }
});

Deno.test("the environment decides origins and key", () => {
  const local = { SUPABASE_URL: "http://127.0.0.1:54321/", SUPABASE_ANON_KEY: "legacy" };
  const hosted = { ...local, SUPABASE_URL: "https://ref.supabase.co" };
  assert.equal(configFromEnv(local).supabaseUrl, "http://127.0.0.1:54321");
  assert.equal(configFromEnv(local).allowedOrigins, "*");
  assert.deepEqual(configFromEnv(hosted).allowedOrigins, []);
  assert.deepEqual(
    configFromEnv({ ...hosted, ALLOWED_ORIGINS: "https://a.example/, https://b.example" })
      .allowedOrigins,
    ["https://a.example", "https://b.example"],
  );
  assert.equal(configFromEnv({ ...hosted, ALLOWED_ORIGINS: "*" }).allowedOrigins, "*");
  assert.equal(configFromEnv(local).publishableKey, "legacy");
  const keys = JSON.stringify({ default: "sb_publishable_1" });
  assert.equal(
    configFromEnv({ ...local, SUPABASE_PUBLISHABLE_KEYS: keys }).publishableKey,
    "sb_publishable_1",
  );
  assert.throws(() => configFromEnv({}), /SUPABASE_URL/);
  assert.throws(() => configFromEnv({ SUPABASE_URL: "http://x" }), /SUPABASE_PUBLISHABLE_KEYS/);
});

Deno.test("the reference page names every endpoint, escapes, and loads nothing", async () => {
  const app = createDocsApp(fakeUpstream(() => json(null)).config);
  const response = await send(app, "GET", "/docs", { token: null });
  const text = await response.text();
  const nonce = /nonce="([^"]+)"/.exec(text)?.[1];
  assert.equal(
    response.headers.get("content-security-policy"),
    `default-src 'none'; frame-ancestors 'none'; style-src 'nonce-${nonce}'`,
  );
  assert.ok(!/<script|src=|<link/.test(text));
  const document = await (await send(app, "GET", "/docs/openapi.json", { token: null })).json();
  assert.equal(document.openapi, "3.1.0");
  for (const path of Object.keys(document.paths)) assert.ok(text.includes(path), path);
});
