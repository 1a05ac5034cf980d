import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { assertFailure, campaignWithLeads, foundAgency, join } from "./_agency.ts";
import { connect } from "./_limits.ts";
import type { Campaign, Lead, LeadEvent } from "./_types.ts";

/** The database's own clock, which stamps what changes. */
async function now(): Promise<string> {
  await using db = connect();
  const [row] = await db.sql`select to_json(clock_timestamp()) #>> '{}' as at`;
  return encodeURIComponent(row?.at);
}

Deno.test("a lead's history says who changed what, whichever call it was", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const manager = await join(agency, ["manager"]);
  const { leadIds: [leadId = ""] } = await campaignWithLeads(owner, ["a@example.org"]);
  await manager.data("PUT", `/leads/${leadId}`, { firstName: "Ada", customFields: { a_b: 1 } });
  await owner.data("POST", "/leads/bulk-update", { ids: [leadId], changes: { city: "Lisbon" } });

  const events = await owner.data<LeadEvent[]>("GET", `/leads/${leadId}/history`);
  deepStrictEqual(events.map(({ actor }) => actor.id), [owner.id, manager.id, owner.id]);
  const [bulk, update, created] = events;
  deepStrictEqual(bulk?.changes.city, { from: null, to: "Lisbon" });
  deepStrictEqual(update?.changes.firstName, { from: null, to: "Ada" });
  deepStrictEqual(update?.changes.customFields, { from: {}, to: { a_b: 1 } });
  deepStrictEqual([update?.action, created?.action], ["lead.updated", "lead.created"]);
  ok(events.every(({ actor }) => actor.name && actor.type === "user"));
});

Deno.test("leads and campaigns are read as they were at a moment", async () => {
  const { owner } = await foundAgency();
  const before = await now();
  const { campaignId, leadIds: [leadId = ""] } = await campaignWithLeads(owner, ["a@example.org"]);
  await owner.data("PUT", `/leads/${leadId}`, { city: "Porto" });
  const was = await owner.data<Lead>("GET", `/leads/${leadId}`);
  const campaignWas = await owner.data<Campaign>("GET", `/campaigns/${campaignId}`);
  const at = await now();
  await owner.data("PUT", `/leads/${leadId}`, { city: "Lisbon", tags: ["vip"] });
  await owner.data("PUT", `/campaigns/${campaignId}`, { name: "Fall" });
  await owner.data("DELETE", `/leads/${leadId}`);

  deepStrictEqual(await owner.data<Lead>("GET", `/leads/${leadId}?asOf=${at}`), was);
  const campaign = await owner.data<Campaign>("GET", `/campaigns/${campaignId}?asOf=${at}`);
  deepStrictEqual({ ...campaignWas, ...campaign }, campaignWas);
  strictEqual(campaign.name, "Spring");
  const lead = await owner.call("GET", `/leads/${leadId}?asOf=${before}`);
  assertFailure(lead, 404, "LEAD_NOT_FOUND");
  const early = await owner.call("GET", `/campaigns/${campaignId}?asOf=${before}`);
  assertFailure(early, 404, "CAMPAIGN_NOT_FOUND");
  const unsound = await owner.call("GET", `/leads/${leadId}?asOf=yesterday`);
  assertFailure(unsound, 422, "VALIDATION_FAILED");
});

Deno.test("the past is for those who may see the present", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const sales = await join(agency, ["sales"]);
  const { leadIds: [leadId = ""] } = await campaignWithLeads(owner, ["a@example.org"]);
  const stranger = (await foundAgency()).owner;
  const at = await now();
  for (const user of [sales, stranger]) {
    for (const path of [`/leads/${leadId}/history`, `/leads/${leadId}?asOf=${at}`]) {
      assertFailure(await user.call("GET", path), 404, "LEAD_NOT_FOUND", path);
    }
  }
  await owner.data("POST", `/leads/${leadId}/assign`, { assignee: sales.id });
  strictEqual((await sales.call("GET", `/leads/${leadId}?asOf=${at}`)).status, 200);
});
