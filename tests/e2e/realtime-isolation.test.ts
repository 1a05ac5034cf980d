/** What happens in an agency is heard by whom it concerns, and by nobody of another agency. */

import type { SupabaseClient } from "@supabase/supabase-js";
import { decodeJwt } from "jose";
import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { signToken } from "../../local/keys.ts";
import { campaignWithLeads, foundAgency, join as joinAgency } from "./_agency.ts";
import { stack, type TestUser } from "./_support.ts";
import { type Change, follow, Heard, join, live, refusal, watch } from "./_live.ts";
import { listen } from "./stack/realtime/_live.ts";

/** A next token of the same session; a refresh within the same second would give the same one. */
function nextToken({ token }: TestUser): Promise<string> {
  const { iat: _, exp: __, ...claims } = decodeJwt(token);
  return signToken(stack.jwtSecret, { ...claims, jti: crypto.randomUUID() }, 3600);
}

Deno.test("rows of another agency never arrive, whatever is done to them", async () => {
  const acme = await foundAgency("Acme"), globex = await foundAgency("Globex");
  await using ada = await live(acme.owner);
  await using grace = await live(globex.owner);
  const tables = ["leads", "campaigns", "scraping_jobs", "data_sources", "notifications"];
  const heard = { ada: [] as Heard<Change>[], grace: [] as Heard<Change>[] };
  for (const table of tables) heard.ada.push(await watch(ada.client, table));
  for (const table of ["leads", "campaigns"]) heard.grace.push(await watch(grace.client, table));
  for (const { owner } of [globex, acme]) {
    const { campaignId, leadIds } = await campaignWithLeads(owner, ["a@x.test", "b@x.test"]);
    await owner.data("PUT", `/leads/${leadIds[0]}`, { firstName: "Changed" });
    await owner.data("PUT", `/campaigns/${campaignId}`, { name: "Changed" });
    await owner.data("DELETE", `/leads/${leadIds[1]}`);
    await campaignWithLeads(owner, ["last@x.test"], { name: "Last" });
  }
  for (const [listener, { id }] of [["ada", acme], ["grace", globex]] as const) {
    const [leads, campaigns] = heard[listener];
    ok(leads && campaigns);
    await leads.until((it) => it.new.email === "last@x.test");
    await campaigns.until((it) => it.new.name === "Last");
    ok(leads.items.some((it) => it.eventType === "UPDATE" && it.new.first_name === "Changed"));
    ok(campaigns.items.some((it) => it.eventType === "UPDATE" && it.new.name === "Changed"));
    for (const { items } of heard[listener]) {
      deepStrictEqual(
        [...new Set(items.map((it) => it.new.agency_id))].join(),
        items[0] ? id : "",
      );
      ok(items.every(({ eventType }) => eventType !== "DELETE"), "deletions are not published");
    }
  }
});

Deno.test("a member with the role sales hears of the leads that are theirs", async () => {
  const agency = await foundAgency();
  const sales = await joinAgency(agency, ["sales"]);
  await using listener = await live(sales);
  const leads = await watch(listener.client, "leads");
  const { leadIds } = await campaignWithLeads(agency.owner, ["theirs@x.test", "mine@x.test"]);
  await agency.owner.data("POST", `/leads/${leadIds[1]}/assign`, { assignee: sales.email });
  await leads.until((it) => it.new.id === leadIds[1]);
  deepStrictEqual([...new Set(leads.items.map((it) => it.new.id))], [leadIds[1]]);
});

Deno.test("a filter picks the rows of one campaign", async () => {
  const agency = await foundAgency();
  await using listener = await live(agency.owner);
  const { id } = await agency.owner.data("POST", "/campaigns", { name: "Watched" });
  const leads = await watch(listener.client, "leads", `campaign_id=eq.${id}`);
  await campaignWithLeads(agency.owner, ["elsewhere@x.test"]);
  await agency.owner.data("POST", "/leads", { campaignId: id, email: "here@x.test" });
  await leads.until((it) => it.new.email === "here@x.test");
  ok(leads.items.every((it) => it.new.campaign_id === id));
});

Deno.test("another agency's channels cannot be joined, and public ones of their names are silent", async () => {
  const acme = await foundAgency("Acme"), globex = await foundAgency("Globex");
  const { campaignId } = await campaignWithLeads(acme.owner, ["first@x.test"]);
  await using ada = await live(acme.owner);
  await using grace = await live(globex.owner);
  const topics = [
    `agency:${acme.id}`,
    `agency:${acme.id}:jobs`,
    `campaign:${campaignId}`,
    `user:${acme.owner.id}`,
  ];
  for (const topic of topics) match(await refusal(grace.client, topic), /^Unauthorized: /, topic);

  await grace.client.removeAllChannels(); // those that were refused
  const outside = grace.client.channel(topics[2]!), outsideHeard = listen(outside);
  await join(outside);
  const inside = await follow(ada.client, topics[2]!);
  await acme.owner.data("POST", "/leads", { campaignId, email: "second@x.test" });
  await inside.heard.until(({ event }) => event === "metrics");
  await outside.httpSend("last", {});
  await outsideHeard.until(({ event }) => event === "last");
  deepStrictEqual(outsideHeard.items.map(({ event }) => event), ["last"]);
});

Deno.test("a forged broadcast goes nowhere: not from a member, not by HTTP, not through the Data API", async () => {
  const acme = await foundAgency("Acme");
  const colleague = await joinAgency(acme, ["manager"]);
  const { campaignId } = await campaignWithLeads(acme.owner, ["first@x.test"]);
  await using ada = await live(acme.owner);
  await using eve = await live(colleague);
  const [hearing, forging] = [
    await follow(ada.client, `campaign:${campaignId}`),
    await follow(eve.client, `campaign:${campaignId}`),
  ];
  await forging.channel.send({ type: "broadcast", event: "forged", payload: {} });
  await forging.channel.untrack(); // answered after what was said before it
  await forging.channel.httpSend("forged", {});
  const { error } = await eve.client.schema("realtime").rpc("send", {
    payload: {},
    event: "forged",
    topic: `campaign:${campaignId}`,
  });
  ok(error, "the schema is not exposed");
  await acme.owner.data("POST", "/leads", { campaignId, email: "second@x.test" });
  await hearing.heard.until(({ event }) => event === "metrics");
  ok(hearing.heard.items.every(({ event }) => event === "metrics"));
});

Deno.test("presence is the agency's own", async () => {
  const acme = await foundAgency("Acme"), globex = await foundAgency("Globex");
  const presence = async (
    { client }: { client: SupabaseClient },
    agencyId: string,
    key: string,
  ) => {
    const channel = client.channel(`agency:${agencyId}`, {
      config: { private: true, presence: { key } },
    });
    const there = new Heard<string>();
    channel.on("presence", { event: "sync" }, () => {
      there.add(Object.keys(channel.presenceState()).sort().join());
    });
    await join(channel);
    return { channel, there };
  };
  await using ada = await live(acme.owner);
  await using grace = await live(globex.owner);
  await using colleague = await live(await joinAgency(acme, ["analyst"]));
  const seen = await presence(ada, acme.id, "ada");
  const elsewhere = await presence(grace, globex.id, "grace");
  strictEqual(await seen.channel.track({ page: "leads" }), "ok");
  strictEqual(await elsewhere.channel.track({ page: "leads" }), "ok");
  const { there } = await presence(colleague, acme.id, "colleague");
  await there.until((keys) => keys === "ada");
  await elsewhere.there.until((keys) => keys === "grace");
  deepStrictEqual(elsewhere.there.items.filter((keys) => keys.includes("ada")), []);
});

Deno.test("who is suspended hears no more rows at once, and no more broadcasts with the next token", async () => {
  const agency = await foundAgency();
  const manager = await joinAgency(agency, ["manager"]);
  await using ada = await live(agency.owner);
  await using leaving = await live(manager);
  const { campaignId } = await campaignWithLeads(agency.owner, ["first@x.test"]);
  const leads = await watch(leaving.client, "leads"), control = await watch(ada.client, "leads");
  const channel = await follow(leaving.client, `campaign:${campaignId}`);
  const staying = await follow(ada.client, `campaign:${campaignId}`);
  await agency.owner.data("POST", `/agencies/${agency.id}/members/${manager.id}/suspend`);
  await agency.owner.data("POST", "/leads", { campaignId, email: "second@x.test" });
  await control.until((it) => it.new.email === "second@x.test");

  await leaving.client.realtime.setAuth(await nextToken(manager));
  await channel.states.until(({ status }) => status === "CLOSED");
  const before = channel.heard.items.length;
  staying.heard.items.length = 0;
  await agency.owner.data("POST", "/leads", { campaignId, email: "third@x.test" });
  await staying.heard.until(({ event }) => event === "metrics");

  // Back again, and the next row arrives: nothing came before it.
  await agency.owner.data("POST", `/agencies/${agency.id}/members/${manager.id}/reinstate`);
  await agency.owner.data("POST", "/leads", { campaignId, email: "fourth@x.test" });
  await leads.until((it) => it.new.email === "fourth@x.test");
  deepStrictEqual(leads.items.map((it) => it.new.email), ["fourth@x.test"]);
  strictEqual(channel.heard.items.length, before);
});
