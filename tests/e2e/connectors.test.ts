/** What connectors read, through the front door: an API on loopback, and files of other encodings. */
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import type { ConnectionReport } from "../../supabase/functions/_shared/connectors/registry.ts";
import { serveApi } from "../providers/api.ts";
import { tooMany } from "../providers/server.ts";
import { foundAgency } from "./_agency.ts";
import { client, type Row, type TestUser } from "./_support.ts";

const TOKEN = "k-7f3a9c-secret";

async function run(user: TestUser, source: Record<string, unknown>): Promise<Row> {
  const { id: campaignId } = await user.data("POST", "/campaigns", { name: "Spring" });
  const { id: dataSourceId } = await user.data("POST", "/data-sources", {
    name: "Source",
    ...source,
  });
  const { id } = await user.data("POST", "/jobs", { dataSourceId, campaignId });
  await user.data("POST", `/jobs/${id}/start`);
  for (;;) {
    const job = await user.data("GET", `/jobs/${id}`);
    if (job.finishedAt !== null) return job;
  }
}

const counts = (job: Row) => [
  job.status,
  job.rowsTotal,
  job.rowsRead,
  job.rowsCreated,
  job.rowsRejected,
  job.error,
];

Deno.test("an API is tried and read page by page, resting where it asks to, and its token stays secret", async () => {
  const people = Array.from({ length: 25 }, (_, n) => ({
    person: { mail: n === 7 ? "no address" : `p${n}@example.test`, name: `Ada Byron ${n}` },
    company: { name: "Engines" },
  }));
  await using server = serveApi({ rows: people, token: TOKEN });
  const { owner } = await foundAgency();
  const source = {
    type: "api",
    config: {
      url: `${server.url}/page`,
      auth: { kind: "bearer" },
      rows: "data.items",
      total: "data.total",
      paging: { kind: "page" },
      mapping: { "person.mail": "email", "person.name": "fullName", "company.name": "company" },
    },
    credentials: { token: TOKEN },
  };
  const { id } = await owner.data("POST", "/data-sources", { name: "Tried", ...source });
  const tried = await owner.data<ConnectionReport>("POST", `/data-sources/${id}/test`);
  deepStrictEqual([tried.total, tried.sample.length, tried.gaps.hasIdentity], [25, 5, true]);
  strictEqual(server.asked.length, 1);

  // The second page is refused for a second.
  server.misbehave(null, tooMany("1", { message: `Key ${TOKEN} is too fast` }));
  const job = await run(owner, source);
  deepStrictEqual(counts(job), ["completed", 25, 25, 24, 1, null]);
  ok(server.asked.length >= 6, "the refused page was asked for again");

  const leads = await owner.data<Row[]>("GET", `/leads?campaignId=${job.campaignId}&pageSize=100`);
  strictEqual(new Set(leads.map(({ email }) => email)).size, 24);
  strictEqual(leads.find(({ email }) => email === "p3@example.test")?.lastName, "3");

  const logs = await owner.call("GET", `/jobs/${job.id}/logs?pageSize=100`);
  ok(!logs.text.includes(TOKEN));
});

Deno.test("a token that is refused ends the job with a sentence, and without the token", async () => {
  await using server = serveApi({ rows: [], token: TOKEN });
  const { owner } = await foundAgency();
  const job = await run(owner, {
    type: "api",
    config: { url: `${server.url}/list`, auth: { kind: "header", name: "X-Key" } },
    credentials: { token: "wrong-one" },
  });
  strictEqual(job.status, "failed");
  ok(String(job.error).includes("refused the credentials"), String(job.error));
  ok(!JSON.stringify(job).includes("wrong-one"));
});

Deno.test("a file of a spreadsheet program is read from the storage as it is", async () => {
  const { owner, id: agencyId } = await foundAgency();
  const text =
    '\uFEFFVorname;E-Mail;Ort\r\nZoë;zoe@example.test;"Köln\r\nDeutz"\r\nJürgen;j@example.test\r\n';
  const units = Uint16Array.from(text, (character) => character.charCodeAt(0));
  const path = `${agencyId}/leute.csv`;
  const { error } = await client(owner.token).storage.from("imports")
    .upload(path, new Uint8Array(units.buffer), { contentType: "text/csv" });
  strictEqual(error, null);

  const job = await run(owner, { type: "csv", config: { path } });
  deepStrictEqual(counts(job), ["completed", 2, 2, 1, 1, null]);
  const [lead] = await owner.data<Row[]>("GET", `/leads?campaignId=${job.campaignId}`);
  deepStrictEqual([lead?.firstName, lead?.email, lead?.city], [
    "Zoë",
    "zoe@example.test",
    "Köln\r\nDeutz",
  ]);
  const [reject] = await owner.data<Row[]>("GET", `/jobs/${job.id}/rejects`);
  deepStrictEqual([reject?.rowNumber, reject?.reason], [2, "has 2 fields where the header has 3"]);
});
