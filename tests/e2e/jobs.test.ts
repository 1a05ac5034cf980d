/** A job from the first call to the last row, through the front door and by the stack's own worker. */
import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { foundAgency, join } from "./_agency.ts";
import { client, type Row, type TestUser } from "./_support.ts";

const TEXT = [
  "email,town",
  "ada@example.test,Oslo",
  "ben@example.test,Bergen",
  "nobody,=HYPERLINK(1)",
  "ADA@example.test,Oslo",
].join("\n");

async function makeJob(user: TestUser, options: Record<string, unknown> = {}): Promise<Row> {
  const { id: campaignId } = await user.data("POST", "/campaigns", { name: "Spring" });
  const { id: dataSourceId } = await user.data("POST", "/data-sources", {
    type: "csv",
    name: "Fair",
    config: { text: TEXT, mapping: { town: "city" } },
  });
  return await user.data("POST", "/jobs", { dataSourceId, campaignId, ...options });
}

/** Looks until the job has come to its end. */
async function ended(user: TestUser, id: string): Promise<Row> {
  for (;;) {
    const job = await user.data("GET", `/jobs/${id}`);
    if (job.finishedAt !== null) return job;
  }
}

Deno.test("a job reads a list into a campaign, and says what became of each row", async () => {
  const { owner } = await foundAgency();
  const job = await makeJob(owner);
  deepStrictEqual(
    [job.status, job.progress, job.dataSourceName, job.dataSourceType, job.campaignName],
    ["pending", 0, "Fair", "csv", "Spring"],
  );
  const started = await owner.call("POST", `/jobs/${job.id}/start`);
  deepStrictEqual([started.status, started.body.message], [200, "Job started."]);
  const done = await ended(owner, job.id);
  deepStrictEqual(
    [
      done.status,
      done.progress,
      done.rowsTotal,
      done.rowsRead,
      done.rowsCreated,
      done.rowsUpdated,
      done.rowsDuplicate,
      done.rowsRejected,
      done.error,
    ],
    ["completed", 100, 4, 4, 2, 0, 1, 1, null],
  );

  const logs = await owner.call<Row[]>("GET", `/jobs/${job.id}/logs`);
  const seqs = logs.body.data.map(({ seq }) => seq);
  deepStrictEqual(seqs, seqs.map((_, n) => n + 1));
  strictEqual(seqs.length, done.logLines);
  strictEqual(logs.body.pagination?.nextCursor, null);
  const first = await owner.call<Row[]>("GET", `/jobs/${job.id}/logs?pageSize=1`);
  strictEqual(first.body.pagination?.nextCursor, "1");
  const after = await owner.data<Row[]>("GET", `/jobs/${job.id}/logs?after=1`);
  deepStrictEqual(after, logs.body.data.slice(1));

  const rejects = await owner.data<Row[]>("GET", `/jobs/${job.id}/rejects`);
  deepStrictEqual(rejects.map(({ rowNumber, field }) => [rowNumber, field]), [[3, "email"]]);
  const file = await owner.call("GET", `/jobs/${job.id}/rejects?format=csv`);
  strictEqual(file.headers.get("content-type"), "text/csv; charset=utf-8");
  const [header, line] = file.text.split("\r\n");
  strictEqual(header?.startsWith("row,fault,"), true, file.text);
  strictEqual(line?.includes("'=HYPERLINK(1)"), true, file.text);

  const leads = await owner.data<Row[]>("GET", `/leads?campaignId=${job.campaignId}`);
  deepStrictEqual(
    leads.map(({ email, city, scrapingJobId, dataSourceId }) => [
      email,
      city,
      scrapingJobId,
      dataSourceId,
    ]).sort(),
    [
      ["ada@example.test", "Oslo", job.id, job.dataSourceId],
      ["ben@example.test", "Bergen", job.id, job.dataSourceId],
    ],
  );
  const { metrics } = await owner.data("GET", `/data-sources/${job.dataSourceId}`);
  deepStrictEqual(metrics, {
    jobs: 1,
    completed: 1,
    failed: 0,
    cancelled: 0,
    leads: 2,
    successRate: 1,
  });

  for (const move of ["start", "pause", "resume", "cancel", "retry"]) {
    const refused = await owner.call("POST", `/jobs/${job.id}/${move}`);
    deepStrictEqual([refused.status, refused.body.code], [409, "INVALID_TRANSITION"], move);
  }
  // The source may go; what came of it stays.
  await owner.data("DELETE", `/data-sources/${job.dataSourceId}`);
  const { dataSourceId, dataSourceName } = await owner.data("GET", `/jobs/${job.id}`);
  deepStrictEqual([dataSourceId, dataSourceName], [null, null]);
});

Deno.test("a job ends at its cap, and not a row later", async () => {
  const { owner } = await foundAgency();
  const { id } = await makeJob(owner, { maxRows: 3 });
  await owner.data("POST", `/jobs/${id}/start`);
  const { status, rowsRead, rowsCreated, rowsRejected } = await ended(owner, id);
  deepStrictEqual([status, rowsRead, rowsCreated, rowsRejected], ["completed", 3, 2, 1]);
});

Deno.test("of two starts at once one is refused", async () => {
  const { owner } = await foundAgency();
  const { id } = await makeJob(owner);
  const answers = await Promise.all([1, 2].map(() => owner.call("POST", `/jobs/${id}/start`)));
  deepStrictEqual(answers.map(({ status }) => status).sort(), [200, 409]);
  strictEqual((await ended(owner, id)).run, 1);
});

Deno.test("a pending job is cancelled, and nothing else is done with it", async () => {
  const { owner } = await foundAgency();
  const job = await makeJob(owner);
  for (const move of ["pause", "resume", "retry"]) {
    strictEqual((await owner.call("POST", `/jobs/${job.id}/${move}`)).status, 409, move);
  }
  const inUse = await owner.call("DELETE", `/data-sources/${job.dataSourceId}`);
  deepStrictEqual([inUse.status, inUse.body.code], [409, "DATA_SOURCE_IN_USE"]);
  strictEqual((await owner.data("POST", `/jobs/${job.id}/cancel`)).status, "cancelled");
  const listed = await owner.call<Row[]>("GET", "/jobs?status=cancelled");
  deepStrictEqual(listed.body.data.map(({ id }) => id), [job.id]);
  const ofSource = await owner.data<Row[]>("GET", `/data-sources/${job.dataSourceId}/jobs`);
  deepStrictEqual(ofSource.map(({ id }) => id), [job.id]);
  strictEqual((await owner.call("DELETE", `/data-sources/${job.dataSourceId}`)).status, 200);
});

Deno.test("a researcher runs jobs, an analyst watches, sales and others see none", async () => {
  const agency = await foundAgency();
  const { id } = await makeJob(agency.owner);
  const researcher = await join(agency, ["researcher"]);
  const analyst = await join(agency, ["analyst"]), sales = await join(agency, ["sales"]);
  const { owner: stranger } = await foundAgency();
  const statuses = await Promise.all([
    analyst.call("POST", `/jobs/${id}/start`),
    sales.call("POST", `/jobs/${id}/start`),
    sales.call("GET", `/jobs/${id}/logs`),
    stranger.call("POST", `/jobs/${id}/cancel`),
    stranger.call("GET", `/jobs/${id}/rejects?format=csv`),
  ]);
  deepStrictEqual(statuses.map(({ status }) => status), [403, 404, 404, 404, 404]);
  await researcher.data("POST", `/jobs/${id}/start`);
  strictEqual((await ended(researcher, id)).status, "completed");

  const rows = async (user: TestUser, table: string) =>
    (await client(user.token).from(table).select("*")).data?.length;
  for (const table of ["scraping_job_details", "scraping_job_logs", "scraping_job_rejects"]) {
    strictEqual((await rows(analyst, table))! > 0, true, table);
    deepStrictEqual([await rows(sales, table), await rows(stranger, table)], [0, 0], table);
  }
});
