import assert from "node:assert/strict";
import { fakeUpstream, json, send } from "../_shared/testing.ts";
import { open, type Sealed } from "../_shared/sealing.ts";
import { createDataSourcesApp } from "./app.ts";

const ID = "0199a3c4-d5e6-7890-8abc-def012345678";
const ENV = { CREDENTIAL_KEYS: JSON.stringify({ k1: btoa("k".repeat(32)) }) };
const SECRET = "a-token-that-nobody-shall-see";

const API = { type: "api", name: "Fair", config: { url: "https://fair.example/visitors" } };

function appWith(env: Record<string, string> = ENV) {
  const upstream = fakeUpstream(() => json({ id: ID, has_credentials: true }));
  return { app: createDataSourcesApp(upstream.config, env), upstream };
}

Deno.test("credentials are sealed before the one call, and left out of answer and log", async () => {
  const { app, upstream } = appWith();
  const response = await send(app, "PUT", `/data-sources/${ID}`, {
    body: { credentials: { token: SECRET } },
  });
  assert.equal(response.status, 200);
  assert.equal(upstream.calls.length, 1);
  const { credentials, changes } = upstream.calls[0]!.body as {
    credentials: Sealed;
    changes: unknown;
  };
  assert.deepEqual(changes, {});
  assert.deepEqual(JSON.parse(await open(credentials, ENV)), { token: SECRET });
  assert.deepEqual(Object.keys(credentials).sort(), ["ciphertext", "key_id", "nonce"]);
  const said = [JSON.stringify(upstream.calls), await response.text(), ...upstream.lines].join();
  assert.ok(!said.includes(SECRET));
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
  assert.equal(upstream.calls.length, 0);
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
    credentials: null,
  });
});
