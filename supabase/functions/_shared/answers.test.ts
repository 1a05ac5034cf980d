/** Walks every kind of answer there is: whoever makes it, it carries what every answer carries. */

import assert from "node:assert/strict";
import { createCampaignsApp } from "../campaigns/app.ts";
import { createDocsApp } from "../docs/app.ts";
import { createHealthApp } from "../health/app.ts";
import { createLeadsApp } from "../leads/app.ts";
import { createWorkerApp } from "../worker/app.ts";
import type { KitConfig } from "./config.ts";
import type { KitApp } from "./operation.ts";
import { fakeUpstream, send, type SendOptions } from "./testing.ts";

const id = "0199a3c4-d5e6-7890-8abc-def012345678";
const policy = "default-src 'none'; frame-ancestors 'none'";
const limits = { RateLimit: '"read";r=199;t=1', "RateLimit-Policy": '"read";q=200;w=60' };

const answered = (body: unknown, status = 200) => () => {
  return Response.json(body, { status, headers: limits });
};
const refused = answered({ code: "PT409", message: "lead_exists", details: "Taken." }, 409);
const createWorker = (config: KitConfig) =>
  createWorkerApp(config, { secretKey: "s", env: {}, handlers: [], now: () => 0 });

interface Kind {
  create?: (config: KitConfig) => KitApp;
  /** Method and path. */
  ask: string;
  sent?: SendOptions;
  upstream?: () => Response;
  status: number;
  type?: string;
  csp?: RegExp;
  /** Whether the limits, of which the upstream tells, are passed on. */
  limited?: boolean;
}

const kinds: Record<string, Kind> = {
  "a row": { ask: `GET /campaigns/${id}`, status: 200, limited: true },
  "a row's head": { ask: `HEAD /campaigns/${id}`, status: 200, limited: true },
  "a page": {
    ask: "GET /campaigns",
    upstream: answered({ items: [], total: 0 }),
    status: 200,
    limited: true,
  },
  "what was created": {
    ask: "POST /campaigns",
    sent: { body: { name: "a" } },
    status: 201,
    limited: true,
  },
  "a file": {
    create: createLeadsApp,
    ask: "GET /leads/export",
    upstream: () => new Response("id\r\n", { headers: limits }),
    status: 200,
    type: "text/csv; charset=utf-8",
    limited: true,
  },
  "life": { create: createHealthApp, ask: "GET /health/live", status: 200 },
  "a refusal by SQL": {
    ask: `GET /campaigns/${id}`,
    upstream: refused,
    status: 409,
    limited: true,
  },
  "a faulty value": { ask: "GET /campaigns?page=0", status: 422, limited: true },
  "no token": { ask: "GET /campaigns", sent: { token: null }, status: 401, limited: true },
  "a body announced too large": {
    ask: "POST /campaigns",
    sent: { raw: "{}", headers: { "Content-Length": "99999999" } },
    status: 413,
  },
  "a failure of ours": {
    ask: `GET /campaigns/${id}`,
    upstream: answered({ code: "42P01", message: "no such relation" }, 404),
    status: 500,
    limited: true,
  },
  "an upstream out of reach": {
    ask: `GET /campaigns/${id}`,
    upstream: () => {
      throw new TypeError("refused");
    },
    status: 502,
  },
  "no such path": { ask: "GET /campaigns/a/b/c", status: 404 },
  "another method": { ask: "PUT /campaigns", status: 405 },
  "the document": { create: createDocsApp, ask: "GET /docs/openapi.json", status: 200 },
  "the page": {
    create: createDocsApp,
    ask: "GET /docs",
    status: 200,
    type: "text/html; charset=UTF-8",
    csp: new RegExp(`^${policy}; style-src 'nonce-[0-9a-f-]{36}'$`),
  },
  "the worker's": {
    create: createWorker,
    ask: "POST /worker",
    sent: { body: {}, headers: { apikey: "s" } },
    upstream: answered({ lost: [], tasks: [] }),
    status: 200,
  },
  "nobody's worker": { create: createWorker, ask: "POST /worker", status: 401 },
  "a preflight": { ask: "OPTIONS /campaigns", status: 204 },
};

for (const [what, kind] of Object.entries(kinds)) {
  Deno.test(`${what} carries what every answer carries`, async () => {
    const { create = createCampaignsApp, upstream = answered({}), sent, status } = kind;
    const [method = "", path = ""] = kind.ask.split(" ");
    const allowedOrigins = ["https://app.example"];
    const { config } = fakeUpstream(upstream, { allowedOrigins }, answered(null));
    const response = await send(create(config), method, path, {
      ...sent,
      headers: { ...sent?.headers, Origin: "https://app.example", "X-Request-Id": "client-42" },
    });
    const text = await response.text();
    assert.equal(response.status, status, text);
    const { headers } = response;
    const has = (name: string, value: string | null) =>
      assert.equal(headers.get(name), value, name);
    assert.match(
      headers.get("content-security-policy") ?? "",
      kind.csp ?? new RegExp(`^${policy}$`),
    );
    assert.match(headers.get("strict-transport-security") ?? "", /^max-age=\d{8,};/);
    has("cross-origin-resource-policy", "same-origin");
    has("referrer-policy", "no-referrer");
    has("x-content-type-options", "nosniff");
    has("x-frame-options", "DENY");
    has("x-request-id", "client-42");
    has("access-control-allow-origin", "https://app.example");
    assert.match(headers.get("access-control-expose-headers") ?? "", /X-Request-Id/);
    assert.match(headers.get("vary") ?? "", /Origin/);
    // A preflight has no body and is kept for as long as it says.
    const isPreflight = method === "OPTIONS";
    has("cache-control", isPreflight ? null : "no-store");
    has("content-type", isPreflight ? null : kind.type ?? "application/json");
    for (const [name, value] of Object.entries(limits)) has(name, kind.limited ? value : null);
  });
}
