/**
 * Walks every operation of every function: each is called once as its own example says and answered
 * as its own example says, so that declaration, call and answer agree.
 */

import assert from "node:assert/strict";
import { buildDocument, FACTORIES } from "../docs/document.ts";
import type { KitApp } from "./operation.ts";
import { snake } from "./mapping.ts";
import { fakeUpstream, json, type RecordedCall, send } from "./testing.ts";

/** Operations that ask another number of times than once what is behind them. */
const CALLS: Readonly<Record<string, number>> = {
  isLive: 0,
  isReady: 2,
  createUser: 3,
  updateDataSource: 2,
};

/** Sent with every request: what takes none must not say that it does. */
const KEY = "an-idempotency-key";

/** Asks the secret key's procedures and then a source: data-sources/test-data-source.test.ts has it. */
const SOURCES = ["testDataSource"];

interface Operation {
  operationId: string;
  security: object[];
  parameters?: {
    $ref?: string;
    name: string;
    in: string;
    schema: { example?: unknown; enum?: unknown[] };
  }[];
  requestBody?: { required: boolean; content: { "application/json": { example: unknown } } };
  responses: Record<string, { content: Record<string, { example: unknown }> }>;
  tags: string[];
}

const document = JSON.parse(JSON.stringify(buildDocument()));
const operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(
  ([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
);

/** A documented answer as SQL would have given it: every key in snake case, free objects excepted. */
function toSqlNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSqlNames);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      /^[A-F]$/.test(key) ? key : snake(key),
      toSqlNames(inner),
    ]),
  );
}

interface Example {
  data: unknown;
  pagination?: { total: number };
}

function success(operation: Operation): { status: number; type: string; example: unknown } {
  const [status, response] = Object.entries(operation.responses)[0] ?? [];
  const [type, media] = Object.entries(response?.content ?? {})[0] ?? [];
  assert.ok(status && type && media && Number(status) < 300);
  return { status: Number(status), type, example: media.example };
}

function upstreamAnswer(operation: Operation): Response {
  const { type, example } = success(operation);
  if (type === "text/csv") return new Response(String(example));
  const { data, pagination } = example as Example;
  const answer = toSqlNames(data);
  return json(pagination ? { items: answer, total: pagination.total } : answer);
}

async function call(app: KitApp, method: string, path: string, operation: Operation) {
  const values = (operation.parameters ?? []).filter(({ schema }) => schema?.example !== undefined);
  const url = path.replace(/\{(\w+)\}/g, (_match, name) => {
    return String(values.find((value) => value.name === name)?.schema.example);
  });
  const query = new URLSearchParams(
    values.filter((value) => value.in === "query")
      .map(({ name, schema }): [string, string] => [name, String(schema.example)]),
  );
  return await send(app, method.toUpperCase(), `${url}?${query}`, {
    body: operation.requestBody?.content["application/json"].example,
    token: operation.security.length > 0 ? "user.access.token" : null,
    headers: { "Idempotency-Key": KEY },
  });
}

function appOf(operation: Operation, answer: (call: RecordedCall) => Response) {
  const upstream = fakeUpstream(answer);
  const apps = FACTORIES.map((create) => create(upstream.config));
  const app = apps.find((app) =>
    app.openAPIRegistry.definitions.some((definition) =>
      definition.type === "route" && definition.route.operationId === operation.operationId
    )
  );
  assert.ok(app);
  return { app, upstream };
}

const answered = operations.filter(({ operation }) => !SOURCES.includes(operation.operationId));
for (const { method, path, operation } of answered) {
  Deno.test(`${operation.operationId}: one call upstream, answered as documented`, async () => {
    const { app, upstream } = appOf(operation, () => upstreamAnswer(operation));
    const response = await call(app, method, path, operation);
    const expected = success(operation);

    assert.equal(response.status, expected.status);
    if (expected.type === "application/json") {
      assert.deepEqual(await response.json(), expected.example);
    } else {
      assert.equal(await response.text(), expected.example);
    }
    assert.equal(upstream.calls.length, CALLS[operation.operationId] ?? 1);
    assert.equal(
      upstream.calls.some(({ idempotencyKey }) => idempotencyKey === KEY),
      operation.parameters?.some(({ $ref }) => $ref?.endsWith("/IdempotencyKey")) ?? false,
      "a key goes along where it is documented",
    );
    const isAuth = upstream.calls.every(({ path }) => path.startsWith("/auth/v1/"));
    const charges = isAuth ? upstream.calls.length : 0;
    assert.equal(upstream.charges.length, charges, "Auth is asked once the limit was");
    for (const { path, headers, rateClass } of [...upstream.calls, ...upstream.charges]) {
      assert.match(path, /^\/(rest\/v1\/rpc\/[a-z_]+$|auth\/v1\/)/);
      if (rateClass) assert.equal(rateClass, Reflect.get(operation, "x-rate-class"));
      // Asked with the secret key alone, which the apps here do not have.
      const asAdmin = path.startsWith("/auth/v1/admin/");
      assert.equal(headers.get("apikey"), asAdmin ? "" : "sb_publishable_test");
      assert.equal(headers.get("x-request-id"), response.headers.get("x-request-id"));
      assert.equal(
        headers.get("authorization"),
        operation.security.length > 0 && !asAdmin ? "Bearer user.access.token" : null,
      );
    }
  });
}

for (const { method, path, operation } of operations) {
  if (operation.security.length > 0) {
    Deno.test(`${operation.operationId}: refused without a token, and counted`, async () => {
      const { app, upstream } = appOf(operation, () => json(null));
      const { operationId, ...rest } = operation;
      const response = await call(app, method, path, { ...rest, operationId, security: [] });
      assert.equal(response.status, 401);
      assert.equal((await response.json()).code, "NOT_SIGNED_IN");
      assert.equal(upstream.calls.length, 0);
      assert.equal(upstream.charges.length, 1);
    });
  }
}

Deno.test("operation ids are unique and every operation says what it costs and who may call it", () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length);
  for (const { path, operation } of operations) {
    const extensions: Record<string, unknown> = { ...operation };
    assert.match(String(extensions["x-rate-class"]), /^(write|read|intensive|auth|anonymous)$/);
    assert.ok(extensions["x-permission"]);
    assert.deepEqual(operation.tags, [path.split("/")[1]]);
    assert.ok(operation.responses["500"] && operation.responses["502"]);
  }
});

Deno.test("every reference of the document leads somewhere", () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)];
  assert.ok(references.length > 0);
  for (const [, reference = ""] of references) {
    const target = reference.split("/").reduce((node, key) => node?.[key], document);
    assert.ok(target, reference);
  }
});
