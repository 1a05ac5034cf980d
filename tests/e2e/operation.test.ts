import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import postgres from "postgres";
import { campaignWithLeads, foundAgency } from "./_agency.ts";
import { call, client, stack } from "./_support.ts";
import type { AgencyOverview } from "./_types.ts";

const { owner, id: agencyId } = await foundAgency();

Deno.test("a request's id goes into the audit log", async () => {
  const id = crypto.randomUUID();
  const headers = { "X-Request-Id": id, "User-Agent": "a-test/1.0" };
  await owner.data("POST", "/campaigns", { name: "Winter" }, { headers });
  const { data } = await client(owner.token).from("audit_log")
    .select("action, actor_id, user_agent").eq("request_id", id);
  deepStrictEqual(data, [{
    action: "campaign.created",
    actor_id: owner.id,
    user_agent: "a-test/1.0",
  }]);
});

Deno.test("the system says that it lives and is ready, to everyone", async () => {
  const live = await call("GET", "/health/live");
  deepStrictEqual([live.status, live.body.data], [200, { status: "live" }]);
  const ready = await call<{ ready: boolean; checks: Record<string, boolean> }>(
    "GET",
    "/health/ready",
  );
  deepStrictEqual([ready.status, ready.body.data.ready], [200, true]);
  ok(Object.values(ready.body.data.checks).every(Boolean));
});

Deno.test("the reference page and its document are for everyone", async () => {
  const page = await call("GET", "/docs");
  strictEqual(page.status, 200);
  match(page.headers.get("content-type") ?? "", /^text\/html/);
  match(page.text, /\/leads\/import/);
  const { text } = await call("GET", "/docs/openapi.json");
  strictEqual(JSON.parse(text).openapi, "3.1.0");
});

Deno.test("figures are folded without being asked, and are the same before and after", async () => {
  const overview = () => owner.data<AgencyOverview>("GET", "/analytics/overview");
  await campaignWithLeads(owner, ["a@example.org", "b@example.org"]);
  const before = await overview();
  strictEqual(before.totals.total, 2);

  const sql = postgres(stack.dbUrl, { max: 1 });
  const isUnfolded = async () => {
    const [row] = await sql`
      select exists (
        select from private.lead_metric_deltas where agency_id = ${agencyId}
      ) as waits, pg_sleep(0.05)`;
    return row?.waits;
  };
  // Waits for the stack's schedule, which nothing here can ask to hurry.
  const limit = Date.now() + 60_000;
  while (await isUnfolded()) ok(Date.now() < limit, "the schedule does not fold");
  await sql.end();
  deepStrictEqual(await overview(), before);
});
