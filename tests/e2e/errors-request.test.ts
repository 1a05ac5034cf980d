import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { assertFailure, campaignWithLeads, foundAgency } from "./_agency.ts";
import { call } from "./_support.ts";
import type { ImportResult } from "./_types.ts";

const { owner } = await foundAgency();
const { campaignId, leadIds: [leadId = ""] } = await campaignWithLeads(owner, ["a@example.org"]);

const MEGABYTE = 1024 * 1024;
const json = { "Content-Type": "application/json" };

/** A body that does not say how long it is. */
function chunked(text: string): ReadableStream<Uint8Array> {
  return new Blob([text]).stream();
}

/** A JSON text of so many bytes. */
function jsonOf(bytes: number): string {
  const shell = JSON.stringify({ name: "" });
  return shell.replace('""', `"${"x".repeat(bytes - shell.length)}"`);
}

const bodies: Record<string, [body: unknown, headers: HeadersInit, status: number, code: string]> =
  {
    "JSON that breaks off": ['{"name": "Spring"', json, 400, "MALFORMED_JSON"],
    "JSON with a comma too many": ['{"name": "Spring",}', json, 400, "MALFORMED_JSON"],
    "no JSON at all": ["name=Spring", json, 400, "MALFORMED_JSON"],
    "nothing": ["", json, 400, "MALFORMED_JSON"],
    "bytes that are not UTF-8": [
      new Uint8Array([0x22, 0xff, 0x22]),
      json,
      400,
      "MALFORMED_JSON",
    ],
    "another media type": [
      '{"name":"x"}',
      { "Content-Type": "text/plain" },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    "a form": [
      "name=x",
      { "Content-Type": "application/x-www-form-urlencoded" },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    "no media type": ['{"name":"x"}', { "Content-Type": "" }, 415, "UNSUPPORTED_MEDIA_TYPE"],
    "another encoding": [
      '{"name":"x"}',
      { "Content-Type": "application/json; charset=latin1" },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    "a compressed body": [
      '{"name":"x"}',
      { ...json, "Content-Encoding": "gzip" },
      415,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    "more than 1 MB": [jsonOf(MEGABYTE + 1), json, 413, "BODY_TOO_LARGE"],
    "more than 1 MB that does not say so": [
      chunked(jsonOf(MEGABYTE + 1)),
      json,
      413,
      "BODY_TOO_LARGE",
    ],
  };

for (const [what, [body, headers, status, code]] of Object.entries(bodies)) {
  Deno.test(`${what} in place of a body is ${status} ${code}`, async () => {
    const reply = await owner.call("POST", "/campaigns", body, {
      headers: headers as Record<string, string>,
    });
    assertFailure(reply, status, code);
  });
}

Deno.test("1 MB to the byte is read", async () => {
  const reply = await owner.call("POST", "/campaigns", jsonOf(MEGABYTE), { headers: json });
  assertFailure(reply, 422, "VALIDATION_FAILED");
});

Deno.test("an import may have 10 MB, said or not, and no more", async () => {
  const rows = (megabytes: number) =>
    JSON.stringify({
      campaignId,
      rows: Array.from({ length: megabytes * 20 }, (_, n) => ({
        email: `big${n}@example.org`,
        sourceData: { text: "x".repeat(MEGABYTE / 20) },
      })),
    });
  const small = await owner.call<ImportResult>("POST", "/leads/import", rows(2), { headers: json });
  strictEqual(small.body.data.created, 40, small.text);
  const again = await owner.call<ImportResult>("POST", "/leads/import", chunked(rows(2)), {
    headers: json,
  });
  strictEqual(again.body.data.duplicate, 40, again.text);
  for (const body of [rows(10), chunked(rows(10))]) {
    const reply = await owner.call("POST", "/leads/import", body, { headers: json });
    assertFailure(reply, 413, "BODY_TOO_LARGE");
  }
});

type Fault = [method: string, path: string, body: unknown, paths: string[]];
const nested = (depth: number): unknown => depth === 0 ? 1 : { a: nested(depth - 1) };

const faults: Record<string, Fault> = {
  "a wrong type": ["POST", "/campaigns", { name: 5 }, ["name"]],
  "a missing field": ["POST", "/campaigns", {}, ["name"]],
  "an unknown field": ["POST", "/campaigns", { name: "x", nmae: "x" }, ["nmae"]],
  "several faults": ["POST", "/campaigns", { nmae: "x", kind: 1 }, ["kind", "name", "nmae"]],
  "a list in place of an object": ["POST", "/campaigns", [], [""]],
  "null in place of an object": ["POST", "/campaigns", null, [""]],
  "a list in place of a document": ["POST", "/campaigns", { name: "x", goals: [] }, ["goals"]],
  "a fault inside a list": ["POST", "/campaigns", { name: "x", tags: ["a", 1] }, ["tags.1"]],
  "a day that does not exist": ["POST", "/campaigns", { name: "x", startsOn: "2026-02-30" }, [
    "startsOn",
  ]],
  "an unknown status": ["PUT", `/leads/${leadId}`, { status: "won" }, ["status"]],
  "a system's own field": ["PUT", `/leads/${leadId}`, { score: 100, agencyId: campaignId }, [
    "agencyId",
    "score",
  ]],
  "a judgement out of range": ["POST", `/leads/${leadId}/qualify`, { score: 6 }, ["score"]],
  "an activity only the system records": [
    "POST",
    `/leads/${leadId}/activities`,
    { type: "scored" },
    ["type"],
  ],
  "text with NUL": ["POST", "/campaigns", { name: "a\0b" }, ["name"]],
  "text with half a surrogate pair": ["POST", "/campaigns", '{"name":"\\ud800"}', ["name"]],
  "documents too deep": ["POST", "/campaigns", { name: "x", goals: nested(80) }, ["goals.a.a"]],
  "an id that is none": ["GET", "/leads/42", undefined, ["leadId"]],
  "an id of a campaign that is none": ["PUT", "/campaigns/42", {}, ["campaignId"]],
  "no rows": ["POST", "/leads/import", { campaignId, rows: [] }, ["rows"]],
  "too many rows": ["POST", "/leads/import", { campaignId, rows: Array(10_001).fill({}) }, [
    "rows",
  ]],
  "too many ids": ["DELETE", "/leads/bulk", { ids: Array(101).fill(leadId) }, ["ids"]],
  "no ids": ["DELETE", "/leads/bulk", { ids: [] }, ["ids"]],
  "an address that is none": ["POST", "/auth/signup", {
    email: "a@",
    password: "longenough",
    fullName: "A",
  }, ["email"]],
  "agency and invitation": [
    "POST",
    "/auth/signup",
    {
      email: "a@example.test",
      password: "longenough",
      fullName: "A",
      agencyName: "A",
      invitationToken: "t",
    },
    ["invitationToken"],
  ],
  "page 0": ["GET", "/leads?page=0", undefined, ["page"]],
  "half a page": ["GET", "/leads?page=1.5", undefined, ["page"]],
  "a page too large": ["GET", "/leads?pageSize=101", undefined, ["pageSize"]],
  "no page size": ["GET", "/campaigns?pageSize=many", undefined, ["pageSize"]],
  "an unknown order": ["GET", "/leads?sortOrder=up", undefined, ["sortOrder"]],
  "an unknown column": ["GET", "/leads?sortBy=dedupeKey", undefined, ["sortBy"]],
  "an unknown filter": ["GET", "/leads?colour=red", undefined, ["colour"]],
  "an unknown status filter": ["GET", "/leads?status=won", undefined, ["status"]],
  "a score out of range": ["GET", "/leads?minScore=101", undefined, ["minScore"]],
  "an unknown range": ["GET", "/analytics/overview?range=2y", undefined, ["range"]],
  "an unknown format": ["GET", "/leads/export?format=xlsx", undefined, ["format"]],
};

for (const [what, [method, path, body, paths]] of Object.entries(faults)) {
  Deno.test(`${what} is 422 VALIDATION_FAILED and says where`, async () => {
    const details = assertFailure(await owner.call(method, path, body), 422, "VALIDATION_FAILED");
    deepStrictEqual(details.map(({ path }) => path).sort(), paths);
  });
}

type Refusal = [method: string, path: string, body: unknown, status: number, code: string];
const refusals: Record<string, Refusal> = {
  "an end before the start": [
    "POST",
    "/campaigns",
    { name: "x", startsOn: "2026-05-02", endsOn: "2026-05-01" },
    422,
    "CAMPAIGNS_END_AFTER_START",
  ],
  "a currency that is none": [
    "POST",
    "/campaigns",
    { name: "x", currency: "euro" },
    422,
    "CAMPAIGNS_CURRENCY_IS_AN_ISO_4217_CODE",
  ],
  "an unknown kind": [
    "POST",
    "/campaigns",
    { name: "x", kind: "raffle" },
    422,
    "CAMPAIGNS_KIND_IS_KNOWN",
  ],
  "a lead nobody could tell apart": [
    "POST",
    "/leads",
    { campaignId, firstName: "Ada" },
    422,
    "LEAD_NEEDS_IDENTITY",
  ],
  "a lead with a bad address": [
    "POST",
    "/leads",
    { campaignId, email: "ada" },
    422,
    "LEAD_INVALID",
  ],
  "a text too long": [
    "POST",
    "/leads",
    { campaignId, email: "b@example.org", city: "x".repeat(501) },
    422,
    "LEAD_INVALID",
  ],
  "an assignee who is no member": [
    "POST",
    `/leads/${leadId}/assign`,
    { assignee: "nobody@example.org" },
    422,
    "ASSIGNEE_NOT_FOUND",
  ],
  "an unknown role": [
    "PUT",
    "/agencies/%/members/@/roles",
    { roles: ["king"] },
    422,
    "ROLE_UNKNOWN",
  ],
  "a slug that is none": [
    "PUT",
    "/agencies/%",
    { slug: "No Slug!" },
    422,
    "AGENCIES_SLUG_IS_URL_SAFE",
  ],
  "a cursor that was never given": [
    "GET",
    "/leads?cursor=nonsense",
    undefined,
    422,
    "CURSOR_INVALID",
  ],
  "an integer beyond the column": [
    "POST",
    "/campaigns",
    { name: "x", targetLeads: 3_000_000_000 },
    422,
    "INVALID_VALUE",
  ],
  "an unknown endpoint": ["GET", `/leads/${leadId}/horoscope`, undefined, 404, "ROUTE_NOT_FOUND"],
  "an unknown endpoint with a faulty body": [
    "POST",
    "/campaigns/a/b/c",
    "{",
    404,
    "ROUTE_NOT_FOUND",
  ],
};

for (const [what, [method, path, body, status, code]] of Object.entries(refusals)) {
  Deno.test(`${what} is ${status} ${code}`, async () => {
    const { activeAgencyId } = await owner.data("GET", "/auth/me");
    const url = path.replace("%", String(activeAgencyId)).replace("@", owner.id);
    assertFailure(await owner.call(method, url, body), status, code);
  });
}

Deno.test("a method an endpoint lacks is 405 and the Allow header tells those it has", async () => {
  const cases: [method: string, path: string, allowed: string][] = [
    ["DELETE", "/campaigns", "GET, POST"],
    ["PATCH", `/leads/${leadId}`, "GET, PUT, DELETE"],
    ["POST", "/health/live", "GET"],
    ["GET", "/auth/signup", "POST"],
  ];
  for (const [method, path, allowed] of cases) {
    for (const caller of [owner.call, call]) {
      const reply = await caller(method, path);
      assertFailure(reply, 405, "METHOD_NOT_ALLOWED", `${method} ${path}`);
      strictEqual(reply.headers.get("allow"), allowed);
    }
  }
});

Deno.test("a faulty row of an import is named and the others go in", async () => {
  const result = await owner.data<ImportResult>("POST", "/leads/import", {
    campaignId,
    rows: [
      { email: "good1@example.org" },
      { email: "bad", firstName: 5, status: "won" },
      "no object",
      { firstName: "Nobody" },
      { email: "good2@example.org", shoeSize: 44 },
      { email: "good3@example.org" },
      { email: "GOOD3@example.org" },
    ],
  });
  const { errors, ...counts } = result;
  deepStrictEqual(counts, { created: 2, updated: 0, duplicate: 1, rejected: 4 });
  deepStrictEqual(
    new Set(errors.map(({ row, field }) => `${row} ${field}`)),
    new Set(["2 email", "2 status", "3 null", "4 email", "5 shoeSize"]),
  );
  for (const { reason } of errors) ok(reason);
});
