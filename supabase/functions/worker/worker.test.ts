import assert from "node:assert/strict";
import { fakeUpstream, json } from "../_shared/testing.ts";
import { sign } from "./access.ts";
import { createWorkerApp, type WorkerSettings } from "./app.ts";
import { claimed, handler } from "./testing.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const SECRET = "sb_secret_test";

/** The function over a Data API that hands out one task. */
function open(overrides: Partial<WorkerSettings> = {}) {
  let tasks = [claimed("a")];
  const upstream = fakeUpstream(({ path }) => {
    const taken = tasks;
    if (path === "/rest/v1/rpc/exchange_tasks") tasks = [];
    return json({ lost: [], tasks: taken });
  });
  const app = createWorkerApp(upstream.config, {
    secretKey: SECRET,
    env: { WORKER_CRON_SECRET: "of the clock" },
    handlers: [handler(() => ({ done: null }))],
    now: () => NOW,
    ...overrides,
  });
  return {
    upstream,
    post: (headers: Record<string, string>, body = "{}") =>
      app.request("/worker", {
        method: "POST",
        body,
        headers: { "Content-Type": "application/json", ...headers },
      }),
  };
}

const signed = (body: string, at = NOW / 1000, secret = "of the clock") => ({
  "X-Backline-Timestamp": String(at),
  "X-Backline-Signature": sign(String(at), body, secret),
});

Deno.test("whoever has the secret key runs a batch and is told of it", async () => {
  const { upstream, post } = open();
  const response = await post({ apikey: SECRET });
  assert.equal(response.status, 200);
  const { data } = await response.json();
  assert.deepEqual([data.claimed, data.completed], [1, 1]);
  for (const { headers } of upstream.calls) assert.equal(headers.get("apikey"), SECRET);
});

Deno.test("so does a signed call", async () => {
  const body = '{"maxTasks": 5}';
  assert.equal((await open().post(signed(body), body)).status, 200);
});

Deno.test("a signature is what openssl says", () => {
  // printf '1700000000.{}' | openssl dgst -sha256 -hmac secret
  const expected = "b8569b78799ff9e3cbff0fc2d63a33a2b57f3282abd07c37ae5e8e7d79a5f163";
  assert.equal(sign("1700000000", "{}", "secret"), expected);
});

const REFUSED: Record<
  string,
  { headers: Record<string, string>; settings?: Partial<WorkerSettings> }
> = {
  "no key": { headers: {} },
  "the publishable key": { headers: { apikey: "sb_publishable_test" } },
  "an empty key": { headers: { apikey: "" }, settings: { secretKey: "" } },
  "the secret key as a token": { headers: { Authorization: `Bearer ${SECRET}` } },
  "a signature of another body": { headers: signed('{"maxTasks":1}') },
  "a signature by another secret": { headers: signed("{}", NOW / 1000, "guessed") },
  "a signature of more than five minutes ago": { headers: signed("{}", NOW / 1000 - 301) },
  "a signature of the future": { headers: signed("{}", NOW / 1000 + 301) },
  "a signature without a time": { headers: { ...signed("{}"), "X-Backline-Timestamp": "" } },
  "a signature where no secret is set": {
    headers: signed("{}", NOW / 1000, ""),
    settings: { env: {} },
  },
};

for (const [what, { headers, settings }] of Object.entries(REFUSED)) {
  Deno.test(`refused: ${what}`, async () => {
    const { upstream, post } = open(settings);
    const response = await post(headers);
    assert.equal(response.status, 401);
    assert.equal((await response.json()).code, "NOT_SIGNED_IN");
    assert.equal(upstream.calls.length, 0);
  });
}

Deno.test("a call that does not wait is answered at once and goes on", async () => {
  let going: Promise<unknown> | undefined;
  const { upstream, post } = open({ waitUntil: (work) => going = work });
  const response = await post({ apikey: SECRET }, '{"wait": false}');
  assert.equal(response.status, 202);
  assert.deepEqual(await going, {
    claimed: 1,
    completed: 1,
    snoozed: 0,
    failed: 0,
    lost: 0,
    handedBack: 0,
  });
  assert.ok(upstream.calls.length > 0);
});

Deno.test("what a call may not ask for is refused", async () => {
  for (const body of ['{"seconds": 0}', '{"maxTasks": 1e6}', '{"kind": "x"}']) {
    assert.equal((await open().post({ apikey: SECRET }, body)).status, 422);
  }
  assert.equal((await open().post({ apikey: SECRET }, "{")).status, 400);
});
