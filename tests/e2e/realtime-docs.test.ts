/** What docs/realtime.md shows runs as it stands there. */

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { SupabaseClient } from "@supabase/supabase-js";
import { campaignWithLeads, foundAgency } from "./_agency.ts";
import { Heard, live } from "./_live.ts";

/** What the snippets take as given. */
interface Surroundings {
  supabase: SupabaseClient;
  console: { log(...said: unknown[]): void };
  campaignId: string;
  jobId: string;
  userId: string;
  agencyId: string;
  reload(): void;
  loadJobAndLogs(): void;
  show(line: { message: string }): void;
}

async function runSnippets(given: Surroundings): Promise<void> {
  const text = await Deno.readTextFile(new URL("../../docs/realtime.md", import.meta.url));
  const snippets = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
  strictEqual(snippets.length, 3);
  new Function(...Object.keys(given), snippets.join("\n"))(...Object.values(given));
}

Deno.test("the snippets of docs/realtime.md follow leads, figures, jobs, notifications and presence", async () => {
  const { id: agencyId, owner } = await foundAgency();
  const { campaignId } = await campaignWithLeads(owner, []);
  const { id: dataSourceId } = await owner.data("POST", "/data-sources", {
    type: "csv",
    name: "Fair",
    config: { text: "email\nada@x.test\ngrace@x.test\n" },
  });
  const { id: jobId } = await owner.data("POST", "/jobs", { dataSourceId, campaignId });
  await using me = await live(owner);
  const said = new Heard<unknown>(), lines = new Heard<string>(), loaded = new Heard<string>();
  await runSnippets({
    supabase: me.client,
    console: { log: (...args) => said.add(args.length === 1 ? args[0] : args) },
    campaignId,
    jobId,
    userId: owner.id,
    agencyId,
    reload: () => loaded.add("leads"),
    loadJobAndLogs: () => loaded.add("job"),
    show: ({ message }) => lines.add(message),
  });
  const listening = new Heard<{ extension: string; status: string }>();
  for (const channel of me.client.getChannels()) channel.on("system", {}, listening.add);
  await listening.until(({ extension, status }) =>
    extension === "postgres_changes" && status === "ok"
  );
  await loaded.until((what) => what === "leads");
  await loaded.until((what) => what === "job");
  deepStrictEqual(await said.until((it) => Array.isArray(it) && it[0] === owner.id), [owner.id]);
  await Promise.all(
    me.client.getChannels().map((channel) =>
      channel.state === "joined" ||
      new Promise((resolve) => channel.joinPush.receive("ok", resolve))
    ),
  );

  await owner.data("POST", `/jobs/${jobId}/start`);
  await said.until((it) => Array.isArray(it) && it[0] === "completed" && it[1] === 100);
  await said.until((it) => it === 2);
  await said.until((it) => it === "Fair: 2 new leads");
  await said.until((it) => Array.isArray(it) && it[0] === "INSERT");
  await lines.until((message) => message.startsWith("Completed: 2 rows read"));
});
