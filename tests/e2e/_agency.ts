/**
 * Agencies of a test: founded through the front door, filled by their members, and looked at as a
 * whole with the secret key.
 * @module
 */

import { createClient } from "@supabase/supabase-js";
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { type Reply, signUp, stack, type TestUser } from "./_support.ts";
import type { Isolation, LeadScore, Me, NewInvitation } from "./_types.ts";

/** An agency with its owner. */
export interface TestAgency {
  id: string;
  name: string;
  owner: TestUser;
}

/** Signs an owner up together with an agency. */
export async function foundAgency(name = "Northern Lights"): Promise<TestAgency> {
  const owner = await signUp({ agencyName: name });
  const { activeAgencyId } = await owner.data<Me>("GET", "/auth/me");
  ok(activeAgencyId);
  return { id: activeAgencyId, name, owner };
}

/** Invites someone new, who signs up with the invitation. */
export async function join(
  { id, owner }: TestAgency,
  roles: string[],
  clientId?: string,
): Promise<TestUser> {
  const email = `${crypto.randomUUID()}@example.test`;
  const invitation = await owner.data<NewInvitation>("POST", `/agencies/${id}/invite`, {
    email,
    roles,
    clientId,
  });
  return await signUp({ email, invitationToken: invitation.token });
}

/** A campaign with leads, one for each e-mail address: the ids, in the order of the addresses. */
export async function campaignWithLeads(
  user: TestUser,
  emails: string[],
  campaign: Record<string, unknown> = {},
): Promise<{ campaignId: string; leadIds: string[] }> {
  const { id: campaignId } = await user.data("POST", "/campaigns", { name: "Spring", ...campaign });
  const leadIds: string[] = [];
  for (const email of emails) {
    leadIds.push((await user.data("POST", "/leads", { campaignId, email })).id);
  }
  return { campaignId, leadIds };
}

/** A supabase-js client with the secret key: it sees every agency's rows. */
export function secretClient() {
  return createClient(stack.url, stack.secretKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
}

/** Every row of an agency, table by table, audit log and figures included. */
export async function rowsOf(agency: TestAgency): Promise<Record<string, string[]>> {
  const { tables } = await agency.owner.data<Isolation>("POST", "/auth/test-isolation");
  const secret = secretClient();
  const rows: Record<string, string[]> = {};
  for (const { table } of tables) {
    const column = table === "agencies" ? "id" : "agency_id";
    const { data, error } = await secret.from(table).select().eq(column, agency.id);
    strictEqual(error, null, `${table}: ${error?.message}`);
    // A worker marks a mail as sent at a moment of its own.
    rows[table] = (data ?? []).map((row) =>
      JSON.stringify({ ...row, email_queued_at: null, emailed_at: null })
    ).sort();
  }
  return rows;
}

/** A failure in the envelope's one shape, with this status and code; answers its details. */
export function assertFailure(
  { status, headers, body }: Reply<unknown>,
  expectedStatus: number,
  expectedCode: string,
  about = "",
): { path: string; message: string }[] {
  const said = `${about} ${JSON.stringify(body)}`;
  deepStrictEqual([status, body.code], [expectedStatus, expectedCode], said);
  const { success, error, code: _code, details = [], requestId, ...rest } = body;
  strictEqual(success, false);
  match(error ?? "", /^\P{Ll}.*[.!?]$/su, said);
  deepStrictEqual(rest, {}, said);
  ok(requestId);
  strictEqual(headers.get("x-request-id"), requestId);
  match(headers.get("content-type") ?? "", /^application\/json\b/);
  for (const detail of details) {
    deepStrictEqual(Object.keys(detail), ["path", "message"]);
    match(detail.message, /[.!?]$/);
  }
  return details;
}

/** What the score must be: base and contributions together, cut to 0 to 100. */
export function sumOf({ base, contributions }: Pick<LeadScore, "base" | "contributions">): number {
  // In hundredths, which add up exactly.
  const hundredths = [base, ...contributions.map(({ points }) => points)]
    .reduce((sum, points) => sum + Math.round(points * 100), 0);
  return Math.min(100, Math.max(0, hundredths / 100));
}
