/** Data sources and jobs through the front door: a frontend connects, starts, follows, stops. */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { assertFailure, campaignWithLeads, foundAgency, join } from "./_agency.ts";
import { follow, live } from "./_live.ts";
import { PAGE, settingsOf, startApi } from "./_source.ts";
import { client, type Row, type TestUser } from "./_support.ts";

const TOKEN = "tok-nobody-shall-see/1+2=3";

interface Progress {
  status: string;
  progress: number;
  rows_read: number;
}

interface Job extends Row {
  status: string;
  progress: number;
  rowsRead: number;
  rowsCreated: number;
  rowsRejected: number;
  error: string | null;
}

/** An agency with a source of that kind, a campaign and a pending job. */
async function pendingJob(config: Record<string, unknown>, type = "api") {
  const { owner, id: agencyId } = await foundAgency();
  const { campaignId } = await campaignWithLeads(owner, []);
  const source = await owner.data("POST", "/data-sources", {
    type,
    name: "People",
    config,
    ...type === "api" ? { credentials: { token: TOKEN } } : {},
  });
  const job = await owner.data<Job>("POST", "/jobs", { dataSourceId: source.id, campaignId });
  return { owner, agencyId, campaignId, source, job };
}

async function leadsOf(user: TestUser): Promise<number | null> {
  const { count } = await client(user.token).from("leads").select("id", {
    count: "exact",
    head: true,
  });
  return count;
}

Deno.test("a source is tried, read, paused in the middle of a batch, resumed, and read to its end", async () => {
  await using api = startApi("a", 5, TOKEN);
  const { owner, source, job } = await pendingJob(settingsOf(api));
  api.release(1);
  const tried = await owner.data<Row>("POST", `/data-sources/${source.id}/test`);
  strictEqual(tried.total, 5 * PAGE);
  deepStrictEqual(Reflect.get(Object(tried.gaps), "fields"), [
    { field: "mail", target: "email" },
    { field: "given", target: "firstName" },
  ]);

  await using me = await live(owner);
  const { heard } = await follow<Progress>(me.client, `job:${job.id}`);
  const said = (rows: number, status: string) =>
    heard.until(({ event, payload }) =>
      event === "progress" && payload.rows_read === rows && payload.status === status
    );
  api.release(2);
  await owner.data("POST", `/jobs/${job.id}/start`);
  strictEqual((await said(2 * PAGE, "running")).payload.progress, 40);

  // The third page is on its way when the job is paused: nothing of it is taken.
  await api.held(3);
  await owner.data("POST", `/jobs/${job.id}/pause`);
  await said(2 * PAGE, "paused");
  api.release(3);
  const resumed = await owner.data<Job>("POST", `/jobs/${job.id}/resume`);
  deepStrictEqual([resumed.status, resumed.rowsRead], ["running", 2 * PAGE]);
  await api.held(3, 2);
  api.release(6);
  await said(5 * PAGE, "completed");

  const done = await owner.data<Job>("GET", `/jobs/${job.id}`);
  deepStrictEqual(
    [done.status, done.progress, done.rowsRead, done.rowsCreated, done.rowsRejected],
    ["completed", 100, 5 * PAGE, 5 * PAGE, 0],
  );
  strictEqual(await leadsOf(owner), 5 * PAGE);

  // Nobody is shown the token, wherever they look.
  const places = [`/data-sources/${source.id}`, "/data-sources", `/jobs/${job.id}/logs`];
  for (const place of places) {
    const { status, text } = await owner.call("GET", place);
    strictEqual(status, 200);
    ok(!text.includes(TOKEN), place);
  }
});

Deno.test("a job cancelled in the middle of a batch keeps what it had, and nothing comes after", async () => {
  await using api = startApi("b", 4, TOKEN);
  const { owner, job } = await pendingJob(settingsOf(api));
  await using me = await live(owner);
  const { heard } = await follow<Progress>(me.client, `job:${job.id}`);
  api.release(1);
  await owner.data("POST", `/jobs/${job.id}/start`);
  await heard.until(({ event, payload }) => event === "progress" && payload.rows_read === PAGE);
  await api.held(2);
  const cancelled = await owner.data<Job>("POST", `/jobs/${job.id}/cancel`);
  strictEqual(cancelled.status, "cancelled");
  api.release(5);

  for (const move of ["start", "pause", "resume", "cancel", "retry"]) {
    const { status, body } = await owner.call("POST", `/jobs/${job.id}/${move}`);
    deepStrictEqual([status, body.code], [409, "INVALID_TRANSITION"], move);
  }
  // Another job is run to its end meanwhile, so that the cancelled one's worker has had its turn.
  await using after = startApi("c", 1, TOKEN);
  after.release(2);
  const next = await pendingJob(settingsOf(after));
  await using them = await live(next.owner);
  const other = await follow<Progress>(them.client, `job:${next.job.id}`);
  await next.owner.data("POST", `/jobs/${next.job.id}/start`);
  await other.heard.until(({ payload }) => payload.status === "completed");

  const kept = await owner.data<Job>("GET", `/jobs/${job.id}`);
  deepStrictEqual([kept.status, kept.rowsRead], ["cancelled", PAGE]);
  strictEqual(await leadsOf(owner), PAGE);
});

Deno.test("credentials that the source refuses are named, and mended by others", async () => {
  await using api = startApi("d", 1, "another-token");
  api.release(2);
  const { owner, source } = await pendingJob(settingsOf(api));
  const refused = await owner.call("POST", `/data-sources/${source.id}/test`);
  deepStrictEqual([refused.status, refused.body.code], [422, "SOURCE_CREDENTIALS_REFUSED"]);
  ok(!refused.text.includes(TOKEN));
  const inError = await owner.data<Row>("GET", `/data-sources/${source.id}`);
  strictEqual(inError.status, "error");
  match(String(inError.lastError), /refused the credentials/);

  await owner.data("PUT", `/data-sources/${source.id}`, {
    credentials: { token: "another-token" },
  });
  await owner.data("POST", `/data-sources/${source.id}/test`);
  strictEqual((await owner.data<Row>("GET", `/data-sources/${source.id}`)).status, "active");
});

Deno.test("a source that leads inside is refused, by itself, by a redirect, in a test and in a job", async () => {
  let inside = 0;
  const secret = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    inside++;
    return Response.json([{ email: "secret@x.test" }]);
  });
  const redirecting = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => Response.redirect(`http://127.0.0.1:${secret.addr.port}/`),
  );
  try {
    const urls: [url: string, sentence: RegExp][] = [
      ["https://169.254.169.254/latest/meta-data/", /public address/],
      ["https://2852039166/latest/meta-data/", /public address/],
      ["https://[::ffff:169.254.169.254]/", /public address/],
      ["https://10.0.0.1/", /public address/],
      ["http://192.168.1.1/admin", /public address/],
      ["http://internal.example/", /https/],
    ];
    const { owner, source, job } = await pendingJob({ url: "https://public.example/" });
    const test = async (sentence: RegExp) => {
      const { status, body } = await owner.call("POST", `/data-sources/${source.id}/test`);
      deepStrictEqual([status, body.code], [422, "SOURCE_SETTINGS_REFUSED"], String(sentence));
      match(body.error ?? "", sentence);
    };
    for (const [url, sentence] of urls) {
      const config = { url };
      const entered: [method: string, path: string, body: object][] = [
        ["POST", "/data-sources", { type: "api", name: "Inside", config }],
        ["PUT", `/data-sources/${source.id}`, { config, credentials: null }],
      ];
      for (const [method, path, body] of entered) {
        const refused = await owner.call(method, path, body);
        const [detail] = assertFailure(refused, 422, "VALIDATION_FAILED", url);
        strictEqual(detail?.path, "config.url");
        match(detail.message, sentence);
      }
      // Past the function, which alone knows what connectors take.
      const { error } = await client(owner.token).rpc("update_data_source", {
        data_source_id: source.id,
        changes: { config },
        credentials: {},
      });
      strictEqual(error, null);
      await test(sentence);
    }

    await using me = await live(owner);
    const { heard } = await follow<Progress>(me.client, `job:${job.id}`);
    await owner.data("POST", `/jobs/${job.id}/start`);
    await heard.until(({ payload }) => payload.status === "failed");
    match((await owner.data<Job>("GET", `/jobs/${job.id}`)).error ?? "", /https/);

    const url = `http://127.0.0.1:${redirecting.addr.port}/`;
    await owner.data("PUT", `/data-sources/${source.id}`, { config: { url } });
    await test(/redirect/);
    strictEqual(inside, 0);
  } finally {
    await Promise.all([secret.shutdown(), redirecting.shutdown()]);
  }
});

Deno.test("rows that cannot be used are listed and downloaded, mended and read again", async () => {
  const text =
    'email,first name\nada@x.test,Ada\nnobody,=HYPERLINK("x")\nbob@x.test\neve@x.test,Eve\n';
  const { owner, campaignId, job } = await pendingJob({ text }, "csv");
  await using me = await live(owner);
  const { heard } = await follow<Progress>(me.client, `job:${job.id}`);
  await owner.data("POST", `/jobs/${job.id}/start`);
  await heard.until(({ payload }) => payload.status === "completed");
  const done = await owner.data<Job>("GET", `/jobs/${job.id}`);
  deepStrictEqual([done.rowsRead, done.rowsCreated, done.rowsRejected], [4, 2, 2]);

  const listed = await owner.data<Row[]>("GET", `/jobs/${job.id}/rejects`);
  deepStrictEqual(listed.map(({ rowNumber, field }) => [rowNumber, field]), [[2, "email"], [
    3,
    null,
  ]]);
  const { headers, text: file } = await owner.call("GET", `/jobs/${job.id}/rejects?format=csv`);
  match(headers.get("content-type") ?? "", /^text\/csv/);
  const lines = file.trim().split("\r\n");
  strictEqual(lines.length, 3);
  ok(lines[1]?.includes(`'=HYPERLINK`), "no spreadsheet runs a cell");

  const mended = await owner.data("POST", "/data-sources", {
    type: "csv",
    name: "Mended",
    config: { text: "email,first name\nnobody@x.test,Nobody\nbob@x.test,Bob\nada@x.test,Ada\n" },
  });
  const again = await owner.data<Job>("POST", "/jobs", { dataSourceId: mended.id, campaignId });
  const second = await follow<Progress>(me.client, `job:${again.id}`);
  await owner.data("POST", `/jobs/${again.id}/start`);
  await second.heard.until(({ payload }) => payload.status === "completed");
  strictEqual(await leadsOf(owner), 4);

  // Each lead belongs to the job and the source that have found it first.
  const found = async (filter: string) =>
    (await owner.data<Row[]>("GET", `/leads?${filter}`)).map(({ email }) => email).sort();
  deepStrictEqual(await found(`scrapingJobId=${job.id}`), ["ada@x.test", "eve@x.test"]);
  deepStrictEqual(await found(`dataSourceId=${mended.id}`), ["bob@x.test", "nobody@x.test"]);
  const exported = await owner.call("GET", `/leads/export?scrapingJobId=${again.id}`);
  ok(exported.text.includes("bob@x.test") && !exported.text.includes("ada@x.test"));
});

Deno.test("a source is tried by whoever may change it, and by nobody else", async () => {
  await using api = startApi("e", 1, TOKEN);
  api.release(2);
  const { owner, agencyId, source } = await pendingJob(settingsOf(api));
  const path = `/data-sources/${source.id}/test`;
  const analyst = await join({ id: agencyId, name: "", owner }, ["analyst"]);
  const refused = await analyst.call("POST", path);
  deepStrictEqual([refused.status, refused.body.code], [403, "PERMISSION_DENIED"]);
  const stranger = await (await foundAgency("Rival")).owner.call("POST", path);
  deepStrictEqual([stranger.status, stranger.body.code], [404, "DATA_SOURCE_NOT_FOUND"]);
  deepStrictEqual(api.asked, []);
});
