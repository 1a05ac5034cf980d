import assert from "node:assert/strict";
import { seal } from "../_shared/sealing.ts";
import { tryConnection } from "../_shared/sources/try-connection.ts";
import { fakeUpstream, json, type RecordedCall, send } from "../_shared/testing.ts";
import { createService } from "../_shared/service.ts";
import { createDataSourcesApp } from "./app.ts";

const ID = "0199a3c4-d5e6-7890-8abc-def012345678";
const TOKEN = "tok/en+that=nobody&shall-see";
const SECRET_KEY = "sb_secret_test";
const ENV = {
  CREDENTIAL_KEYS: JSON.stringify({ k1: btoa("k".repeat(32)) }),
  ALLOW_PRIVATE_URLS: "loopback",
};

/** The function beside a database that has one source of type `api` at that URL. */
async function world(url: string, env: Record<string, string> = ENV, refusal?: Response) {
  const secrets = {
    id: ID,
    agency_id: ID,
    type: "api",
    rate_limit: null,
    config: { url, auth: { kind: "bearer" }, mapping: { Seats: "customFields.seats", Gone: null } },
    credentials: await seal(JSON.stringify({ token: TOKEN }), { agency_id: ID, id: ID }, ENV),
  };
  const upstream = fakeUpstream(({ path }) => {
    switch (path.split("/").at(-1)) {
      case "authorize_data_source_write":
        return refusal ?? json({ id: ID });
      case "get_data_source_secrets":
        return json(secrets);
      default:
        return json({ id: ID });
    }
  });
  const app = createDataSourcesApp(upstream.config, env, SECRET_KEY);
  return {
    upstream,
    try: () => send(app, "POST", `/data-sources/${ID}/test`),
    recorded: () => called(upstream.calls, "record_data_source_test")?.body,
  };
}

const called = (calls: readonly RecordedCall[], name: string) =>
  calls.find(({ path }) => path === `/rest/v1/rpc/${name}`);

/** Somebody's API on loopback for the time of a test. */
async function serving(
  answer: (request: Request) => Response | Promise<Response>,
  use: (url: string) => Promise<void>,
) {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, answer);
  try {
    await use(`http://127.0.0.1:${server.addr.port}/people`);
  } finally {
    await server.shutdown();
  }
}

const PEOPLE = [
  { "Work E-mail": "ada@x.test", "First name": "Ada", Seats: 40, Shoe: 39 },
  { "Work E-mail": "bob@x.test", "First name": "Bob", Seats: 2, Shoe: 44 },
];

Deno.test("a test tells latency, sample and gaps, and is noted with the source", async () => {
  const tokens: (string | null)[] = [];
  await serving((request) => {
    tokens.push(request.headers.get("authorization"));
    return Response.json(PEOPLE);
  }, async (url) => {
    const { try: tryIt, upstream, recorded } = await world(url);
    const response = await tryIt();
    const text = await response.text();
    assert.equal(response.status, 200, text);
    const { data } = JSON.parse(text);
    assert.ok(Number.isInteger(data.latencyMs) && data.latencyMs >= 0);
    assert.deepEqual(data.sample[0], {
      row: 1,
      values: PEOPLE[0],
      lead: {
        email: "ada@x.test",
        firstName: "Ada",
        customFields: { seats: 40 },
        sourceData: { Shoe: 39 },
      },
    });
    assert.deepEqual(data.gaps.fields.slice(0, 2), [
      { field: "Work E-mail", target: "email" },
      { field: "First name", target: "firstName" },
    ]);
    assert.deepEqual([data.gaps.unmapped, data.gaps.unknown], [["Shoe"], ["Gone"]]);
    assert.ok(data.gaps.missing.includes("lastName") && !data.gaps.missing.includes("firstName"));
    assert.equal(data.gaps.hasIdentity, true);

    assert.deepEqual(tokens, [`Bearer ${TOKEN}`]);
    assert.deepEqual(recorded(), { data_source_id: ID, ok: true, latency_ms: data.latencyMs });
    const said = [text, ...upstream.lines, JSON.stringify(upstream.calls)].join();
    assert.ok(!said.includes(TOKEN));
  });
});

Deno.test("of a long text the answer shows the beginning", async () => {
  await serving(() => Response.json([{ note: "x".repeat(10_000) }]), async (url) => {
    const { data } = await (await (await world(url)).try()).json();
    assert.equal(data.sample[0].values.note, `${"x".repeat(500)}…`);
  });
});

Deno.test("the caller is asked first, as the caller, and counted as intensive; then the secret key", async () => {
  await serving(() => Response.json(PEOPLE), async (url) => {
    const { try: tryIt, upstream } = await world(url);
    await tryIt();
    assert.deepEqual(
      upstream.calls.map(({ path, headers, rateClass }) => [
        path.split("/").at(-1),
        headers.get("apikey"),
        rateClass,
      ]),
      [
        ["authorize_data_source_write", "sb_publishable_test", "intensive"],
        ["get_data_source_secrets", SECRET_KEY, undefined],
        ["record_data_source_test", SECRET_KEY, undefined],
      ],
    );
  });
});

Deno.test("whoever may not, reaches neither secrets nor source", async () => {
  let asked = 0;
  await serving(() => Response.json(++asked), async (url) => {
    const refusal = json({ code: "PT403", message: "permission_denied", details: "No." }, 403);
    const { try: tryIt, upstream } = await world(url, ENV, refusal);
    assert.equal((await tryIt()).status, 403);
    assert.deepEqual([upstream.calls.length, asked], [1, 0]);
  });
});

Deno.test("what the caller can mend is 422, what the source must is 502, 503 or 504", async () => {
  const table: [answer: () => Response, status: number, code: string][] = [
    [() => json({ message: "bad" }, 401), 422, "SOURCE_CREDENTIALS_REFUSED"],
    [() => json({ message: "bad" }, 403), 422, "SOURCE_CREDENTIALS_REFUSED"],
    [() => json({ message: "bad" }, 404), 422, "SOURCE_SETTINGS_REFUSED"],
    [() => json({ message: "bad" }, 400), 422, "SOURCE_SETTINGS_REFUSED"],
    [() => Response.redirect("http://127.0.0.1:1/"), 422, "SOURCE_SETTINGS_REFUSED"],
    [() => json({ message: "bad" }, 500), 502, "SOURCE_UNAVAILABLE"],
    [() => new Response("<html>"), 502, "SOURCE_UNAVAILABLE"],
    [() => json({ no: "list" }), 502, "SOURCE_UNAVAILABLE"],
    [() => json({ message: "bad" }, 504), 504, "SOURCE_TIMED_OUT"],
    [() => new Response("", { status: 429, headers: { "Retry-After": "30" } }), 503, "SOURCE_BUSY"],
  ];
  for (const [answer, status, code] of table) {
    await serving(answer, async (url) => {
      const { try: tryIt, recorded } = await world(url);
      const response = await tryIt();
      const body = await response.json();
      assert.deepEqual([response.status, body.code], [status, code], body.error);
      assert.deepEqual(recorded(), { data_source_id: ID, ok: false, failure: body.error });
      if (status === 503) assert.equal(response.headers.get("retry-after"), "30");
    });
  }
});

Deno.test("nobody there is 502", async () => {
  const { try: tryIt } = await world("http://127.0.0.1:1/people");
  const response = await tryIt();
  assert.deepEqual([response.status, (await response.json()).code], [502, "SOURCE_UNAVAILABLE"]);
});

Deno.test("a source that repeats the credentials is not quoted", async () => {
  const echo = () =>
    json({ message: `unknown token ${TOKEN} or ${encodeURIComponent(TOKEN)}` }, 401);
  await serving(echo, async (url) => {
    const { try: tryIt, upstream } = await world(url);
    const response = await tryIt();
    const said = [await response.text(), ...upstream.lines, JSON.stringify(upstream.calls)].join();
    assert.ok(!said.includes(TOKEN) && !said.includes(encodeURIComponent(TOKEN)), said);
  });
});

Deno.test("private addresses are refused without a request, loopback too unless it is allowed", async () => {
  let asked = 0;
  await serving(() => Response.json(++asked), async (loopback) => {
    const strict = { ...ENV, ALLOW_PRIVATE_URLS: "" };
    const urls: [string, Record<string, string>][] = [
      [loopback, strict],
      ["https://169.254.169.254/latest/meta-data", ENV],
      ["https://10.1/", ENV],
      ["https://[::ffff:169.254.169.254]/", ENV],
      ["http://public.example/", ENV],
      ["https://user:pass@1.1.1.1/", ENV],
    ];
    for (const [url, env] of urls) {
      const { try: tryIt } = await world(url, env);
      const response = await tryIt();
      const { code } = await response.json();
      assert.deepEqual([response.status, code], [422, "SOURCE_SETTINGS_REFUSED"], url);
    }
    assert.equal(asked, 0);
  });
});

Deno.test("a source that does not answer is given up, and our own missing keys are not its fault", async () => {
  const never = Promise.withResolvers<Response>();
  await serving(() => never.promise, async (url) => {
    const { upstream, recorded } = await world(url);
    const { supabaseUrl, fetch } = upstream.config;
    const service = { supabaseUrl, secretKey: SECRET_KEY, fetch };
    const bench = { ...service, env: ENV, rpc: createService(service), limitMs: 50 };
    await assert.rejects(
      tryConnection(bench, ID),
      (error: { code?: string }) => error.code === "SOURCE_TIMED_OUT",
    );
    assert.equal(Reflect.get(Object(recorded()), "ok"), false);
    never.resolve(new Response());
  });
  const { try: tryIt, recorded } = await world("https://x.test/", {});
  const response = await tryIt();
  assert.deepEqual(
    [response.status, (await response.json()).code],
    [503, "CREDENTIAL_KEYS_INVALID"],
  );
  assert.equal(recorded(), undefined);
});
