import assert from "node:assert/strict";
import { secretKeyFrom } from "../_shared/secret-key.ts";
import { fakeUpstream, json, send } from "../_shared/testing.ts";
import { createAdminApp } from "./app.ts";

const id = "0199a3c4-d5e6-7890-8abc-def012345678";
const secretKey = "sb_secret_test";
const body = { email: "ada@example.com", password: "correct horse", fullName: "Ada Byron" };
const refusal = () =>
  json({ code: "PT403", message: "staff_required", details: "For staff.", hint: null }, 403);

Deno.test("an account is made once the database has said that staff asks, and logged as theirs", async () => {
  const upstream = fakeUpstream(() => json({ id, items: [], total: 0 }));
  const response = await send(createAdminApp(upstream.config, secretKey), "POST", "/admin/users", {
    body,
    headers: { "Idempotency-Key": "k-1" },
  });
  assert.equal(response.status, 201);
  assert.deepEqual(
    upstream.calls.map(({ path, headers }) => [path, headers.get("apikey")]),
    [
      ["/rest/v1/rpc/announce_user", "sb_publishable_test"],
      ["/auth/v1/admin/users", secretKey],
      ["/rest/v1/rpc/update_user", "sb_publishable_test"],
    ],
  );
  const [announced, account, logged] = upstream.calls;
  assert.deepEqual(announced?.body, { email: body.email });
  assert.equal(account?.headers.get("authorization"), null);
  assert.deepEqual(account?.body, {
    email: body.email,
    password: body.password,
    email_confirm: true,
    user_metadata: { full_name: body.fullName },
  });
  assert.deepEqual(logged?.body, { user_id: id, changes: { full_name: body.fullName } });
});

Deno.test("the secret key is not used for whoever is no staff", async () => {
  const upstream = fakeUpstream(refusal);
  const app = createAdminApp(upstream.config, secretKey);
  const response = await send(app, "POST", "/admin/users", { body });
  assert.deepEqual([response.status, (await response.json()).code], [403, "STAFF_REQUIRED"]);
  assert.deepEqual(upstream.calls.map(({ path }) => path), ["/rest/v1/rpc/announce_user"]);
});

Deno.test("no other call and no answer holds the secret key", async () => {
  const upstream = fakeUpstream(() => json({ items: [], total: 0 }));
  const app = createAdminApp(upstream.config, secretKey);
  await send(app, "GET", "/admin/users");
  await send(app, "PUT", `/admin/users/${id}`, { body: { fullName: "Ada" } });
  await send(app, "DELETE", `/admin/users/${id}`);
  await send(app, "GET", "/admin/audit");
  await send(app, "GET", "/admin/metrics");
  assert.equal(upstream.calls.length, 5);
  for (const { headers } of upstream.calls) {
    assert.ok(![...headers.values()].includes(secretKey));
  }
});

Deno.test("an address that has an account is 409", async () => {
  const upstream = fakeUpstream(({ path }) =>
    path.startsWith("/auth")
      ? json({ code: 422, error_code: "email_exists", msg: "x" }, 422)
      : json({ items: [], total: 0 })
  );
  const app = createAdminApp(upstream.config, secretKey);
  const response = await send(app, "POST", "/admin/users", { body });
  assert.deepEqual([response.status, (await response.json()).code], [409, "USER_ALREADY_EXISTS"]);
});

Deno.test("no module but its own names the secret key", async () => {
  const folder = new URL("../", import.meta.url);
  const named: string[] = [];
  const walk = async (at: URL) => {
    for await (const { name, isDirectory } of Deno.readDir(at)) {
      const path = new URL(isDirectory ? `${name}/` : name, at);
      if (isDirectory) await walk(path);
      else if (/(?<!\.test|testing)\.ts$/.test(name)) {
        const text = await Deno.readTextFile(path);
        if (/SUPABASE_SECRET_KEYS|SERVICE_ROLE|secretKeyFrom|SUPABASE_DB_URL/.test(text)) {
          named.push(path.href.slice(folder.href.length));
        }
      }
    }
  };
  await walk(folder);
  assert.deepEqual(named.sort(), [
    "_shared/secret-key.ts",
    "admin/index.ts",
    "data-sources/index.ts",
    "worker/handlers/scraping_job.run.ts",
    "worker/index.ts",
  ]);
});

Deno.test("a secret key of the older kind, which is a token, goes where tokens go as well", async () => {
  const legacy = "eyJhbGciOiJIUzI1NiJ9.e30.c2ln";
  const upstream = fakeUpstream(() => json({ id, items: [], total: 0 }));
  await send(createAdminApp(upstream.config, legacy), "POST", "/admin/users", { body });
  const account = upstream.calls.find(({ path }) => path === "/auth/v1/admin/users");
  assert.deepEqual(
    ["apikey", "authorization"].map((name) => account?.headers.get(name)),
    [legacy, `Bearer ${legacy}`],
  );
});

Deno.test("the environment holds the secret key in either spelling", () => {
  assert.equal(secretKeyFrom({ SUPABASE_SECRET_KEYS: JSON.stringify({ default: "a" }) }), "a");
  assert.equal(secretKeyFrom({ SUPABASE_SERVICE_ROLE_KEY: "legacy" }), "legacy");
  assert.throws(() => secretKeyFrom({}), /SUPABASE_SECRET_KEYS/);
});
