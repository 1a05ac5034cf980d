import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { assertFailure, campaignWithLeads, foundAgency, type TestAgency } from "./_agency.ts";
import { connect } from "./_limits.ts";
import { client, type Reply } from "./_support.ts";
import type { Campaign, ImportResult, NewApiKey, NewInvitation } from "./_types.ts";

/** What goes with a request that shall happen once. */
const once = (key: string = crypto.randomUUID()) => ({ headers: { "Idempotency-Key": key } });

const replayed = ({ headers }: Reply<unknown>) => headers.get("idempotency-replayed") === "true";

async function campaignsOf({ owner }: TestAgency): Promise<string[]> {
  return (await owner.data<Campaign[]>("GET", "/campaigns")).map(({ name }) => name).sort();
}

async function eventsOf({ owner, id }: TestAgency, action: string): Promise<number> {
  const { count } = await client(owner.token).from("audit_log")
    .select("id", { count: "exact", head: true }).eq("agency_id", id).eq("action", action);
  return count ?? -1;
}

Deno.test("of many equal requests under one key one has an effect, and all answers are the same bytes", async () => {
  const agency = await foundAgency();
  const options = once();
  const replies = await Promise.all(
    Array.from(
      { length: 32 },
      () => agency.owner.call("POST", "/campaigns", { name: "Spring" }, options),
    ),
  );
  const answered = replies.filter(({ status }) => status === 201);
  ok(answered.length > 0);
  strictEqual(new Set(answered.map(({ text }) => text)).size, 1);
  strictEqual(answered.filter((reply) => !replayed(reply)).length, 1);
  for (const reply of replies.filter(({ status }) => status !== 201)) {
    assertFailure(reply, 409, "IDEMPOTENCY_IN_FLIGHT");
  }
  deepStrictEqual(await campaignsOf(agency), ["Spring"]);
  strictEqual(await eventsOf(agency, "campaign.created"), 1);
});

Deno.test("whatever writes can be repeated, and is answered as at first", async () => {
  const agency = await foundAgency();
  const { owner, id } = agency;
  const { campaignId, leadIds: [leadId = ""] } = await campaignWithLeads(owner, ["a@example.org"]);
  const rows = [{ email: "b@example.org" }, { email: "no address" }];
  const requests: [method: string, path: string, body?: unknown][] = [
    ["POST", "/leads", { campaignId, email: "c@example.org", customFields: { z: 1, a: [1.5] } }],
    ["PUT", `/leads/${leadId}`, { city: "Lisbon" }],
    ["POST", `/leads/${leadId}/activities`, { type: "call" }],
    ["POST", "/leads/import", { campaignId, rows }],
    ["DELETE", `/leads/${leadId}`],
    ["POST", `/leads/${leadId}/restore`],
    ["POST", `/agencies/${id}/invite`, { email: "x@example.test", roles: ["sales"] }],
    ["POST", `/agencies/${id}/api-keys`, { name: "Form", permissions: ["leads.read"] }],
  ];
  for (const [method, path, body] of requests) {
    const options = once();
    const first = await owner.call(method, path, body, options);
    strictEqual(first.body.success, true, `${path}: ${first.text}`);
    ok(!replayed(first));
    const second = await owner.call(method, path, body, options);
    deepStrictEqual([second.status, second.text], [first.status, first.text], path);
    ok(replayed(second), path);
  }
});

Deno.test("what a repetition answers is what was, whatever has happened since", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const options = once();
  const body = { campaignId: "", rows: [{ email: "a@example.org" }] };
  body.campaignId = (await owner.data("POST", "/campaigns", { name: "Spring" })).id;
  const first = await owner.call<ImportResult>("POST", "/leads/import", body, options);
  strictEqual(first.body.data.created, 1);
  await owner.data("PUT", `/campaigns/${body.campaignId}`, { name: "Fall" });
  const again = await owner.call("POST", "/leads/import", body, options);
  strictEqual(again.text, first.text);
  const fresh = await owner.call<ImportResult>("POST", "/leads/import", body);
  strictEqual(fresh.body.data.created, 0);
});

Deno.test("a key that comes with another request is refused, and nothing happens", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const options = once();
  const { id } = await owner.data("POST", "/campaigns", { name: "Spring" }, options);
  const others: [method: string, path: string, body?: unknown][] = [
    ["POST", "/campaigns", { name: "Fall" }],
    ["POST", "/campaigns", { name: "Spring", currency: "EUR" }],
    ["PUT", `/campaigns/${id}`, { name: "Spring" }],
    ["DELETE", `/campaigns/${id}`],
  ];
  for (const [method, path, body] of others) {
    const reply = await owner.call(method, path, body, options);
    assertFailure(reply, 422, "IDEMPOTENCY_KEY_REUSED", path);
  }
  const elsewhere = { ...options, agencyId: agency.id };
  const meant = await owner.call("POST", "/campaigns", { name: "Spring" }, elsewhere);
  assertFailure(meant, 422, "IDEMPOTENCY_KEY_REUSED", "with the agency named");
  deepStrictEqual(await campaignsOf(agency), ["Spring"]);
});

Deno.test("a key is its sender's own", async () => {
  const [one, two] = [await foundAgency(), await foundAgency()];
  const options = once();
  const body = { name: "Spring" };
  const first = await one.owner.data("POST", "/campaigns", body, options);
  const second = await two.owner.call("POST", "/campaigns", body, options);
  ok(!replayed(second) && second.body.data.id !== first.id);
  const { secret } = await one.owner.data<NewApiKey>("POST", `/agencies/${one.id}/api-keys`, {
    name: "Form",
    permissions: ["campaigns.write", "campaigns.read"],
  });
  const program = { ...options, token: secret };
  const third = await one.owner.call("POST", "/campaigns", body, program);
  ok(third.status === 201 && !replayed(third));
  const fourth = await one.owner.call("POST", "/campaigns", body, program);
  ok(replayed(fourth));
  strictEqual(fourth.text, third.text);
});

Deno.test("what failed may be tried again under its key", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const options = once();
  const { id: campaignId } = await owner.data("POST", "/campaigns", { name: "Spring" });
  const body = { campaignId, email: "a@example.org" };
  await owner.data("POST", "/leads", body);
  const taken = await owner.call("POST", "/leads", body, options);
  strictEqual(taken.status, 409);
  const [lead] = await owner.data<{ id: string }[]>("GET", "/leads");
  await owner.data("PUT", `/leads/${lead?.id}`, { email: "b@example.org" });
  strictEqual((await owner.call("POST", "/leads", body, options)).status, 201);
  ok(replayed(await owner.call("POST", "/leads", body, options)));
});

Deno.test("a request whose twin is still under way is 409", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const key = crypto.randomUUID();
  await using db = connect();
  const lock = `user:${owner.id} ${key}`;
  await db.sql`select pg_advisory_lock(hashtextextended(${lock}, 0))`;
  const body = { name: "Spring" };
  const waiting = await owner.call("POST", "/campaigns", body, once(key));
  assertFailure(waiting, 409, "IDEMPOTENCY_IN_FLIGHT");
  deepStrictEqual(await campaignsOf(agency), []);
  await db.sql`select pg_advisory_unlock(hashtextextended(${lock}, 0))`;
  strictEqual((await owner.call("POST", "/campaigns", body, once(key))).status, 201);
});

Deno.test("a key is kept for a day", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const key = crypto.randomUUID();
  const body = { name: "Spring" };
  await owner.data("POST", "/campaigns", body, once(key));
  await using db = connect();
  const age = (hours: number) =>
    db.sql`update private.idempotency_keys
              set created_at = now() - make_interval(hours => ${hours}) 
            where key_hash = sha256(convert_to(subject || ' ' || ${key}::text, 'UTF8'))`;
  await age(23);
  ok(replayed(await owner.call("POST", "/campaigns", body, once(key))));
  await age(25);
  ok(!replayed(await owner.call("POST", "/campaigns", body, once(key))));
  deepStrictEqual(await campaignsOf(agency), ["Spring", "Spring"]);
});

Deno.test("keys have 1 to 255 characters, and reading takes none", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const body = { name: "Spring" };
  const long = await owner.call("POST", "/campaigns", body, once("k".repeat(256)));
  assertFailure(long, 422, "IDEMPOTENCY_KEY_INVALID");
  strictEqual((await owner.call("POST", "/campaigns", body, once("k".repeat(255)))).status, 201);
  const options = once("r");
  strictEqual((await owner.call("GET", "/campaigns", undefined, options)).status, 200);
  const again = await owner.call("GET", "/campaigns?page=2", undefined, options);
  ok(again.status === 200 && !replayed(again));
});

Deno.test("supabase.rpc() has the same, by argument or by header", async () => {
  const agency = await foundAgency();
  const supabase = client(agency.owner.token);
  const arguments_ = { name: "Spring" };
  const call = (idempotency_key: string) =>
    supabase.rpc("call_procedure", {
      procedure: "create_campaign",
      arguments: arguments_,
      idempotency_key,
    });
  const first = await call("k");
  const second = await call("k");
  strictEqual(first.error, null);
  deepStrictEqual(second.data, first.data);
  const byHeader = await supabase.rpc("call_procedure", {
    procedure: "create_campaign",
    arguments: arguments_,
  }).setHeader("Idempotency-Key", "k");
  deepStrictEqual(byHeader.data, first.data);
  deepStrictEqual(await campaignsOf(agency), ["Spring"]);
});

Deno.test("a secret answered once is the repetition's as well", async () => {
  const { owner, id } = await foundAgency();
  const options = once();
  const body = { email: "x@example.test", roles: ["sales"] };
  const ask = () => owner.data<NewInvitation>("POST", `/agencies/${id}/invite`, body, options);
  const [first, second] = [await ask(), await ask()];
  strictEqual(second.token, first.token);
});
