/**
 * What tests of isolation share: an agency to break into, and the proof that nothing happened there.
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import { campaignWithLeads, foundAgency, join, rowsOf, type TestAgency } from "./_agency.ts";
import { client } from "./_support.ts";
import type { NewInvitation } from "./_types.ts";

/** An agency with something of everything, and the ids an intruder may have got hold of. */
export async function busyAgency() {
  const agency = await foundAgency("Southern Cross");
  const { owner } = agency;
  const { data: harbour } = await client(owner.token).from("clients")
    .insert({ agency_id: agency.id, name: "The Harbour" }).select().single();
  const { campaignId, leadIds } = await campaignWithLeads(owner, [
    "kept@example.org",
    "deleted@example.org",
  ], { clientId: harbour.id });
  const [leadId = "", deletedLeadId = ""] = leadIds;
  const sales = await join(agency, ["sales"]);
  await owner.data("POST", `/leads/${leadId}/assign`, { assignee: sales.id });
  await owner.data("POST", `/leads/${leadId}/activities`, { type: "call" });
  await owner.data("DELETE", `/leads/${deletedLeadId}`);
  const invitation = await owner.data<NewInvitation>("POST", `/agencies/${agency.id}/invite`, {
    email: "someone@example.test",
    roles: ["sales"],
  });
  return {
    agency,
    sales,
    clientId: harbour.id as string,
    campaignId,
    leadId,
    deletedLeadId,
    invitation,
  };
}

/** Runs an attack and proves that the other agency holds the very same rows as before. */
export async function withoutTrace(agency: TestAgency, attack: () => Promise<void>) {
  const before = await rowsOf(agency);
  for (const table of ["leads", "campaigns", "clients", "memberships", "audit_log"]) {
    ok(before[table]?.length, `${table} holds something to be seen`);
  }
  await attack();
  deepStrictEqual(await rowsOf(agency), before);
}
