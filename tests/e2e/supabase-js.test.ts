import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { parse } from "csv-parse/sync";
import type { PostgrestError } from "@supabase/supabase-js";
import { campaignWithLeads, foundAgency, join, rowsOf } from "./_agency.ts";
import { client, signUp, type TestUser } from "./_support.ts";
import type { Lead } from "./_types.ts";

/** The data of an answer that must be a success. */
function dataOf<T>({ data, error }: { data: T; error: PostgrestError | null }): NonNullable<T> {
  strictEqual(error, null, JSON.stringify(error));
  ok(data !== null && data !== undefined);
  return data;
}

const asUser = (user: TestUser) => client(user.token);

/** A failure of the Data API: its code, and what went wrong. */
function assertRefused(error: PostgrestError | null, code: string, message?: string) {
  ok(error, `expected ${code}`);
  strictEqual(error.code, code, JSON.stringify(error));
  if (message) strictEqual(error.message, message);
}

Deno.test("supabase-js signs in, keeps a session and asks as its user", async () => {
  const { owner, id } = await foundAgency();
  const supabase = client();
  const { data: before } = await supabase.from("agencies").select("id");
  strictEqual(before, null, "nobody reads agencies without a session");

  const { data, error } = await supabase.auth.signInWithPassword({
    email: owner.email,
    password: owner.password,
  });
  strictEqual(error, null);
  strictEqual(data.user?.id, owner.id);
  deepStrictEqual(dataOf(await supabase.from("agencies").select("id")), [{ id }]);
  const me = dataOf(await supabase.rpc("get_me"));
  deepStrictEqual([me.id, me.email, me.roles], [owner.id, owner.email, ["owner"]]);

  const { error: signOutError } = await supabase.auth.signOut();
  strictEqual(signOutError, null);
  ok((await supabase.from("agencies").select("id")).error);
});

Deno.test("supabase-js signs up into an agency of its own, in one call", async () => {
  const supabase = client();
  const { data, error } = await supabase.auth.signUp({
    email: `${crypto.randomUUID()}@example.test`,
    password: crypto.randomUUID(),
    options: { data: { full_name: "Ada Byron", agency_name: "Analytical Engines" } },
  });
  strictEqual(error, null);
  ok(data.session);
  const me = dataOf(await supabase.rpc("get_me"));
  deepStrictEqual(
    [me.full_name, me.roles, me.agencies[0].name],
    ["Ada Byron", ["owner"], "Analytical Engines"],
  );
});

Deno.test("leads are selected with filters, order, ranges, counts and embedded rows", async () => {
  const { owner } = await foundAgency();
  const { campaignId } = await campaignWithLeads(owner, []);
  await owner.data("POST", "/leads/import", {
    campaignId,
    rows: ["Lisbon", "Berlin", "Berlin", "Austin"].map((city, n) => ({
      email: `n${n}@example.org`,
      city,
      priority: n % 2 ? "high" : "low",
      customFields: { seats: n },
    })),
  });
  const leads = asUser(owner).from("leads");

  const berlin = await leads.select("email, city, custom_fields", { count: "exact" })
    .eq("city", "Berlin").order("email", { ascending: false });
  deepStrictEqual(berlin.data, [
    { email: "n2@example.org", city: "Berlin", custom_fields: { seats: 2 } },
    { email: "n1@example.org", city: "Berlin", custom_fields: { seats: 1 } },
  ]);
  strictEqual(berlin.count, 2);

  const found = dataOf(
    await leads.select("email").or("city.eq.Lisbon,priority.eq.high").ilike("email", "n%")
      .order("email").range(1, 2),
  );
  deepStrictEqual(found.map(({ email }) => email), ["n1@example.org", "n3@example.org"]);

  const embedded = dataOf(
    await leads.select("email, campaigns(id, name)").eq("city", "Austin").single(),
  );
  deepStrictEqual(embedded, {
    email: "n3@example.org",
    campaigns: { id: campaignId, name: "Spring" },
  });
  const turned = dataOf(
    await asUser(owner).from("campaigns").select("name, leads(email)").eq("id", campaignId)
      .single(),
  );
  deepStrictEqual(
    new Set(turned.leads.map(({ email }: { email: string }) => email)),
    new Set([0, 1, 2, 3].map((n) => `n${n}@example.org`)),
  );
});

Deno.test("clients are written straight, by the roles that may", async () => {
  const agency = await foundAgency();
  const [manager, sales] = [await join(agency, ["manager"]), await join(agency, ["sales"])];
  const created = dataOf(
    await asUser(manager).from("clients").insert({ agency_id: agency.id, name: "The Harbour" })
      .select("id, name").single(),
  );
  const renamed = dataOf(
    await asUser(manager).from("clients").update({ name: "The Pier" }).eq("id", created.id)
      .select("name").single(),
  );
  strictEqual(renamed.name, "The Pier");

  const clients = () => asUser(sales).from("clients");
  deepStrictEqual(dataOf(await clients().select("name")), [{ name: "The Pier" }]);
  const { error } = await clients().insert({ agency_id: agency.id, name: "The Quay" });
  assertRefused(error, "42501");
  deepStrictEqual(
    dataOf(await clients().update({ name: "Mine" }).eq("id", created.id).select()),
    [],
  );
  deepStrictEqual(dataOf(await clients().delete().eq("id", created.id).select()), []);
  deepStrictEqual(dataOf(await clients().select("name")), [{ name: "The Pier" }]);

  dataOf(await asUser(manager).from("clients").delete().eq("id", created.id).select());
  deepStrictEqual(dataOf(await clients().select("name")), []);
});

Deno.test("no client is written into or out of another agency", async () => {
  const [intruder, target] = await Promise.all([foundAgency(), foundAgency()]);
  const { id } = dataOf(
    await asUser(target.owner).from("clients").insert({ agency_id: target.id, name: "Theirs" })
      .select().single(),
  );
  const before = await rowsOf(target);
  const clients = () => asUser(intruder.owner).from("clients");
  assertRefused(
    (await clients().insert({ agency_id: target.id, name: "Planted" })).error,
    "42501",
  );
  deepStrictEqual(dataOf(await clients().update({ name: "Taken" }).eq("id", id).select()), []);
  deepStrictEqual(dataOf(await clients().delete().eq("id", id).select()), []);
  const own = dataOf(
    await clients().insert({ agency_id: intruder.id, name: "Ours" }).select().single(),
  );
  assertRefused(
    (await clients().update({ agency_id: target.id }).eq("id", own.id)).error,
    "42501",
  );
  deepStrictEqual(await rowsOf(target), before);
});

Deno.test("what has a lifecycle or a score is written by procedures only", async () => {
  const { owner, id: agency_id } = await foundAgency();
  const { campaignId, leadIds: [leadId = ""] } = await campaignWithLeads(owner, ["a@example.org"]);
  const supabase = asUser(owner);
  const from = (table: string) => supabase.from(table);
  const refused = {
    leads: [
      from("leads").insert({ agency_id, campaign_id: campaignId, email: "b@example.org" }),
      from("leads").update({ score: 100 }).eq("id", leadId),
      from("leads").delete().eq("id", leadId),
    ],
    campaigns: [from("campaigns").update({ status: "completed" }).eq("id", campaignId)],
    membership_roles: [
      from("membership_roles").insert({ agency_id, user_id: owner.id, role: "admin" }),
    ],
    agencies: [from("agencies").update({ name: "Other" }).eq("id", agency_id)],
    audit_log: [from("audit_log").delete().eq("agency_id", agency_id)],
    scoring_models: [from("scoring_models").update({ base: 99 }).eq("agency_id", agency_id)],
  };
  for (const [table, writes] of Object.entries(refused)) {
    for (const write of writes) {
      assertRefused((await write).error, "42501", `permission denied for table ${table}`);
    }
  }
});

Deno.test("procedures are called as rpc, with the errors they document", async () => {
  const { owner } = await foundAgency();
  const { campaignId } = await campaignWithLeads(owner, []);
  const supabase = asUser(owner);
  const create = (email: string) =>
    supabase.rpc("create_lead", {
      campaign_id: campaignId,
      attributes: { email, first_name: "Ada", custom_fields: { seats: 3 } },
    });
  const lead = dataOf(await create("ada@example.org"));
  deepStrictEqual([lead.status, lead.custom_fields], ["new", { seats: 3 }]);

  const { error, status } = await create("ADA@example.org");
  strictEqual(status, 409);
  assertRefused(error, "PT409", "lead_exists");
  match(error?.details ?? "", /already has this lead/);
  match(error?.hint ?? "", new RegExp(lead.id));

  const page = dataOf(await supabase.rpc("list_leads", { search: "ada", page_size: 5 }));
  deepStrictEqual([page.total, page.items[0].id], [1, lead.id]);
  const byName = dataOf(await supabase.rpc("search_leads", { query: "ada" }).select("id, email"));
  deepStrictEqual(byName, [{ id: lead.id, email: "ada@example.org" }]);
  const missing = await supabase.rpc("get_lead", { lead_id: campaignId });
  assertRefused(missing.error, "PT404", "lead_not_found");

  const moved = dataOf(
    await supabase.rpc("bulk_update_lead_status", { lead_ids: [lead.id], status: "contacted" }),
  );
  deepStrictEqual([moved.succeeded, moved.failed], [1, 0]);
  const score = dataOf(await supabase.rpc("calculate_lead_score", { lead_id: lead.id }));
  strictEqual(score.lead_id, lead.id);
});

Deno.test("rpc names the agency by argument or header", async () => {
  const { owner, id } = await foundAgency("First");
  const supabase = asUser(owner);
  const second = dataOf(await supabase.rpc("create_agency", { name: "Second" }));
  const rolesIn = async (agency_id: string) =>
    dataOf(await supabase.rpc("my_permissions", { agency_id })).agency_id;
  deepStrictEqual([await rolesIn(id), await rolesIn(second.id)], [id, second.id]);
  const byHeader = await supabase.rpc("my_permissions").setHeader("X-Agency-Id", second.id);
  strictEqual(dataOf(byHeader).agency_id, second.id);
  const narrowed = await supabase.from("agencies").select("id")
    .setHeader("X-Agency-Id", second.id);
  deepStrictEqual(narrowed.data, [{ id: second.id }]);
});

Deno.test("leads are exported as CSV by rpc, as HTTP exports them", async () => {
  const { owner } = await foundAgency();
  await campaignWithLeads(owner, ["a@example.org", "b@example.org"]);
  const csv = dataOf(await asUser(owner).rpc("export_leads").csv());
  const rows = parse<Record<string, string>>(csv, { columns: true });
  deepStrictEqual(
    new Set(rows.map((row) => row.email)),
    new Set(["a@example.org", "b@example.org"]),
  );
  strictEqual((await owner.call("GET", "/leads/export")).text, csv);
});

Deno.test("views answer what their caller may see", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const { campaignId, leadIds: [leadId = ""] } = await campaignWithLeads(owner, [
    "a@example.org",
    "b@example.org",
  ]);
  const sales = await join(agency, ["sales"]);
  await owner.data("POST", `/leads/${leadId}/assign`, { assignee: sales.email });
  await owner.data("PUT", `/leads/${leadId}`, { status: "converted" });

  const details = dataOf(
    await asUser(owner).from("lead_details").select("campaign_name, assignee_email, status")
      .eq("id", leadId).single(),
  );
  deepStrictEqual(details, {
    campaign_name: "Spring",
    assignee_email: sales.email,
    status: "converted",
  });
  const pipeline = dataOf(
    await asUser(owner).from("lead_pipeline").select("status, leads").order("status"),
  );
  deepStrictEqual(pipeline, [{ status: "new", leads: 1 }, { status: "converted", leads: 1 }]);
  for (const view of ["campaign_performance", "campaign_summary"]) {
    const key = view === "campaign_summary" ? "id" : "campaign_id";
    const row = dataOf(
      await asUser(owner).from(view).select("conversion_rate").eq(key, campaignId).single(),
    );
    strictEqual(row.conversion_rate, 0.5, view);
  }
  const scores = dataOf(await asUser(owner).from("lead_scores").select("lead_id, score"));
  deepStrictEqual(
    new Map(scores.map(({ lead_id, score }) => [lead_id, score])),
    new Map((await owner.data<Lead[]>("GET", "/leads")).map(({ id, score }) => [id, score])),
  );

  deepStrictEqual(
    dataOf(await asUser(sales).from("lead_details").select("id")),
    [{ id: leadId }],
  );
  const outsider = await signUp({ agencyName: "Elsewhere" });
  for (const view of ["lead_details", "lead_pipeline", "campaign_performance", "lead_scores"]) {
    deepStrictEqual(dataOf(await asUser(outsider).from(view).select()), [], view);
    ok((await client().from(view).select()).error, `${view} is closed without a session`);
  }
});
