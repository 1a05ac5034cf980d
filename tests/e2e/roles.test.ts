import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { assertFailure, campaignWithLeads, foundAgency, join, rowsOf } from "./_agency.ts";
import { client, type TestUser } from "./_support.ts";
import type { AgencyOverview, Campaign, Lead, Member, Permissions } from "./_types.ts";

const emailsOf = async (user: TestUser, path = "/leads") =>
  new Set((await user.data<Lead[]>("GET", path)).map(({ email }) => email));

Deno.test("sales sees, scores, judges and exports the leads assigned to them, and no other", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const sales = await join(agency, ["sales"]);
  const { campaignId, leadIds: [mine = "", other = ""] } = await campaignWithLeads(owner, [
    "mine@example.org",
    "other@example.org",
  ]);
  await owner.data("POST", `/leads/${mine}/assign`, { assignee: sales.id });

  deepStrictEqual(await emailsOf(sales), new Set(["mine@example.org"]));
  deepStrictEqual(await emailsOf(sales, "/leads?search=other"), new Set());
  const file = await sales.call("GET", "/leads/export");
  ok(file.text.includes("mine@example.org") && !file.text.includes("other@example.org"));
  const rows = await client(sales.token).from("leads").select("id");
  deepStrictEqual(rows.data, [{ id: mine }]);

  strictEqual((await sales.call("GET", `/leads/${mine}/score`)).status, 200);
  strictEqual((await sales.call("POST", `/leads/${mine}/qualify`, { score: 4 })).status, 200);
  strictEqual((await sales.call("PUT", `/leads/${mine}`, { city: "Lisbon" })).status, 200);
  for (
    const [method, path, body] of [
      ["GET", `/leads/${other}`],
      ["GET", `/leads/${other}/score`],
      ["GET", `/leads/${other}/activities`],
      ["PUT", `/leads/${other}`, { city: "Lisbon" }],
      ["POST", `/leads/${other}/qualify`, { score: 4 }],
      ["POST", `/leads/${other}/activities`, { type: "call" }],
    ] as const
  ) assertFailure(await sales.call(method, path, body), 404, "LEAD_NOT_FOUND", path);

  const { totals } = await sales.data<AgencyOverview>("GET", "/analytics/overview");
  deepStrictEqual([totals.total, totals.qualified], [1, 1]);

  const found = await sales.call<Lead>("POST", "/leads", { campaignId, email: "new@example.org" });
  strictEqual(found.status, 201, "who finds a lead may enter it");
  await owner.data("POST", `/leads/${mine}/assign`, { assignee: owner.email });
  assertFailure(await sales.call("GET", `/leads/${mine}`), 404, "LEAD_NOT_FOUND");
});

Deno.test("a client sees the campaigns, leads and figures of their own business, and changes none", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const { data: clients } = await client(owner.token).from("clients")
    .insert([
      { agency_id: agency.id, name: "The Harbour" },
      { agency_id: agency.id, name: "The Quay" },
    ]).select("id");
  const [harbour, quay] = clients?.map(({ id }) => id) ?? [];
  const own = await campaignWithLeads(owner, ["h@example.org"], { clientId: harbour });
  const foreign = await campaignWithLeads(owner, ["q@example.org"], { clientId: quay });
  await campaignWithLeads(owner, ["n@example.org"]);
  const user = await join(agency, ["client"], harbour);

  const campaigns = await user.data<Campaign[]>("GET", "/campaigns");
  deepStrictEqual(campaigns.map(({ id }) => id), [own.campaignId]);
  strictEqual(campaigns[0]?.clientName, "The Harbour");
  deepStrictEqual(await emailsOf(user), new Set(["h@example.org"]));
  const { totals, campaigns: counts } = await user.data<AgencyOverview>(
    "GET",
    "/analytics/overview",
  );
  deepStrictEqual([totals.total, counts.total], [1, 1]);
  strictEqual((await user.call("GET", `/campaigns/${own.campaignId}/analytics`)).status, 200);
  for (const path of ["", "/analytics"]) {
    const reply = await user.call("GET", `/campaigns/${foreign.campaignId}${path}`);
    assertFailure(reply, 404, "CAMPAIGN_NOT_FOUND", path);
  }
  assertFailure(await user.call("GET", `/leads/${foreign.leadIds[0]}`), 404, "LEAD_NOT_FOUND");
  const seen = await client(user.token).from("clients").select("name");
  deepStrictEqual(seen.data, [{ name: "The Harbour" }]);

  const lead = own.leadIds[0];
  for (
    const [method, path, body] of [
      ["PUT", `/leads/${lead}`, { city: "Lisbon" }],
      ["POST", `/leads/${lead}/qualify`, { score: 5 }],
      ["PUT", `/campaigns/${own.campaignId}`, { name: "Mine" }],
      ["GET", `/leads/${lead}/score`],
      ["GET", `/agencies/${agency.id}/members`],
    ] as const
  ) assertFailure(await user.call(method, path, body), 403, "PERMISSION_DENIED", path);
});

Deno.test("what a role may not is 403 and leaves no trace", async () => {
  const agency = await foundAgency();
  const { owner, id } = agency;
  const { campaignId, leadIds: [leadId = ""] } = await campaignWithLeads(owner, ["a@example.org"]);
  const roles = ["manager", "sales", "researcher", "analyst", "creator", "student"];
  const members = new Map<string, TestUser>();
  for (const role of roles) members.set(role, await join(agency, [role]));
  await owner.data("POST", `/leads/${leadId}/assign`, { assignee: members.get("sales")?.id });

  type Attempt = [roles: string[], method: string, path: string, body?: unknown];
  const others = roles.filter((role) => role !== "manager");
  const attempts: Attempt[] = [
    [roles, "PUT", `/agencies/${id}`, { name: "Mine" }],
    [roles, "POST", `/agencies/${id}/invite`, { email: "x@example.test", roles: ["owner"] }],
    [roles, "PUT", `/agencies/${id}/members/${owner.id}/roles`, { roles: ["sales"] }],
    [roles, "GET", `/agencies/${id}/invitations`],
    [others, "POST", "/campaigns", { name: "Mine" }],
    [["sales", "researcher", "analyst"], "DELETE", `/campaigns/${campaignId}`],
    [["sales", "researcher", "analyst"], "DELETE", `/leads/${leadId}`],
    [["sales", "researcher", "analyst"], "POST", `/leads/${leadId}/assign`, { assignee: owner.id }],
    [others, "POST", "/leads/bulk-update", { ids: [leadId], changes: { city: "Lisbon" } }],
    [others, "DELETE", "/leads/bulk", { ids: [leadId] }],
    [["researcher", "analyst"], "PUT", `/leads/${leadId}`, { city: "Lisbon" }],
    [["researcher", "analyst"], "POST", `/leads/${leadId}/qualify`, { score: 5 }],
    [["analyst"], "POST", "/leads", { campaignId, email: "b@example.org" }],
    [["analyst"], "POST", "/leads/import", { campaignId, rows: [{ email: "b@example.org" }] }],
    [["creator", "student"], "GET", "/leads"],
    [["creator", "student"], "GET", "/analytics/overview"],
  ];
  const before = await rowsOf(agency);
  for (const [refused, method, path, body] of attempts) {
    for (const role of refused) {
      const reply = await members.get(role)?.call(method, path, body);
      ok(reply);
      assertFailure(reply, 403, "PERMISSION_DENIED", `${role}: ${method} ${path}`);
    }
  }
  deepStrictEqual(await rowsOf(agency), before);

  const analyst = members.get("analyst");
  const unfit = await owner.call("POST", `/leads/${leadId}/assign`, { assignee: analyst?.id });
  assertFailure(unfit, 422, "ASSIGNEE_MAY_NOT_HOLD_LEADS");
});

Deno.test("a role taken or given works on the next request, with the same token", async () => {
  const agency = await foundAgency();
  const { owner, id } = agency;
  const user = await join(agency, ["manager"]);
  const { campaignId } = await campaignWithLeads(user, ["a@example.org"]);
  const setRoles = (roles: string[]) =>
    owner.data<Member>("PUT", `/agencies/${id}/members/${user.id}/roles`, { roles });
  const supabase = client(user.token);

  deepStrictEqual((await setRoles(["creator"])).roles, ["creator"]);
  assertFailure(await user.call("GET", "/leads"), 403, "PERMISSION_DENIED");
  assertFailure(
    await user.call("POST", "/leads", { campaignId, email: "b@example.org" }),
    404,
    "CAMPAIGN_NOT_FOUND",
  );
  deepStrictEqual((await supabase.from("leads").select("id")).data, []);
  deepStrictEqual((await user.data<Permissions>("POST", "/auth/permissions")).permissions, []);

  await setRoles(["researcher", "sales"]);
  strictEqual((await user.data<Lead[]>("GET", "/leads")).length, 1);
  strictEqual((await supabase.from("leads").select("id")).data?.length, 1);
  const { roles, permissions } = await user.data<Permissions>("POST", "/auth/permissions");
  deepStrictEqual(new Set(roles), new Set(["researcher", "sales"]));
  ok(permissions.includes("leads.read") && permissions.includes("leads.write_assigned"));
});

Deno.test("leads are spread over those who may hold them", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const sellers = [await join(agency, ["sales"]), await join(agency, ["sales"])];
  await join(agency, ["analyst"]);
  const emails = ["a", "b", "c", "d"].map((name) => `${name}@example.org`);
  const { campaignId } = await campaignWithLeads(owner, emails);
  const weights = Object.fromEntries(sellers.map(({ id }) => [id, 1]));
  await owner.data("POST", "/leads/auto-assign", { campaignId, strategy: "weighted", weights });
  const shares = await Promise.all(sellers.map((seller) => emailsOf(seller)));
  deepStrictEqual(shares.map(({ size }) => size), [2, 2]);
  deepStrictEqual(new Set(shares.flatMap((share) => [...share])), new Set(emails));
});
