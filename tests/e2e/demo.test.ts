/**
 * The demo, as people run it: a list goes from a file to scored leads by Storage, a data source, a
 * job, the worker and Realtime, and every row is accounted for. The real list (6,449 leads) goes in
 * only where it lies beside the checkout, and never in CI.
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";
import { runDemo } from "../../scripts/demo/demo.ts";
import { type List, listOf, madeUpLists } from "../../scripts/demo/lists.ts";
import { plain } from "../../scripts/demo/screen.ts";
import { stack } from "./_support.ts";

const FILE = fileURLToPath(new URL("../../../shared/data/leads-history.csv", import.meta.url));

const inCi = Deno.env.get("CI") === "true";
const reason = inCi ? "never in CI" : existsSync(FILE) ? "" : "../shared/data is absent";

const place = { apiUrl: stack.url, publishableKey: stack.publishableKey };

async function rowsOf(list: List): Promise<Record<string, string>[]> {
  return parse(await new Response(await list.open()).text(), { columns: true });
}

/** What must become of a list's rows, told from the rows themselves. */
function expected(rows: Record<string, string>[], mail: string) {
  const usable = rows.map((row) => row[mail] ?? "").filter((address) => address.includes("@"));
  const people = new Set(usable.map((address) => address.toLowerCase()));
  return { read: rows.length, created: people.size, rejected: rows.length - usable.length };
}

async function demo(lists: List[]) {
  const lines: string[] = [];
  const result = await runDemo(place, lists, plain((line) => lines.push(line)));
  return { ...result, text: lines.join("\n") };
}

Deno.test("made-up lists become leads, and every row is accounted for", async () => {
  const lists = madeUpLists(600, 7);
  const { imports, heard, leads, text } = await demo(lists);
  let created = 0;
  for (const { list, job } of imports) {
    const want = expected(await rowsOf(list), "E-mail");
    deepStrictEqual(
      [job.status, job.progress, job.rowsRead, job.rowsCreated, job.rowsRejected, job.error],
      ["completed", 100, want.read, want.created, want.rejected, null],
      list.campaign,
    );
    strictEqual(
      job.rowsCreated + job.rowsUpdated + job.rowsDuplicate + job.rowsRejected,
      job.rowsRead,
    );
    created += want.created;
  }
  strictEqual(leads, created);
  ok(heard >= imports.length, "each job was heard of by Realtime");
  for (
    const part of [
      "An agency, and its lists in Storage",
      "3 jobs at once, live",
      "What the jobs wrote down",
      `How ${leads} leads score`,
      "The top campaigns",
      "where every lead begins",
      "By curl:",
      "By supabase-js:",
      ...lists.map(({ campaign }) => `${campaign}: completed 100%`),
    ]
  ) ok(text.includes(part), `${part}\n${text}`);
  ok(!text.includes("\u001b"), "plain lines hold no control codes");
});

Deno.test("the printed lines of curl work", async () => {
  const { founder, text } = await demo(madeUpLists(30, 8));
  const script = /By curl:\n([\s\S]*?)\nBy supabase-js:/.exec(text)?.[1] ?? "";
  ok(script.includes("TOKEN="));
  const { code, stdout } = await new Deno.Command("bash", { args: ["-ec", script] }).output();
  const answers = new TextDecoder().decode(stdout);
  strictEqual(code, 0, answers);
  strictEqual(answers.match(/"success":true/g)?.length, script.match(/^ {2}curl /gm)?.length);
  match(answers, new RegExp(founder.agencyId));
});

Deno.test({
  name: `a real list goes through the demo whole${reason && ` (skipped: ${reason})`}`,
  ignore: reason !== "",
  fn: async () => {
    const list = await listOf(FILE);
    const { imports: [one], leads } = await demo([list]);
    const rows = await rowsOf(list);
    strictEqual(rows.length, 6_449);
    const want = expected(rows, "Email");
    deepStrictEqual(
      [one?.job.status, one?.job.rowsRead, one?.job.rowsCreated, one?.job.rowsRejected],
      ["completed", 6_449, want.created, want.rejected],
    );
    strictEqual(leads, want.created);
  },
});
