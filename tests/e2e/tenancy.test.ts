import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { assertFailure, campaignWithLeads, foundAgency, join, type TestAgency } from "./_agency.ts";
import { client, type TestUser } from "./_support.ts";
import type { AgencyRole, Lead, Me, Member, Permissions } from "./_types.ts";

const memberPath = ({ id }: TestAgency, user: TestUser, action = "") =>
  `/agencies/${id}/members/${user.id}${action}`;

/** Whether the agency is closed to the user on every way in, with the token they hold. */
async function assertClosed(user: TestUser, agency: TestAgency, leadId: string): Promise<void> {
  const named = { agencyId: agency.id };
  assertFailure(await user.call("GET", `/leads/${leadId}`), 404, "LEAD_NOT_FOUND");
  for (
    const [method, path, body] of [
      ["GET", "/leads"],
      ["GET", "/campaigns"],
      ["GET", "/analytics/overview"],
      ["GET", "/leads/export"],
      ["POST", "/campaigns", { name: "Mine" }],
      ["GET", `/agencies/${agency.id}/members`],
    ] as const
  ) {
    const reply = await user.call(method, path, body, named);
    assertFailure(reply, 404, "AGENCY_NOT_FOUND", `${method} ${path}`);
  }
  for (const table of ["leads", "campaigns", "audit_log", "agency_roles"]) {
    const { data, error } = await client(user.token).from(table).select("agency_id");
    deepStrictEqual([data, error], [[], null], table);
  }
}

Deno.test("a suspended member is out on the next request, and in again when reinstated", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const user = await join(agency, ["manager"]);
  const { leadIds: [leadId = ""] } = await campaignWithLeads(user, ["a@example.org"]);
  const suspended = await owner.data<Member>("POST", memberPath(agency, user, "/suspend"));
  deepStrictEqual([suspended.status, suspended.roles], ["suspended", ["manager"]]);
  await assertClosed(user, agency, leadId);
  const me = await user.data<Me>("GET", "/auth/me");
  deepStrictEqual(
    me.agencies.map(({ id, status }) => [id, status]),
    [[agency.id, "suspended"]],
  );
  await owner.data("POST", memberPath(agency, user, "/reinstate"));
  strictEqual((await user.call("GET", `/leads/${leadId}`)).status, 200);
});

Deno.test("a removed member is out on the next request, and their leads are free", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const user = await join(agency, ["sales"]);
  const { leadIds: [leadId = ""] } = await campaignWithLeads(owner, ["a@example.org"]);
  await owner.data("POST", `/leads/${leadId}/assign`, { assignee: user.id });
  strictEqual((await user.call("GET", `/leads/${leadId}`)).status, 200);
  const removed = await owner.data<Member>("DELETE", memberPath(agency, user));
  strictEqual(removed.userId, user.id);
  await assertClosed(user, agency, leadId);
  deepStrictEqual((await user.data<Me>("GET", "/auth/me")).agencies, []);
  strictEqual((await owner.data<Lead>("GET", `/leads/${leadId}`)).assignedTo, null);
  assertFailure(
    await owner.call("DELETE", memberPath(agency, user)),
    404,
    "MEMBER_NOT_FOUND",
  );
});

Deno.test("everyone may leave; to send someone away takes the right", async () => {
  const agency = await foundAgency();
  const [one, two] = [await join(agency, ["manager"]), await join(agency, ["sales"])];
  assertFailure(await one.call("DELETE", memberPath(agency, two)), 403, "PERMISSION_DENIED");
  assertFailure(
    await one.call("POST", memberPath(agency, two, "/suspend")),
    403,
    "PERMISSION_DENIED",
  );
  await two.data("DELETE", memberPath(agency, two));
  deepStrictEqual((await two.data<Me>("GET", "/auth/me")).agencies, []);
});

Deno.test("an override gives and takes one permission, a denial wins, and taking it back undoes it", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const user = await join(agency, ["analyst"]);
  const { leadIds: [leadId = ""] } = await campaignWithLeads(owner, ["a@example.org"]);
  const set = (permission: string, effect: string | null, platform?: string | null) =>
    owner.data<Member>("PUT", memberPath(agency, user, "/permissions"), {
      permission,
      effect,
      platform,
    });
  const change = () => user.call("PUT", `/leads/${leadId}`, { city: "Lisbon" });

  assertFailure(await change(), 403, "PERMISSION_DENIED");
  const { overrides } = await set("leads.write", "allow");
  deepStrictEqual(overrides, [{ permission: "leads.write", platform: null, effect: "allow" }]);
  strictEqual((await change()).status, 200);
  await set("leads.write", null);
  assertFailure(await change(), 403, "PERMISSION_DENIED");

  await set("leads.write", "allow", "linkedin");
  assertFailure(await change(), 403, "PERMISSION_DENIED", "allowed on one platform alone");
  strictEqual((await set("leads.write", null, "linkedin")).overrides.length, 0);

  await set("leads.read", "deny");
  strictEqual((await user.call("GET", `/leads/${leadId}`)).status, 404);
  deepStrictEqual((await client(user.token).from("leads").select("id")).data, []);
  const { permissions } = await user.data<Permissions>("POST", "/auth/permissions");
  ok(!permissions.includes("leads.read") && permissions.includes("campaigns.read"));
  await set("leads.read", null);
  strictEqual((await user.call("GET", `/leads/${leadId}`)).status, 200);
});

Deno.test("overrides are refused that say nothing sound, or give what the giver lacks", async () => {
  const agency = await foundAgency();
  const admin = await join(agency, ["admin"]);
  const user = await join(agency, ["sales"]);
  const path = memberPath(agency, user, "/permissions");
  const set = (by: TestUser, body: Record<string, unknown>) => by.call("PUT", path, body);
  assertFailure(
    await set(admin, { permission: "agency.transfer", effect: "allow" }),
    403,
    "PERMISSION_NOT_HELD",
  );
  assertFailure(
    await set(admin, { permission: "no.such", effect: "allow" }),
    422,
    "PERMISSION_UNKNOWN",
  );
  assertFailure(
    await set(admin, { permission: "leads.read", effect: "maybe" }),
    422,
    "VALIDATION_FAILED",
  );
  assertFailure(
    await set(user, { permission: "leads.read", effect: "allow" }),
    403,
    "PERMISSION_DENIED",
  );
  const onOwner = await admin.call("PUT", memberPath(agency, agency.owner, "/permissions"), {
    permission: "leads.read",
    effect: "deny",
  });
  assertFailure(onOwner, 403, "OWNER_REQUIRED");
});

Deno.test("an agency makes a role of its own, whose holders may what it says, at once", async () => {
  const agency = await foundAgency();
  const { owner, id } = agency;
  const user = await join(agency, ["creator"]);
  const { campaignId } = await campaignWithLeads(owner, ["a@example.org"]);
  const path = `/agencies/${id}/roles/custom:booker`;
  const set = (permissions: string[]) =>
    owner.data<AgencyRole>("PUT", path, { title: "Booker", permissions });
  const made = await set(["campaigns.read"]);
  deepStrictEqual([made.role, made.permissions], ["custom:booker", ["campaigns.read"]]);
  const listed = await owner.data<AgencyRole[]>("GET", `/agencies/${id}/roles`);
  ok(listed.some(({ role }) => role === "custom:booker"));

  await owner.data("PUT", memberPath(agency, user, "/roles"), { roles: ["custom:booker"] });
  strictEqual((await user.call("GET", `/campaigns/${campaignId}`)).status, 200);
  assertFailure(await user.call("GET", "/leads"), 403, "PERMISSION_DENIED");
  await set(["campaigns.read", "leads.read"]);
  strictEqual((await user.call("GET", "/leads")).status, 200);
  await set(["leads.read"]);
  assertFailure(await user.call("GET", "/campaigns"), 403, "PERMISSION_DENIED");

  assertFailure(await owner.call("DELETE", path), 409, "ROLE_IN_USE");
  await owner.data("PUT", memberPath(agency, user, "/roles"), { roles: ["sales"] });
  await owner.data("DELETE", path);
  assertFailure(await owner.call("DELETE", path), 404, "ROLE_NOT_FOUND");
});

Deno.test("roles are refused that pose as the system's, give too much, or are another agency's", async () => {
  const agency = await foundAgency();
  const other = await foundAgency();
  const { id } = agency;
  const admin = await join(agency, ["admin"]);
  const body = { title: "Booker", permissions: ["leads.read"] };
  const put = (role: string, sent = body, by = admin) =>
    by.call("PUT", `/agencies/${id}/roles/${role}`, sent);
  assertFailure(await put("owner"), 422, "AGENCY_ROLES_ARE_TOLD_APART_BY_A_PREFIX");
  const tooMuch = { title: "Booker", permissions: ["agency.transfer"] };
  assertFailure(await put("custom:x", tooMuch), 403, "PERMISSION_NOT_HELD");
  const unknown = { title: "Booker", permissions: ["no.such"] };
  assertFailure(await put("custom:x", unknown), 422, "PERMISSION_UNKNOWN");
  const manager = await join(agency, ["manager"]);
  assertFailure(await put("custom:x", body, manager), 403, "PERMISSION_DENIED");
  assertFailure(await put("custom:x", body, other.owner), 404, "AGENCY_NOT_FOUND");

  await admin.data("PUT", `/agencies/${id}/roles/custom:booker`, body);
  const elsewhere = await other.owner.call("PUT", memberPath(other, other.owner, "/roles"), {
    roles: ["owner", "custom:booker"],
  });
  assertFailure(elsewhere, 422, "ROLE_UNKNOWN");
});

Deno.test("an agency passes to another member, and the former owner stays as admin", async () => {
  const agency = await foundAgency();
  const { owner, id } = agency;
  const heir = await join(agency, ["manager"]);
  const transfer = (by: TestUser, userId: string) =>
    by.call<Member>("POST", `/agencies/${id}/transfer`, { userId });
  const admin = await join(agency, ["admin"]);
  assertFailure(await transfer(admin, admin.id), 403, "PERMISSION_DENIED");
  assertFailure(
    await transfer(owner, owner.id),
    409,
    "TRANSFER_NEEDS_ANOTHER_ACTIVE_MEMBER",
  );
  assertFailure(await transfer(owner, crypto.randomUUID()), 404, "MEMBER_NOT_FOUND");

  const { status, body } = await transfer(owner, heir.id);
  strictEqual(status, 200, body.error);
  ok(body.data.roles.includes("owner"));
  const rolesOf = async (user: TestUser) =>
    (await user.data<Permissions>("POST", "/auth/permissions")).roles;
  ok((await rolesOf(heir)).includes("owner"));
  deepStrictEqual(await rolesOf(owner), ["admin"]);
  assertFailure(await owner.call("DELETE", `/agencies/${id}`), 403, "PERMISSION_DENIED");
  strictEqual((await heir.call("DELETE", `/agencies/${id}`)).status, 200);
});

Deno.test("the last owner cannot leave, be suspended, removed or demoted; one of two can", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const attempts: [method: string, action: string, body?: unknown][] = [
    ["DELETE", ""],
    ["POST", "/suspend"],
    ["PUT", "/roles", { roles: ["sales"] }],
  ];
  for (const [method, action, body] of attempts) {
    const reply = await owner.call(method, memberPath(agency, owner, action), body);
    assertFailure(reply, 409, "LAST_OWNER", `${method} ${action}`);
  }
  const second = await join(agency, ["owner"]);
  await owner.data("DELETE", memberPath(agency, owner));
  const reply = await second.call("DELETE", memberPath(agency, second));
  assertFailure(reply, 409, "LAST_OWNER");
});

Deno.test("of two owners who leave at once one stays", async () => {
  const agency = await foundAgency();
  const second = await join(agency, ["owner"]);
  const replies = await Promise.all(
    [agency.owner, second].map((user) => user.call("DELETE", memberPath(agency, user))),
  );
  deepStrictEqual(replies.map(({ status }) => status).sort(), [200, 409]);
});
