/** How any JSON API is read, held against a server on loopback. */

import assert from "node:assert/strict";
import fc from "fast-check";
import { serveApi } from "../../../../../tests/providers/api.ts";
import { tooMany } from "../../../../../tests/providers/server.ts";
import { SourceError } from "../errors.ts";
import { assertResumesAnywhere, collect, failureOf, testWorld } from "../testing.ts";
import { api } from "./api.ts";
import { ApiConfig } from "./config.ts";

function source(config: object, token?: string, rateLimit: number | null = null) {
  return { config: ApiConfig.parse(config), credentials: { token }, rateLimit };
}

const people = (count: number) =>
  Array.from(
    { length: count },
    (_, n) => ({ id: n, email: `p${n}@example.com`, org: { name: "A" } }),
  );

/** The config of every way to page, for the fake API at that address. */
const ways = (url: string): object[] => [
  { url: `${url}/list` },
  { url: `${url}/page`, rows: "data.items", paging: { kind: "page" } },
  { url: `${url}/page`, rows: "data.items", total: "data.total", paging: { kind: "page" } },
  { url: `${url}/page`, method: "POST", rows: "data.items", paging: { kind: "page" } },
  { url: `${url}/offset`, rows: "$.data.items", paging: { kind: "offset", size: 7 } },
  { url: `${url}/offset`, rows: "data.items", paging: { kind: "offset", size: 1000 } },
  { url: `${url}/cursor`, rows: "data.items", paging: { kind: "cursor", path: "data.next" } },
  {
    url: `${url}/cursor`,
    method: "POST",
    body: { filter: "all" },
    rows: "data.items",
    paging: { kind: "cursor", path: "data.next" },
  },
  { url: `${url}/link`, paging: { kind: "link" } },
];

Deno.test("every way of paging is read to the end, and on from every checkpoint", async () => {
  for (const count of [0, 1, 9, 10, 11, 30]) {
    await using server = serveApi({ rows: people(count) });
    for (const config of ways(server.url)) {
      const { context } = testWorld();
      const { rows, batches } = await assertResumesAnywhere(api, source(config), context);
      assert.deepEqual(rows.map(({ values }) => values.id), [...Array(count).keys()]);
      assert.deepEqual(rows.map(({ row }) => row), [...Array(count).keys()].map((n) => n + 1));
      assert.equal(batches.at(-1)?.total, count, JSON.stringify(config));
    }
  }
});

Deno.test("any number of rows on pages of any size comes out once, from every checkpoint", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 8 }),
      async (count, pageSize, way) => {
        await using server = serveApi({ rows: people(count), pageSize });
        const { context } = testWorld();
        const config = ways(server.url)[way] ?? {};
        const { rows } = await assertResumesAnywhere(api, source(config), context);
        assert.deepEqual(rows.map(({ values }) => values.id), [...Array(count).keys()]);
      },
    ),
    { numRuns: 25 },
  );
});

Deno.test("a page of thousands becomes several batches", async () => {
  await using server = serveApi({ rows: people(1203), pageSize: 5000 });
  const { context } = testWorld();
  const config = { url: `${server.url}/list` };
  const { batches } = await assertResumesAnywhere(api, source(config), context);
  assert.deepEqual(batches.map(({ rows }) => rows.length), [500, 500, 203]);
});

Deno.test("the total is what the API says, until the end says better", async () => {
  await using server = serveApi({ rows: people(25) });
  const { context } = testWorld();
  const config = { url: `${server.url}/page`, rows: "data.items", paging: { kind: "page" } };
  const told = await collect(api, source({ ...config, total: "data.total" }), context);
  assert.deepEqual(told.batches.map(({ total }) => total), [25, 25, 25, 25]);
  const untold = await collect(api, source(config), context);
  assert.deepEqual(untold.batches.map(({ total }) => total), [null, null, null, 25]);
});

Deno.test("inner objects' fields stand beside each other; what is no object is rejected", async () => {
  await using server = serveApi({
    rows: [{ a: { b: { c: 1 } }, d: [1, { e: 2 }] }, "x", null, [1]],
  });
  const { context } = testWorld();
  const { rows, rejected } = await collect(api, source({ url: `${server.url}/list` }), context);
  assert.deepEqual(rows, [{ row: 1, values: { "a.b.c": 1, d: [1, { e: 2 }] } }]);
  assert.deepEqual(
    rejected.map(({ row, reason }) => [row, reason]),
    [2, 3, 4].map(
      (row) => [row, "is not a JSON object"],
    ),
  );
});

Deno.test("the token goes where the config says, and into no message", async () => {
  const token = "s3cret-token";
  await using server = serveApi({ rows: people(3), token });
  const auths = [{ kind: "bearer" }, { kind: "header", name: "X-Key" }, {
    kind: "query",
    name: "key",
  }];
  for (const auth of auths) {
    const config = {
      url: `${server.url}/list`,
      auth,
      query: { q: "a b" },
      headers: { "X-Other": "o" },
    };
    const { context } = testWorld({ redact: (text) => text.replaceAll("wr0ng-token", "…") });
    assert.equal((await collect(api, source(config, token), context)).rows.length, 3);
    assert.equal(server.asked.at(-1)?.url.searchParams.get("q"), "a b");
    assert.equal(server.asked.at(-1)?.headers.get("x-other"), "o");
    await assert.rejects(collect(api, source(config, "wr0ng-token"), context), (error) => {
      assert.ok(error instanceof SourceError);
      assert.equal(error.code, "unauthorized");
      assert.match(error.message, /status 401\): No such key: …/);
      assert.doesNotMatch(error.message, /wr0ng/);
      return true;
    });
    assert.equal(await failureOf(() => collect(api, source(config), context)), "unauthorized");
  }
});

Deno.test("a token in the query is in no checkpoint, though the link to the next page repeats it", async () => {
  const token = "s3cret token+1";
  await using server = serveApi({ rows: people(30), token });
  const config = {
    url: `${server.url}/link`,
    auth: { kind: "query", name: "key" },
    paging: { kind: "link" },
  };
  const { context } = testWorld();
  const { rows, batches } = await assertResumesAnywhere(api, source(config, token), context);
  assert.equal(rows.length, 30);
  assert.deepEqual(
    batches.map(({ checkpoint }) => Object(checkpoint.position).at),
    [10, 20, 20].map((from) => `${server.url}/link?from=${from}`),
  );
});

Deno.test("paging that turns in circles is noticed, not followed for ever", async () => {
  await using server = serveApi({ rows: people(30) });
  const run = (config: object) => {
    const { context } = testWorld();
    return failureOf(() => collect(api, source(config), context));
  };
  // The API does not know these parameters: it gives its first page again and again.
  const paging = { kind: "page", parameter: "p" };
  assert.equal(await run({ url: `${server.url}/link`, paging }), "wrong_shape");
  const cursor = { kind: "cursor", parameter: "c", path: "data.next" };
  assert.equal(
    await run({ url: `${server.url}/cursor`, rows: "data.items", paging: cursor }),
    "wrong_shape",
  );
});

Deno.test("a link to another server is not followed: the token would go along", async () => {
  await using other = serveApi({ rows: people(3) });
  await using server = serveApi({ rows: people(30) });
  server.misbehave(
    Response.json([{ id: 1 }], { headers: { Link: `<${other.url}/link>; rel=next` } }),
  );
  const { context } = testWorld();
  const config = { url: `${server.url}/link`, paging: { kind: "link" }, auth: { kind: "bearer" } };
  assert.equal(await failureOf(() => collect(api, source(config, "t"), context)), "wrong_shape");
  assert.deepEqual(other.asked, []);
});

Deno.test("no more pages are read than allowed, and the log says so", async () => {
  await using server = serveApi({ rows: people(30) });
  const { context, logs } = testWorld();
  const config = { url: `${server.url}/link`, paging: { kind: "link" }, maxPages: 2 };
  const { rows, batches } = await assertResumesAnywhere(api, source(config), context);
  assert.deepEqual([rows.length, batches.at(-1)?.total], [20, 20]);
  assert.equal(logs[0]?.level, "warning");
});

Deno.test("whatever the API answers has its code, and the rows before it stand", async () => {
  await using server = serveApi({ rows: people(30) });
  const config = { url: `${server.url}/page`, rows: "data.items", paging: { kind: "page" } };
  const huge = new Response("[" + "1,".repeat(6 * 1024 * 1024) + "1]");
  const table: [fault: Response | "hang" | "cut" | "break", failure: string][] = [
    [tooMany("7"), "rate_limited 7"],
    [tooMany("Mon, 02 Nov 2026 09:31:30 GMT"), "rate_limited 90"],
    [tooMany("soon"), "rate_limited 60"],
    [new Response(null, { status: 503, headers: { "Retry-After": "30" } }), "rate_limited 30"],
    [new Response("<html>", { status: 503 }), "unavailable"],
    [new Response(null, { status: 500 }), "unavailable"],
    [new Response(null, { status: 401 }), "unauthorized"],
    [new Response(null, { status: 403 }), "forbidden"],
    [new Response(null, { status: 404 }), "not_found"],
    [new Response(null, { status: 422 }), "request_refused"],
    [Response.redirect("http://127.0.0.1:1/"), "request_refused"],
    [new Response("<html>Sign in</html>"), "malformed_answer"],
    [new Response(""), "malformed_answer"],
    ["cut", "truncated_answer"],
    ["break", "truncated_answer"],
    [Response.json({ data: { items: {} } }), "wrong_shape"],
    [Response.json(null), "wrong_shape"],
    [huge, "too_large"],
  ];
  for (const [fault, failure] of table) {
    server.misbehave(null, fault);
    const { context } = testWorld();
    const seen: number[] = [];
    const code = await failureOf(async () => {
      for await (const { rows } of api.run(source(config), null, context)) seen.push(rows.length);
    });
    assert.deepEqual([code, seen], [failure, [10]]);
  }
  server.misbehave("hang");
  const { context } = testWorld({ timeoutMs: 1 });
  assert.equal(await failureOf(() => collect(api, source(config), context)), "timed_out");
  const gone = { url: "http://127.0.0.1:1/" };
  assert.equal(await failureOf(() => collect(api, source(gone), context)), "unavailable");
});

Deno.test("a run that is told to stop stops, for that reason and no other", async () => {
  await using server = serveApi({ rows: people(3) });
  server.misbehave("hang");
  const stop = new AbortController();
  const { context } = testWorld({
    signal: stop.signal,
    fetch: (url, init) => {
      const answer = fetch(url, init);
      stop.abort(new Error("paused"));
      return answer;
    },
  });
  const run = collect(api, source({ url: `${server.url}/list` }), context);
  await assert.rejects(run, /paused/);
});

Deno.test("requests keep to the pace their owner allows", async () => {
  await using server = serveApi({ rows: people(30) });
  const { context, waits } = testWorld();
  const config = { url: `${server.url}/link`, paging: { kind: "link" } };
  await collect(api, source(config, undefined, 30), context);
  assert.deepEqual(waits, [2000, 2000]);
});

Deno.test("a test asks once, and names the fields it saw", async () => {
  await using server = serveApi({ rows: people(30) });
  const { context } = testWorld();
  const config = {
    url: `${server.url}/page`,
    rows: "data.items",
    total: "data.total",
    paging: { kind: "page" },
  };
  const { sample, total, fields } = await api.test(source(config), context);
  assert.deepEqual([sample.length, total, fields], [5, 30, ["id", "email", "org.name"]]);
  assert.equal(server.asked.length, 1);
});

Deno.test("a config that cannot be meant is refused", () => {
  const base = { url: "https://crm.example/people" };
  const wrong = [
    { url: "ftp://crm.example/" },
    { url: "crm.example" },
    { ...base, rows: "data..items" },
    { ...base, rows: "data[x]" },
    { ...base, headers: { "X Key": "a" } },
    { ...base, headers: { "X-Key": "a\r\nB: c" } },
    { ...base, auth: { kind: "header" } },
    { ...base, paging: { kind: "cursor" } },
    { ...base, paging: { kind: "offset", size: 0 } },
    { ...base, token: "s3cret" },
    { ...base, headers: { Host: "elsewhere.example" } },
    { ...base, auth: { kind: "header", name: "host" } },
  ];
  for (const config of wrong) {
    assert.ok(!ApiConfig.safeParse(config).success, JSON.stringify(config));
  }
  assert.ok(ApiConfig.safeParse({ ...base, rows: '$.a["odd.key"][0].rows' }).success);
});
