import assert from "node:assert/strict";
import { fakeUpstream, json, send } from "../_shared/testing.ts";
import { open, type Sealed } from "../_shared/sealing.ts";
import { createDataSourcesApp } from "./app.ts";

const ID = "0199a3c4-d5e6-7890-8abc-def012345678";
const ENV = { CREDENTIAL_KEYS: JSON.stringify({ k1: btoa("k".repeat(32)) }) };
const SECRET = "a-token-that-nobody-shall-see";

const API = { type: "api", name: "Fair", config: { url: "https://fair.example/visitors" } };

const OWNER = { agency_id: "0199a3c4-d5e6-7890-8abc-000000000001", id: ID };
const SEED = "what-the-id-is-made-of";

function appWith(env: Record<string, string> = ENV, type = "api") {
  const upstream = fakeUpstream(() =>
    json({ ...OWNER, type, id_seed: SEED, has_credentials: true })
  );
  return { app: createDataSourcesApp(upstream.config, env), upstream };
}

Deno.test("credentials are sealed for the source that may be written, and in no call, answer or log", async () => {
  const named = { data_source_id: ID };
  for (
    const [method, path, body, asked, sent] of [
      ["PUT", `/data-sources/${ID}`, {}, named, { ...named, changes: {} }],
      ["POST", "/data-sources", API, {}, {
        type: "api",
        name: "Fair",
        attributes: { config: API.config },
        agency_id: OWNER.agency_id,
        id_seed: SEED,
      }],
    ] as const
  ) {
    const { app, upstream } = appWith();
    const response = await send(app, method, path, {
      body: { ...body, credentials: { token: SECRET } },
    });
    assert.ok(response.ok);
    const [first, second, ...more] = upstream.calls;
    assert.deepEqual(more, []);
    assert.match(first?.path ?? "", /^\/rest\/v1\/rpc\/authorize_/);
    assert.deepEqual(first?.body, asked);
    const { credentials, ...rest } = second?.body as { credentials: Sealed };
    assert.deepEqual(rest, sent);
    assert.deepEqual(JSON.parse(await open(credentials, OWNER, ENV)), { token: SECRET });
    assert.deepEqual(Object.keys(credentials).sort(), ["ciphertext", "key_id", "nonce"]);
    const said = [JSON.stringify(upstream.calls), await response.text(), ...upstream.lines].join();
    assert.ok(!said.includes(SECRET));
  }
});

Deno.test("a repetition makes the same calls, other credentials another", async () => {
  const { app, upstream } = appWith();
  const headers = { "Idempotency-Key": "k".repeat(255) };
  for (const token of [SECRET, SECRET, "another"]) {
    await send(app, "POST", "/data-sources", {
      body: { ...API, credentials: { token } },
      headers,
    });
  }
  const [ask, create, askAgain, createAgain, askThen, createOther] = upstream.calls;
  for (const { body, idempotencyKey } of [askAgain!, askThen!]) {
    assert.deepEqual({ body, idempotencyKey }, {
      body: ask!.body,
      idempotencyKey: ask!.idempotencyKey,
    });
  }
  assert.equal(create!.idempotencyKey, headers["Idempotency-Key"]);
  assert.notEqual(ask!.idempotencyKey, create!.idempotencyKey);
  assert.ok(ask!.idempotencyKey!.length <= 255);
  assert.deepEqual(createAgain!.body, create!.body);
  assert.equal(createOther!.idempotencyKey, create!.idempotencyKey);
  assert.notDeepEqual(createOther!.body, create!.body);
});

Deno.test("whoever may not write a source hears so before its credentials are sealed", async () => {
  for (const [method, path] of [["POST", "/data-sources"], ["PUT", `/data-sources/${ID}`]]) {
    const upstream = fakeUpstream(() =>
      json({ code: "PT403", message: "permission_denied", details: "No." }, 403)
    );
    const app = createDataSourcesApp(upstream.config, ENV);
    const body = { ...method === "POST" ? API : {}, credentials: { token: SECRET } };
    const response = await send(app, method!, path!, { body });
    assert.deepEqual([response.status, upstream.calls.length], [403, 1]);
  }
});

Deno.test("credentials are left where nothing is said of them, and forgotten by null", async () => {
  const { app, upstream } = appWith();
  await send(app, "PUT", `/data-sources/${ID}`, { body: { name: "Renamed" } });
  await send(app, "PUT", `/data-sources/${ID}`, { body: { credentials: null } });
  assert.deepEqual(upstream.calls.map(({ body }) => body), [
    { data_source_id: ID, changes: { name: "Renamed" }, credentials: null },
    { data_source_id: ID, changes: {}, credentials: {} },
  ]);
});

Deno.test("without a key nothing is kept", async () => {
  const { app, upstream } = appWith({});
  const response = await send(app, "PUT", `/data-sources/${ID}`, {
    body: { credentials: { token: SECRET } },
  });
  assert.equal(response.status, 503);
  const { code, error } = await response.json();
  assert.equal(code, "CREDENTIAL_KEYS_INVALID");
  assert.ok(!error.includes(SECRET));
  assert.deepEqual(upstream.calls.map((call) => call.path), [
    "/rest/v1/rpc/authorize_data_source_write",
  ]);
  assert.ok(!upstream.lines.join().includes(SECRET));
});

Deno.test("settings that do not fit the kind of source are named and not sent on", async () => {
  for (
    const [body, path] of [
      [
        { type: "csv", name: "List", config: { text: "email", delimiter: "x" } },
        "config.delimiter",
      ],
      [{ type: "csv", name: "List", config: {}, credentials: { token: SECRET } }, "credentials"],
      [{ ...API, type: "post" }, "type"],
    ] as const
  ) {
    const { app, upstream } = appWith();
    const response = await send(app, "POST", "/data-sources", { body });
    assert.equal(response.status, 422);
    const text = await response.text();
    assert.equal(JSON.parse(text).details[0].path, path);
    assert.ok(!text.includes(SECRET));
    assert.equal(upstream.calls.length, 0);
    assert.equal(upstream.charges.length, 1);
  }
});

Deno.test("a URL that can be seen to lead inside is refused when it is entered, at both places", async () => {
  const urls = [
    ...["http://fair.example/", "https://10.0.0.1/", "https://2130706433/", "https://0x7f.1/"],
    ...["https://localhost/", "https://db.localhost:8443/", "https://[::ffff:10.0.0.1]/"],
    ...["https://169.254.169.254/latest/", "https://fair.example:22/", "https://a:b@fair.example/"],
  ];
  for (const url of urls) {
    for (const [method, path] of [["POST", "/data-sources"], ["PUT", `/data-sources/${ID}`]]) {
      const { app, upstream } = appWith();
      const body = { ...method === "POST" ? API : {}, config: { url } };
      const response = await send(app, method!, path!, { body });
      assert.equal(response.status, 422, url);
      const { code, details } = await response.json();
      assert.deepEqual([code, details.length, details[0].path], [
        "VALIDATION_FAILED",
        1,
        "config.url",
      ]);
      assert.ok(upstream.calls.every((call) => call.path.includes("authorize")), url);
    }
  }
});

Deno.test("development may enter loopback, and what a name leads to is not asked yet", async () => {
  const env = { ...ENV, ALLOW_PRIVATE_URLS: "loopback" };
  for (const url of ["http://127.0.0.1:8000/people", "https://nobody-has-this.example/"]) {
    const response = await send(appWith(env).app, "POST", "/data-sources", {
      body: { ...API, config: { url } },
    });
    assert.equal(response.status, 201, url);
  }
});

Deno.test("settings that do not fit the source that is changed are named and not sent on", async () => {
  for (
    const [type, body, path] of [
      ["csv", { config: { text: "email", delimiter: "x" } }, "config.delimiter"],
      ["api", { config: { path: "a/b.csv" } }, "config.url"],
      ["csv", { credentials: { token: SECRET } }, "credentials"],
      ["api", { credentials: { token: 3 } }, "credentials.token"],
    ] as const
  ) {
    const { app, upstream } = appWith(ENV, type);
    const response = await send(app, "PUT", `/data-sources/${ID}`, { body });
    assert.equal(response.status, 422);
    const { code, details } = await response.json();
    assert.deepEqual([code, details[0].path], ["VALIDATION_FAILED", path]);
    assert.deepEqual(upstream.calls.map((call) => call.path), [
      "/rest/v1/rpc/authorize_data_source_write",
    ]);
  }
});

Deno.test("a config that was read may be written back, though its text is kept elsewhere", async () => {
  const { app } = appWith(ENV, "csv");
  const config = { mapping: { town: "city" } };
  const response = await send(app, "PUT", `/data-sources/${ID}`, { body: { config } });
  assert.equal(response.status, 200);
});

Deno.test("a config's own keys pass as they are", async () => {
  const { app, upstream } = appWith();
  const config = { text: "Work E-mail\n", mapping: { "Work E-mail": "email" }, unmapped: "ignore" };
  const response = await send(app, "POST", "/data-sources/create", {
    body: { type: "csv", name: "List", config, scheduleParams: { sinceDays: 1 } },
  });
  assert.equal(response.status, 201);
  assert.deepEqual(upstream.calls[0]!.body, {
    type: "csv",
    name: "List",
    attributes: { config, schedule_params: { sinceDays: 1 } },
  });
});
