/** Frontends follow their own agency live: its rows, its figures, its jobs; nothing of another's. */

import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import postgres from "postgres";
import { campaignWithLeads, foundAgency, join as joinAgency } from "./_agency.ts";
import { follow, live, refusal, type Said, watch } from "./_live.ts";
import { stack } from "./_support.ts";

interface Metrics {
  totals: { total: number; contacted: number };
}

interface Progress {
  job_id: string;
  status: string;
  progress: number;
  rows_read: number;
  rows_created: number;
  rows_rejected: number;
}

interface Logs {
  first_seq: number;
  last_seq: number;
  logs: { seq: number; message: string }[];
}

Deno.test("a campaign's figures follow an import up to its last lead", async () => {
  const { owner } = await foundAgency();
  const { campaignId } = await campaignWithLeads(owner, []);
  await using me = await live(owner);
  const { heard } = await follow<Metrics>(me.client, `campaign:${campaignId}`);

  for (let batch = 0; batch < 3; batch++) {
    await owner.data("POST", "/leads/import", {
      campaignId,
      rows: Array.from({ length: 100 }, (_, n) => ({ email: `${batch}-${n}@x.test` })),
    });
  }
  await heard.until(({ payload }) => payload.totals.total === 300);
  const totals = heard.items.map(({ payload }) => payload.totals.total);
  strictEqual(totals[0], 100, "the first import is told at once");
  deepStrictEqual(totals, totals.toSorted((a, b) => a - b));
  ok(heard.items.every(({ event }) => event === "metrics"));
});

Deno.test("a job is followed from its start to its end, with every line of its log", async () => {
  const agency = await foundAgency();
  const { owner } = agency;
  const { campaignId } = await campaignWithLeads(owner, []);
  const rows = Array.from({ length: 500 }, (_, n) => `${n % 100 === 7 ? "nobody" : `${n}@x.test`}`);
  const source = await owner.data("POST", "/data-sources", {
    type: "csv",
    name: "Fair",
    config: { text: `email\n${rows.join("\n")}\n` },
  });
  const job = await owner.data("POST", "/jobs", { dataSourceId: source.id, campaignId });

  await using me = await live(owner);
  const one = await follow<Progress & Logs>(me.client, `job:${job.id}`);
  const all = await follow<Progress>(me.client, `agency:${agency.id}:jobs`);
  const mine = await follow<{ type: string; data: { job_id: string } }>(
    me.client,
    `user:${owner.id}`,
  );
  await owner.data("POST", `/jobs/${job.id}/start`);

  const isEnd = ({ event, payload }: Said<Progress>) =>
    event !== "logs" && payload.status === "completed";
  const { payload: end } = await one.heard.until(isEnd);
  deepStrictEqual(
    [end.progress, end.rows_read, end.rows_created, end.rows_rejected],
    [100, 500, 495, 5],
  );
  const told = one.heard.items.filter(({ event }) => event === "progress");
  strictEqual(told[0]?.payload.status, "running");
  deepStrictEqual((await all.heard.until(isEnd)).payload.job_id, job.id);
  const note = await mine.heard.until(({ payload }) => payload.type === "job.completed");
  strictEqual(note.payload.data.job_id, job.id);

  const { data: kept } = await me.client.from("scraping_job_logs").select("seq, message")
    .eq("job_id", job.id).order("seq");
  const last = kept?.at(-1)?.seq;
  await one.heard.until(({ event, payload }) => event === "logs" && payload.last_seq === last);
  const lines = one.heard.items.filter(({ event }) => event === "logs")
    .flatMap(({ payload }) => payload.logs.map(({ seq, message }) => ({ seq, message })));
  deepStrictEqual(lines, kept);
});

Deno.test("channels are closed to other agencies, to roles without the right, and to the removed", async () => {
  const agency = await foundAgency();
  const [stranger, sales] = [await foundAgency("Another"), await joinAgency(agency, ["sales"])];
  const { campaignId } = await campaignWithLeads(agency.owner, []);
  const topics = [
    `campaign:${campaignId}`,
    `agency:${agency.id}`,
    `agency:${agency.id}:jobs`,
    `user:${agency.owner.id}`,
    "campaign:nonsense",
  ];
  await using outside = await live(stranger.owner);
  for (const topic of topics) match(await refusal(outside.client, topic), /^Unauthorized/, topic);
  await using inside = await live(sales);
  for (const topic of topics.filter((topic) => topic !== `agency:${agency.id}`)) {
    match(await refusal(inside.client, topic), /^Unauthorized/, topic);
  }
  await follow(inside.client, `agency:${agency.id}`);
  await agency.owner.data("DELETE", `/agencies/${agency.id}/members/${sales.id}`);
  await using removed = await live(sales);
  match(await refusal(removed.client, `agency:${agency.id}`), /^Unauthorized/);
  // The helper does notice a channel that is open.
  await using owner = await live(agency.owner);
  await rejects(refusal(owner.client, `campaign:${campaignId}`), /was joined/);
});

Deno.test("a forged broadcast goes nowhere; members see in their agency who is there", async () => {
  const agency = await foundAgency();
  const manager = await joinAgency(agency, ["manager"]);
  const { campaignId } = await campaignWithLeads(agency.owner, []);
  await using first = await live(agency.owner);
  await using second = await live(manager);
  const topic = `campaign:${campaignId}`;
  const forger = await follow<Metrics>(second.client, topic);
  const { heard } = await follow<Metrics>(first.client, topic);
  await forger.channel.send({
    type: "broadcast",
    event: "metrics",
    payload: { totals: { total: 1_000_000 } },
  });
  await agency.owner.data("POST", "/leads", { campaignId, email: "a@x.test" });
  // Both have heard of the lead, which was told after the forgery.
  for (const ears of [heard, forger.heard]) {
    await ears.until(({ payload }) => payload.totals.total === 1);
    strictEqual(ears.items.length, 1);
  }

  const there = first.client.channel(`agency:${agency.id}`, { config: { private: true } });
  const seen = new Promise<string>((resolve) => {
    there.on("presence", { event: "join" }, ({ newPresences: [arrived] }) => {
      resolve(arrived?.name);
    });
  });
  await new Promise<void>((resolve) =>
    there.subscribe((status) => status === "SUBSCRIBED" && resolve())
  );
  const arriving = await follow(second.client, `agency:${agency.id}`);
  await arriving.channel.track({ name: "The manager" });
  strictEqual(await seen, "The manager");
});

Deno.test("rows are told to who may read them, and deletions to nobody", async () => {
  const [ours, theirs] = [await foundAgency(), await foundAgency("Another")];
  const sales = await joinAgency(ours, ["sales"]);
  await using owner = await live(ours.owner);
  await using seller = await live(sales);
  const all = await watch(owner.client, "leads");
  const own = await watch(seller.client, "leads");

  const foreign = await campaignWithLeads(theirs.owner, ["a@x.test", "b@x.test"]);
  await theirs.owner.data("PUT", `/leads/${foreign.leadIds[0]}`, { city: "Oslo" });
  const sql = postgres(stack.dbUrl, { max: 1 });
  await sql`delete from public.leads where id = ${foreign.leadIds[1]!}`;
  const { leadIds: [kept, erased] } = await campaignWithLeads(ours.owner, ["a@x.test", "b@x.test"]);
  // Rights are asked of the row as it stands, so that it has to stand when it is told.
  await all.until(({ new: lead }) => lead.id === erased);
  await sql`delete from public.leads where id = ${erased!}`;
  await sql.end();
  await ours.owner.data("POST", `/leads/${kept}/assign`, { assignee: sales.email });

  const isAssigned = ({ new: lead }: { new: Record<string, unknown> }) =>
    lead.assigned_to === sales.id;
  await all.until(isAssigned);
  deepStrictEqual(all.items.map((it) => [it.eventType, it.new.id]), [
    ["INSERT", kept],
    ["INSERT", erased],
    ["UPDATE", kept],
  ]);
  const { old, new: lead } = await own.until(isAssigned);
  deepStrictEqual(own.items.map((it) => [it.eventType, it.new.id]), [["UPDATE", kept]]);
  deepStrictEqual(old, { agency_id: ours.id, id: kept }, "nothing of what it was before");
  ok(!("dedupe_key" in lead), "nor a column that nobody reads");
});
