import assert from "node:assert/strict";
import { fakeUpstream, json, send } from "../_shared/testing.ts";
import { createAgenciesApp } from "./app.ts";

const agency = "0199a3c4-d5e6-7890-8abc-def012345678";
const other = "0199a3c4-d5e6-7890-8abc-def012345679";

Deno.test("the agency in the path is the one meant, whatever the header says", async () => {
  const upstream = fakeUpstream(() => json({}));
  await send(
    createAgenciesApp(upstream.config),
    "DELETE",
    `/agencies/${agency}/invitations/${other}`,
    {
      headers: { "X-Agency-Id": other },
    },
  );
  assert.equal(upstream.calls[0]?.headers.get("x-agency-id"), agency);
  assert.deepEqual(upstream.calls[0]?.body, { invitation_id: other });
});

Deno.test("an invitation is seen without signing in, even by who has a stale token", async () => {
  const upstream = fakeUpstream(() => json({ agency_name: "Lights", email: "a@b.c", roles: [] }));
  const response = await send(
    createAgenciesApp(upstream.config),
    "GET",
    "/agencies/invitations/tok",
  );
  assert.equal(response.status, 200);
  assert.deepEqual(upstream.calls[0]?.body, { token: "tok" });
  assert.equal(upstream.calls[0]?.headers.get("authorization"), null);
});

Deno.test("settings are the agency's own words and pass untouched", async () => {
  const upstream = fakeUpstream((call) =>
    json({ settings: Reflect.get(Object(call.body), "changes").settings })
  );
  const settings = { brandColor: "red", nested_key: { camelKey: 1 } };
  const response = await send(createAgenciesApp(upstream.config), "PUT", `/agencies/${agency}`, {
    body: { settings },
  });
  assert.deepEqual((await response.json()).data, { settings });
});

Deno.test("roles are at least one", async () => {
  const upstream = fakeUpstream(() => json({}));
  const app = createAgenciesApp(upstream.config);
  const path = `/agencies/${agency}/members/${other}/roles`;
  assert.equal((await send(app, "PUT", path, { body: { roles: [] } })).status, 422);
  await send(app, "PUT", path, { body: { roles: ["client"], clientId: other } });
  assert.deepEqual(upstream.calls.map(({ body }) => body), [
    { agency_id: agency, user_id: other, roles: ["client"], client_id: other },
  ]);
});
