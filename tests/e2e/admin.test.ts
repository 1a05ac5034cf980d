import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { assertFailure, campaignWithLeads, foundAgency, join } from "./_agency.ts";
import { connect } from "./_limits.ts";
import { call, signUp, type TestUser } from "./_support.ts";
import type { AuditEvent, HealthReport, NewApiKey, PlatformMetrics, User } from "./_types.ts";

/** Someone who runs the platform: a row that only the owner of the database can make. */
async function hireStaff(): Promise<TestUser> {
  const user = await signUp();
  await using db = connect();
  await db.sql`insert into private.platform_staff (user_id) values (${user.id})`;
  return user;
}

const newUser = () => ({
  email: `${crypto.randomUUID()}@example.test`,
  password: crypto.randomUUID(),
  fullName: "Grace Hopper",
});

Deno.test("staff make, find, change and delete accounts", async () => {
  const staff = await hireStaff();
  const sent = newUser();
  const made = await staff.call<User>("POST", "/admin/users", sent);
  strictEqual(made.status, 201, made.text);
  const { id, email, fullName, isStaff, agencies } = made.body.data;
  deepStrictEqual([email, fullName, isStaff, agencies], [sent.email, sent.fullName, false, []]);
  strictEqual((await call("POST", "/auth/signin", { email, password: sent.password })).status, 200);
  const again = await staff.call("POST", "/admin/users", sent);
  assertFailure(again, 409, "USER_ALREADY_EXISTS");

  const found = await staff.call<User[]>("GET", `/admin/users?search=${email}`);
  deepStrictEqual(found.body.data.map((user) => user.id), [id]);
  strictEqual(found.body.pagination?.total, 1);
  const changed = await staff.data<User>("PUT", `/admin/users/${id}`, { locale: "pt" });
  deepStrictEqual([changed.locale, changed.fullName], ["pt", sent.fullName]);

  strictEqual((await staff.data<User>("DELETE", `/admin/users/${id}`)).id, id);
  const gone = await call("POST", "/auth/signin", { email, password: sent.password });
  assertFailure(gone, 401, "INVALID_CREDENTIALS");
  assertFailure(await staff.call("DELETE", `/admin/users/${id}`), 404, "USER_NOT_FOUND");

  const events = await staff.data<AuditEvent[]>("GET", `/admin/audit?entityId=${id}`);
  deepStrictEqual(events.map(({ action }) => action), [
    "user.deleted",
    "user.updated",
    "user.updated",
  ]);
  ok(events.every(({ actorId }) => actorId === staff.id));
});

Deno.test("an account that owns an agency alone is not deleted", async () => {
  const staff = await hireStaff();
  const { owner } = await foundAgency();
  const reply = await staff.call("DELETE", `/admin/users/${owner.id}`);
  assertFailure(reply, 409, "LAST_OWNER");
  strictEqual((await owner.call("GET", "/auth/me")).status, 200);
});

Deno.test("nobody else gets in: no owner, no key, no token that says so", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const { secret } = await owner.data<NewApiKey>("POST", `/agencies/${agency.id}/api-keys`, {
    name: "Form",
    permissions: ["audit.read", "agency.manage"],
  });
  const sent = newUser();
  const requests: [method: string, path: string, body?: unknown][] = [
    ["GET", "/admin/users"],
    ["POST", "/admin/users", sent],
    ["PUT", `/admin/users/${owner.id}`, { fullName: "Mine" }],
    ["DELETE", `/admin/users/${owner.id}`],
    ["GET", "/admin/metrics"],
    ["GET", "/health"],
  ];
  for (const [method, path, body] of requests) {
    const about = `${method} ${path}`;
    assertFailure(await owner.call(method, path, body), 403, "STAFF_REQUIRED", about);
    assertFailure(await call(method, path, body), 401, "NOT_SIGNED_IN", about);
    const program = await call(method, path, body, { token: secret });
    assertFailure(program, 401, "NOT_SIGNED_IN", about);
  }
  const { email, password } = sent;
  const unmade = await call("POST", "/auth/signin", { email, password });
  assertFailure(unmade, 401, "INVALID_CREDENTIALS");
});

Deno.test("the audit log is searched by those who may read it, each in what is theirs", async () => {
  const agency = await foundAgency();
  const { owner, id } = agency;
  const { leadIds: [leadId = ""] } = await campaignWithLeads(owner, ["a@example.org"]);
  const analyst = await join(agency, ["analyst"]);
  const search = (user: TestUser, query = "") =>
    user.data<AuditEvent[]>("GET", `/admin/audit?pageSize=100${query}`);

  const all = await search(analyst);
  ok(all.length > 2 && all.every(({ agencyId }) => agencyId === id));
  const [created] = await search(analyst, `&action=lead.created&entityId=${leadId}`);
  deepStrictEqual([created?.actorId, created?.actorName], [owner.id, "A Tester"]);
  deepStrictEqual(
    await search(analyst, `&since=${encodeURIComponent("2099-01-01T00:00:00Z")}`),
    [],
  );

  const sales = await join(agency, ["sales"]);
  assertFailure(await sales.call("GET", "/admin/audit"), 403, "PERMISSION_DENIED");
  const stranger = (await foundAgency()).owner;
  const foreign = await stranger.call("GET", `/admin/audit?agencyId=${id}`);
  assertFailure(foreign, 404, "AGENCY_NOT_FOUND");
  ok((await search(stranger, `&entityId=${leadId}`)).length === 0);
  const staff = await hireStaff();
  strictEqual((await search(staff, `&entityId=${leadId}`)).length, 1);
});

Deno.test("staff read the figures of the platform and the whole report of its health", async () => {
  const staff = await hireStaff();
  const before = await staff.data<PlatformMetrics>("GET", "/admin/metrics");
  const { owner } = await foundAgency();
  await campaignWithLeads(owner, ["a@example.org", "b@example.org"]);
  const after = await staff.data<PlatformMetrics>("GET", "/admin/metrics");
  deepStrictEqual(
    [
      after.agencies.total - before.agencies.total,
      after.users.total - before.users.total,
      after.leads.total - before.leads.total,
    ],
    [1, 1, 2],
  );
  const report = await staff.data<HealthReport>("GET", "/health");
  strictEqual(report.ready, true);
  deepStrictEqual(report.checks, {
    database: true,
    auth: true,
    metricsFolded: true,
    tasksRun: true,
  });
  ok(report.database.sizeBytes > 0 && report.audit.monthsAhead > 0);
});

Deno.test("whoever is staff no longer is out on the next request", async () => {
  const staff = await hireStaff();
  strictEqual((await staff.call("GET", "/admin/users")).status, 200);
  await using db = connect();
  await db.sql`delete from private.platform_staff where user_id = ${staff.id}`;
  assertFailure(await staff.call("GET", "/admin/users"), 403, "STAFF_REQUIRED");
});
