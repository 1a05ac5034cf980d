import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { assertFailure, campaignWithLeads, foundAgency, join, secretClient } from "./_agency.ts";
import { busyAgency, withoutTrace } from "./_isolation.ts";
import type { TestUser } from "./_support.ts";
import type { BulkResult, Isolation, Lead } from "./_types.ts";

Deno.test("no body smuggles another agency's ids in", async () => {
  const [intruder, target] = await Promise.all([foundAgency(), busyAgency()]);
  const { agency, campaignId, leadId, deletedLeadId, clientId, sales, invitation } = target;
  const own = await campaignWithLeads(intruder.owner, ["own@example.org"]);
  const attempts: [method: string, path: string, body: unknown, status: number, code: string][] = [
    ["POST", "/leads", { campaignId, email: "new@example.org" }, 404, "CAMPAIGN_NOT_FOUND"],
    ["POST", "/leads/create", { campaignId, email: "new@example.org" }, 404, "CAMPAIGN_NOT_FOUND"],
    [
      "POST",
      "/leads/import",
      { campaignId, rows: [{ email: "new@example.org" }] },
      404,
      "CAMPAIGN_NOT_FOUND",
    ],
    ["POST", "/leads/auto-assign", { campaignId }, 404, "CAMPAIGN_NOT_FOUND"],
    ["POST", `/leads/${own.leadIds[0]}/assign`, { assignee: sales.id }, 422, "ASSIGNEE_NOT_FOUND"],
    [
      "POST",
      `/leads/${own.leadIds[0]}/assign`,
      { assignee: sales.email },
      422,
      "ASSIGNEE_NOT_FOUND",
    ],
    [
      "POST",
      "/leads/bulk-assign",
      { ids: own.leadIds, assignee: sales.id },
      422,
      "ASSIGNEE_NOT_FOUND",
    ],
    ["POST", "/campaigns", { name: "Spring", clientId }, 422, "REFERENCE_NOT_FOUND"],
    ["PUT", `/campaigns/${own.campaignId}`, { clientId }, 422, "REFERENCE_NOT_FOUND"],
    [
      "POST",
      `/agencies/${intruder.id}/invite`,
      { email: "a@example.test", roles: ["client"], clientId },
      422,
      "CLIENT_REQUIRED",
    ],
    [
      "PUT",
      `/agencies/${intruder.id}/members/${sales.id}/roles`,
      { roles: ["sales"] },
      404,
      "MEMBER_NOT_FOUND",
    ],
    [
      "DELETE",
      `/agencies/${intruder.id}/invitations/${invitation.id}`,
      undefined,
      404,
      "INVITATION_NOT_FOUND",
    ],
    [
      "POST",
      "/agencies/invitations/accept",
      { token: invitation.token },
      403,
      "INVITATION_FOR_ANOTHER_EMAIL",
    ],
    ["POST", "/auth/permissions", { agencyId: agency.id }, 404, "AGENCY_NOT_FOUND"],
  ];
  await withoutTrace(agency, async () => {
    for (const [method, path, body, status, code] of attempts) {
      const reply = await intruder.owner.call(method, path, body);
      assertFailure(reply, status, code, `${method} ${path}`);
    }

    const ids = [leadId, deletedLeadId];
    const bulk: [method: string, path: string, body: object][] = [
      ["POST", "/leads/bulk-update", { ids, changes: { priority: "urgent" } }],
      ["POST", "/leads/bulk-assign", { ids, assignee: intruder.owner.id }],
      ["DELETE", "/leads/bulk", { ids }],
    ];
    for (const [method, path, body] of bulk) {
      const result = await intruder.owner.data<BulkResult>(method, path, body);
      deepStrictEqual([result.succeeded, result.failed], [0, ids.length], path);
      deepStrictEqual(
        result.results.map(({ id, ok, code }) => ({ id, ok, code })),
        ids.map((id) => ({ id, ok: false, code: "LEAD_NOT_FOUND" })),
      );
      const foreign = await intruder.owner.call(method, path, body, { agencyId: agency.id });
      assertFailure(foreign, 404, "AGENCY_NOT_FOUND", path);
    }
  });
});

Deno.test("lists and files hold nothing of another agency, whatever they are filtered by", async () => {
  const [intruder, target] = await Promise.all([foundAgency(), busyAgency()]);
  const { agency, campaignId, clientId, sales } = target;
  const { owner } = intruder;
  const { leadIds } = await campaignWithLeads(owner, ["own@example.org"]);
  deepStrictEqual((await owner.data<Lead[]>("GET", "/leads")).map(({ id }) => id), leadIds);

  for (const filter of [`campaignId=${campaignId}`, `assignedTo=${sales.id}`, "search=kept"]) {
    const { body } = await owner.call<Lead[]>("GET", `/leads?${filter}`);
    deepStrictEqual([body.data, body.pagination?.total], [[], 0], filter);
    const { text } = await owner.call("GET", `/leads/export?${filter}`);
    strictEqual(text.trimEnd().split("\r\n").length, 1, "the header line alone");
  }
  deepStrictEqual(await owner.data("GET", `/campaigns?clientId=${clientId}`), []);

  const lists = [
    "/leads",
    "/leads/export",
    "/campaigns",
    "/agencies/%/members",
    "/agencies/%/roles",
  ];
  for (const path of [...lists, "/agencies/%/invitations", "/analytics/overview"]) {
    const reply = await owner.call("GET", path.replace("%", agency.id), undefined, {
      agencyId: agency.id,
    });
    assertFailure(reply, 404, "AGENCY_NOT_FOUND", path);
  }
});

/** Fails unless the probe sees none but the caller's own rows. */
async function assertIsolated(user: TestUser, about: string) {
  const { isolated, tables } = await user.data<Isolation>("POST", "/auth/test-isolation");
  deepStrictEqual(tables.filter(({ rowsOutside }) => rowsOutside !== 0), [], about);
  strictEqual(isolated, true, about);
  ok(tables.some(({ table }) => table === "leads"));
}

Deno.test("the isolation probe counts nothing outside, for members of any kind", async () => {
  const [north, south] = await Promise.all([busyAgency(), busyAgency()]);
  const client = await join(north.agency, ["client"], north.clientId);
  const analyst = await join(south.agency, ["analyst"]);
  for (
    const [who, user] of Object.entries({
      owner: north.agency.owner,
      sales: north.sales,
      client,
      "owner of the other": south.agency.owner,
      analyst,
    })
  ) await assertIsolated(user, who);
});

Deno.test("the secret key sees both agencies, so the probes above look at something", async () => {
  const [north, south] = await Promise.all([busyAgency(), busyAgency()]);
  const { data } = await secretClient().from("leads").select("agency_id")
    .in("agency_id", [north.agency.id, south.agency.id]);
  deepStrictEqual(
    new Set(data?.map((row) => row.agency_id)),
    new Set([north.agency.id, south.agency.id]),
  );
});
