import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { assertFailure, campaignWithLeads, foundAgency, join, type TestAgency } from "./_agency.ts";
import { connect } from "./_limits.ts";
import { call, client, type Reply, stack } from "./_support.ts";
import type { AgencyOverview, ApiKey, Campaign, Lead, NewApiKey, Permissions } from "./_types.ts";

const PERMISSIONS = ["campaigns.read", "leads.create", "leads.read", "analytics.read"];

/** What takes a person: their account, an owner's word, or staff of the platform. */
const PERSONAL = [
  "acceptInvitation: NOT_SIGNED_IN",
  "cancelTask: NOT_SIGNED_IN",
  "createAgency: NOT_SIGNED_IN",
  "createUser: NOT_SIGNED_IN",
  "deleteUser: NOT_SIGNED_IN",
  "getHealthReport: NOT_SIGNED_IN",
  "getMe: NOT_SIGNED_IN",
  "getPlatformMetrics: NOT_SIGNED_IN",
  "getTaskFigures: NOT_SIGNED_IN",
  "listNotificationPreferences: NOT_SIGNED_IN",
  "listNotifications: NOT_SIGNED_IN",
  "listTasks: NOT_SIGNED_IN",
  "listUsers: NOT_SIGNED_IN",
  "logout: NOT_SIGNED_IN",
  "markNotificationsRead: NOT_SIGNED_IN",
  "requeueTask: NOT_SIGNED_IN",
  "restoreAgency: PERMISSION_DENIED",
  "switchAgency: NOT_SIGNED_IN",
  "transferAgency: NOT_SIGNED_IN",
  "triggerJob: NOT_SIGNED_IN",
  "updateUser: NOT_SIGNED_IN",
];

interface Operation {
  operationId: string;
  security: object[];
  requestBody?: { content: { "application/json": { example: unknown } } };
}

async function newKey(
  { id, owner }: TestAgency,
  permissions = PERMISSIONS,
  expiresAt?: string,
): Promise<NewApiKey> {
  const body = { name: "Website form", permissions, expiresAt };
  return await owner.data<NewApiKey>("POST", `/agencies/${id}/api-keys`, body);
}

/** Calls an endpoint as a program does: with its key alone. */
function program({ secret: token }: NewApiKey) {
  return <T = unknown>(method: string, path: string, body?: unknown, agencyId?: string) =>
    call<T>(method, path, body, { token, agencyId });
}

const refused = (reply: Reply<unknown>) => assertFailure(reply, 401, "API_KEY_INVALID");

Deno.test("a program with a key does what the key may, in its agency", async () => {
  const agency = await foundAgency();
  const { campaignId, leadIds: [leadId = ""] } = await campaignWithLeads(agency.owner, [
    "a@example.org",
  ]);
  const ask = program(await newKey(agency));

  const campaigns = await ask<Campaign[]>("GET", "/campaigns");
  deepStrictEqual(campaigns.body.data.map(({ id }) => id), [campaignId]);
  const created = await ask<Lead>("POST", "/leads", { campaignId, email: "b@example.org" });
  strictEqual(created.status, 201, created.text);
  const leads = await ask<Lead[]>("GET", "/leads");
  deepStrictEqual(
    new Set(leads.body.data.map(({ email }) => email)),
    new Set(["a@example.org", "b@example.org"]),
  );
  const { totals } = (await ask<AgencyOverview>("GET", "/analytics/overview")).body.data;
  strictEqual(totals.total, 2);
  match((await ask("GET", "/leads/export")).text, /b@example\.org/);
  strictEqual((await ask("GET", `/leads/${leadId}/activities`)).status, 200);

  for (
    const [method, path, body] of [
      ["PUT", `/leads/${leadId}`, { city: "Lisbon" }],
      ["DELETE", `/leads/${leadId}`],
      ["POST", `/leads/${leadId}/assign`, { assignee: agency.owner.id }],
      ["POST", "/campaigns", { name: "Mine" }],
      ["GET", `/agencies/${agency.id}/members`],
      ["GET", `/agencies/${agency.id}/api-keys`],
      ["POST", `/agencies/${agency.id}/api-keys`, { name: "More", permissions: ["leads.read"] }],
      ["POST", `/agencies/${agency.id}/invite`, { email: "x@example.test", roles: ["sales"] }],
    ] as const
  ) assertFailure(await ask(method, path, body), 403, "PERMISSION_DENIED", `${method} ${path}`);
});

Deno.test("what a program does is told apart from what people do", async () => {
  const agency = await foundAgency();
  const { campaignId } = await campaignWithLeads(agency.owner, []);
  const key = await newKey(agency);
  const created = await program(key)<Lead>("POST", "/leads", { campaignId, email: "a@b.example" });
  const { data } = await client(agency.owner.token).from("audit_log")
    .select("actor_type, actor_id").eq("entity_id", created.body.data.id);
  deepStrictEqual(data, [{ actor_type: "api_key", actor_id: key.id }]);
  const [listed] = await agency.owner.data<ApiKey[]>("GET", `/agencies/${agency.id}/api-keys`);
  ok(listed?.lastUsedAt);
});

Deno.test("a key opens no other agency", async () => {
  const [agency, other] = [await foundAgency(), await foundAgency()];
  const { campaignId, leadIds } = await campaignWithLeads(other.owner, ["canary@example.org"]);
  const ask = program(await newKey(agency));
  const meant = await ask("GET", "/leads", undefined, other.id);
  assertFailure(meant, 404, "AGENCY_NOT_FOUND");
  assertFailure(await ask("GET", `/leads/${leadIds[0]}`), 404, "LEAD_NOT_FOUND");
  const into = await ask("POST", "/leads", { campaignId, email: "x@example.org" });
  assertFailure(into, 404, "CAMPAIGN_NOT_FOUND");
  deepStrictEqual((await ask("GET", "/leads")).body.data, []);
});

Deno.test("the secret is answered once and kept nowhere", async () => {
  const agency = await foundAgency();
  const { secret, ...key } = await newKey(agency);
  match(secret, /^blk_[\w-]{40,}$/);
  ok(secret.startsWith(key.prefix) && key.prefix.length < 16);
  const list = await agency.owner.call("GET", `/agencies/${agency.id}/api-keys`);
  ok(!list.text.includes(secret));
  deepStrictEqual(list.body.data, [key]);
  await using db = connect();
  const [stored] = await db.sql`select to_jsonb(k)::text as row from public.api_keys as k
    where k.id = ${key.id}`;
  const [logged] = await db.sql`select coalesce(string_agg(to_jsonb(l)::text, ''), '') as rows
    from public.audit_log as l where l.entity_id = ${key.id}`;
  ok(!stored?.row.includes(secret) && logged?.rows.includes("Website form"));
  ok(!logged?.rows.includes(secret));
});

Deno.test("a key that expired, was revoked or never was is refused on the next request", async () => {
  const agency = await foundAgency();
  const [kept, revoked] = [await newKey(agency), await newKey(agency)];
  const expiring = await newKey(agency, PERMISSIONS, new Date(Date.now() + 3600_000).toISOString());
  for (const key of [kept, revoked, expiring]) {
    strictEqual((await program(key)("GET", "/leads")).status, 200);
  }
  const path = `/agencies/${agency.id}/api-keys/${revoked.id}`;
  ok((await agency.owner.data<ApiKey>("DELETE", path)).revokedAt);
  refused(await program(revoked)("GET", "/leads"));
  refused(await program(revoked)("POST", "/campaigns", { name: "Mine" }));
  await using db = connect();
  await db.sql`update public.api_keys set expires_at = now() where id = ${expiring.id}`;
  refused(await program(expiring)("GET", "/leads"));
  refused(await program({ ...kept, secret: `${kept.secret}x` })("GET", "/leads"));
  strictEqual((await program(kept)("GET", "/leads")).status, 200);

  const twice = await agency.owner.call("DELETE", path);
  strictEqual(twice.status, 200, "revoking again changes nothing");
  await agency.owner.data("DELETE", `/agencies/${agency.id}`);
  refused(await program(kept)("GET", "/leads"));
});

Deno.test("a key is no person: what belongs to people is refused", async () => {
  const agency = await foundAgency();
  const ask = program(await newKey(agency, ["agency.manage", "members.manage", "leads.read"]));
  for (
    const [method, path, body] of [
      ["GET", "/auth/me"],
      ["POST", "/auth/logout"],
      ["POST", "/agencies", { name: "Mine" }],
      ["POST", `/agencies/${agency.id}/switch`],
    ] as const
  ) assertFailure(await ask(method, path, body), 401, "NOT_SIGNED_IN", path);
});

Deno.test("a key that holds everything opens every endpoint that is not a person's", async () => {
  const agency = await foundAgency();
  const { campaignId, leadIds: [leadId = ""] } = await campaignWithLeads(agency.owner, [
    "a@example.org",
  ]);
  const held = (await agency.owner.data<Permissions>("POST", "/auth/permissions")).permissions;
  const ask = program(await newKey(agency, held));
  const { paths } = JSON.parse((await call("GET", "/docs/openapi.json")).text);
  const refused = new Set<string>();
  for (const [path, methods] of Object.entries<Record<string, Operation>>(paths)) {
    const url = path.replace("{agencyId}", agency.id).replace("{campaignId}", campaignId)
      .replace("{leadId}", leadId).replace("{role}", "custom:none")
      .replace(/\{\w+\}/, crypto.randomUUID());
    for (const [method, { operationId, security, requestBody }] of Object.entries(methods)) {
      // What ends the agency comes last, by itself.
      if (security.length === 0 || operationId === "archiveAgency") continue;
      const body = requestBody?.content["application/json"].example;
      const { status, body: { code }, text } = await ask(method.toUpperCase(), url, body);
      ok(status < 500, `${method} ${path}: ${text}`);
      if (status === 401 || status === 403) refused.add(`${operationId}: ${code}`);
    }
  }
  deepStrictEqual(
    [...refused].sort(),
    PERSONAL,
  );
});

Deno.test("nobody gives a key what they do not hold, or manages keys without the right", async () => {
  const agency = await foundAgency();
  const path = `/agencies/${agency.id}/api-keys`;
  const admin = await join(agency, ["admin"]);
  const body = { name: "Mine", permissions: ["agency.transfer"] };
  assertFailure(await admin.call("POST", path, body), 403, "PERMISSION_NOT_HELD");
  const unknown = { name: "Mine", permissions: ["no.such"] };
  assertFailure(await admin.call("POST", path, unknown), 422, "PERMISSION_UNKNOWN");
  const past = { name: "Mine", permissions: ["leads.read"], expiresAt: "2020-01-01T00:00:00Z" };
  assertFailure(await admin.call("POST", path, past), 422, "EXPIRY_IN_THE_PAST");
  const key = await newKey(agency);
  const manager = await join(agency, ["manager"]);
  for (
    const [method, at, sent] of [
      ["GET", path],
      ["POST", path, { name: "Mine", permissions: ["leads.read"] }],
      ["DELETE", `${path}/${key.id}`],
    ] as const
  ) assertFailure(await manager.call(method, at, sent), 403, "PERMISSION_DENIED", method);
  const stranger = (await foundAgency()).owner;
  strictEqual((await stranger.call("DELETE", `${path}/${key.id}`)).status, 404);
  strictEqual((await program(key)("GET", "/leads")).status, 200);
});

Deno.test("the Data API takes a key where it takes one, and lets nobody guess", async () => {
  const agency = await foundAgency();
  await campaignWithLeads(agency.owner, ["a@example.org"]);
  const { secret } = await newKey(agency);
  const rpc = (key: string) =>
    fetch(`${stack.url}/rest/v1/rpc/call_procedure`, {
      method: "POST",
      headers: {
        apikey: stack.publishableKey,
        "X-Api-Key": key,
        "Content-Type": "application/json",
      },
      body: JSON.stringify({ procedure: "list_leads", arguments: {}, rate_class: "read" }),
    });
  const good = await rpc(secret);
  strictEqual((await good.json()).total, 1);
  const bad = await rpc("blk_guess");
  deepStrictEqual([bad.status, (await bad.json()).message], [401, "api_key_invalid"]);
});
