import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { assertFailure, campaignWithLeads, foundAgency, join } from "./_agency.ts";
import { signUp } from "./_support.ts";
import type { Campaign, Lead, Me } from "./_types.ts";

Deno.test("a lead that is there is a conflict, however it comes in", async () => {
  const { owner } = await foundAgency();
  const { campaignId, leadIds: [first = "", second = ""] } = await campaignWithLeads(owner, [
    "first@example.org",
    "second@example.org",
  ]);
  const created = await owner.call("POST", "/leads", { campaignId, email: "First@Example.org" });
  assertFailure(created, 409, "LEAD_EXISTS");
  match(created.body.error ?? "", new RegExp(first), "it says which one");
  const renamed = await owner.call("PUT", `/leads/${second}`, { email: "first@example.org" });
  assertFailure(renamed, 409, "LEAD_EXISTS");

  await owner.data("DELETE", `/leads/${first}`);
  assertFailure(await owner.call("GET", `/leads/${first}`), 404, "LEAD_NOT_FOUND");
  const again = await owner.data<Lead>("POST", "/leads", {
    campaignId,
    email: "first@example.org",
  });
  assertFailure(await owner.call("POST", `/leads/${first}/restore`), 409, "LEAD_EXISTS");
  await owner.data("DELETE", `/leads/${again.id}`);
  const restored = await owner.data<Lead>("POST", `/leads/${first}/restore`);
  deepStrictEqual([restored.id, restored.deletedAt], [first, null]);
});

Deno.test("a lifecycle goes along its moves only, and a refused move changes nothing", async () => {
  const { owner } = await foundAgency();
  const { campaignId, leadIds: [leadId = ""] } = await campaignWithLeads(owner, ["a@example.org"]);
  const move = (status: string) =>
    owner.call<Campaign>("POST", `/campaigns/${campaignId}/status`, { status });
  for (const status of ["paused", "completed"]) {
    assertFailure(await move(status), 409, "INVALID_TRANSITION", `draft to ${status}`);
  }
  strictEqual((await owner.data<Campaign>("GET", `/campaigns/${campaignId}`)).status, "draft");
  for (const status of ["active", "paused", "active", "completed"]) {
    strictEqual((await move(status)).body.data.status, status);
  }
  assertFailure(await move("draft"), 409, "INVALID_TRANSITION");

  await owner.data("PUT", `/leads/${leadId}`, { status: "contacted", city: "Lisbon" });
  const back = await owner.call("PUT", `/leads/${leadId}`, { status: "new", city: "Berlin" });
  assertFailure(back, 409, "INVALID_TRANSITION");
  const lead = await owner.data<Lead>("GET", `/leads/${leadId}`);
  deepStrictEqual([lead.status, lead.city], ["contacted", "Lisbon"]);
});

Deno.test("what a campaign is told is kept or cleared, and what it is not told stays", async () => {
  const { owner } = await foundAgency();
  const told = {
    description: "Bands that tour in spring",
    startsOn: "2026-03-01",
    endsOn: "2026-05-31",
    budgetCents: 250_000,
    currency: "EUR",
    goals: { meetingsPerWeek: 3, "free text": ["a", null] },
    tags: ["spring", "music"],
    metadata: { source_id: 7 },
  };
  const { id } = await owner.data("POST", "/campaigns", { name: "Spring", ...told });
  const changed = await owner.data<Campaign>("PUT", `/campaigns/${id}`, {
    endsOn: null,
    name: "Early spring",
  });
  deepStrictEqual({ ...changed, ...told, endsOn: null, name: "Early spring" }, changed);
  const early = await owner.call("PUT", `/campaigns/${id}`, { endsOn: "2026-02-28" });
  assertFailure(early, 422, "CAMPAIGNS_END_AFTER_START");
});

Deno.test("ids of nothing are not found", async () => {
  const { owner } = await foundAgency();
  const id = crypto.randomUUID();
  assertFailure(await owner.call("GET", `/leads/${id}`), 404, "LEAD_NOT_FOUND");
  assertFailure(await owner.call("GET", `/campaigns/${id}`), 404, "CAMPAIGN_NOT_FOUND");
  assertFailure(await owner.call("GET", `/agencies/${id}`), 404, "AGENCY_NOT_FOUND");
  assertFailure(
    await owner.call("GET", "/agencies/invitations/made-up"),
    404,
    "INVITATION_NOT_OPEN",
  );
});

Deno.test("an agency keeps an owner, one seat for a person and one slug for itself", async () => {
  const agency = await foundAgency();
  const { owner, id } = agency;
  const admin = await join(agency, ["admin"]);
  const roles = (userId: string) => `/agencies/${id}/members/${userId}/roles`;
  assertFailure(
    await owner.call("PUT", roles(owner.id), { roles: ["admin"] }),
    409,
    "LAST_OWNER",
  );
  for (const user of [admin, owner]) {
    const reply = await admin.call("PUT", roles(user.id), {
      roles: user === admin ? ["owner"] : ["admin"],
    });
    assertFailure(reply, 403, "OWNER_REQUIRED");
  }
  const invited = await owner.call("POST", `/agencies/${id}/invite`, {
    email: admin.email,
    roles: ["sales"],
  });
  assertFailure(invited, 409, "ALREADY_A_MEMBER");

  const slug = `taken-${crypto.randomUUID()}`;
  await owner.data("PUT", `/agencies/${id}`, { slug });
  const other = await foundAgency();
  assertFailure(
    await other.owner.call("PUT", `/agencies/${other.id}`, { slug }),
    409,
    "AGENCY_SLUG_TAKEN",
  );
  assertFailure(
    await other.owner.call("POST", "/agencies", { name: "Another", slug }),
    409,
    "AGENCY_SLUG_TAKEN",
  );
});

Deno.test("X-Agency-Id chooses among one's own agencies", async () => {
  const first = await foundAgency("First");
  const other = await foundAgency("Other");
  const { owner } = first;
  const second = await owner.data("POST", "/agencies", { name: "Second" });
  await campaignWithLeads(owner, ["a@example.org"]);

  const leads = (agencyId?: string) => owner.call<Lead[]>("GET", "/leads", undefined, { agencyId });
  const [inFirst, inSecond] = [await leads(first.id), await leads(second.id)];
  deepStrictEqual([inFirst.status, inSecond.status], [200, 200]);
  deepStrictEqual(
    new Set([inFirst, inSecond].map(({ body }) => body.data.length)),
    new Set([0, 1]),
    "the lead is in just one of them",
  );
  assertFailure(await leads("42"), 400, "AGENCY_HEADER_INVALID");
  assertFailure(await leads(other.id), 404, "AGENCY_NOT_FOUND");
  assertFailure(await leads(crypto.randomUUID()), 404, "AGENCY_NOT_FOUND");

  // The agency in a path is the one meant, whatever the header says.
  const path = `/agencies/${second.id}`;
  const named = await owner.call("GET", path, undefined, { agencyId: first.id });
  strictEqual(named.body.data.id, second.id);

  await owner.data("POST", `/agencies/${first.id}/switch`);
  strictEqual((await owner.data<Me>("GET", "/auth/me")).activeAgencyId, first.id);
  deepStrictEqual((await leads()).body.data, (await leads(first.id)).body.data);
});

Deno.test("a user without an agency is told so, and can found one", async () => {
  const user = await signUp();
  const me = await user.data<Me>("GET", "/auth/me");
  deepStrictEqual([me.agencies, me.roles, me.permissions], [[], [], []]);
  for (const path of ["/leads", "/campaigns", "/analytics/overview"]) {
    assertFailure(await user.call("GET", path), 400, "AGENCY_REQUIRED", path);
  }
  await user.data("POST", "/agencies", { name: "At last" });
  deepStrictEqual(await user.data("GET", "/leads"), []);
});

Deno.test("an archived agency gives nobody anything until its owner restores it", async () => {
  const agency = await foundAgency();
  const { owner, id } = agency;
  const manager = await join(agency, ["manager"]);
  assertFailure(await manager.call("DELETE", `/agencies/${id}`), 403, "PERMISSION_DENIED");
  await owner.data("DELETE", `/agencies/${id}`);
  for (const user of [owner, manager]) {
    assertFailure(await user.call("GET", "/leads"), 403, "PERMISSION_DENIED");
  }
  assertFailure(
    await manager.call("POST", `/agencies/${id}/restore`),
    403,
    "PERMISSION_DENIED",
  );
  await owner.data("POST", `/agencies/${id}/restore`);
  deepStrictEqual(await manager.data("GET", "/leads"), []);
});
