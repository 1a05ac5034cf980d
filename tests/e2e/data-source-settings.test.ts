/** What is said about a data source through the front door: kept for it alone, once, and looked at. */

import { deepStrictEqual, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import { assertFailure, campaignWithLeads, foundAgency } from "./_agency.ts";
import { connect } from "./_limits.ts";
import { startApi } from "./_source.ts";
import type { Reply, Row, TestUser } from "./_support.ts";

const TOKEN = "tok-nobody-shall-see";

const replayed = ({ headers }: Reply<unknown>) => headers.get("idempotency-replayed") === "true";

const source = (url: string, token: string) => ({
  type: "api",
  name: "Fair",
  config: { url, auth: { kind: "bearer" }, rows: "people", paging: { kind: "page" } },
  credentials: { token },
});

async function ended(user: TestUser, jobId: unknown): Promise<Row> {
  for (;;) {
    const job = await user.data("GET", `/jobs/${jobId}`);
    if (job.finishedAt !== null) return job;
  }
}

Deno.test("credentials open for the source they were entered for, and moved by hand for no other", async () => {
  await using api = startApi("m", 0, TOKEN);
  api.release(1);
  await using db = connect();
  const [theirs, mine] = [await foundAgency("Theirs"), await foundAgency("Mine")];
  const rich = await theirs.owner.data("POST", "/data-sources", source(api.url, TOKEN));
  await theirs.owner.data("POST", `/data-sources/${rich.id}/test`);
  strictEqual(api.asked.length, 1);

  const poor = await mine.owner.data("POST", "/data-sources", source(api.url, "wrong"));
  await db.sql`
    update private.data_source_credentials as mine
       set key_id = theirs.key_id, nonce = theirs.nonce, ciphertext = theirs.ciphertext
      from private.data_source_credentials as theirs
     where mine.data_source_id = ${String(poor.id)} and theirs.data_source_id = ${String(rich.id)}`;
  const refused = await mine.owner.call("POST", `/data-sources/${poor.id}/test`);
  assertFailure(refused, 422, "CREDENTIALS_UNREADABLE");

  const { campaignId } = await campaignWithLeads(mine.owner, []);
  const job = await mine.owner.data("POST", "/jobs", { dataSourceId: poor.id, campaignId });
  await mine.owner.data("POST", `/jobs/${job.id}/start`);
  const { status, error } = await ended(mine.owner, job.id);
  deepStrictEqual([status, error], [
    "failed",
    "The kept credentials cannot be opened. Enter them again.",
  ]);
  ok(!refused.text.includes(TOKEN));
  strictEqual(api.asked.length, 1, "nobody was asked anything with them");
});

Deno.test("a request is repeated with its credentials, and is another with others", async () => {
  const { owner } = await foundAgency();
  const options = { headers: { "Idempotency-Key": crypto.randomUUID() } };
  const body = source("https://fair.example/", TOKEN);
  const first = await owner.call<Row>("POST", "/data-sources", body, options);
  deepStrictEqual([first.status, replayed(first)], [201, false]);
  const second = await owner.call<Row>("POST", "/data-sources", body, options);
  deepStrictEqual([second.status, second.text, replayed(second)], [201, first.text, true]);
  const others = source("https://fair.example/", "another");
  const third = await owner.call("POST", "/data-sources", others, options);
  assertFailure(third, 422, "IDEMPOTENCY_KEY_REUSED");

  const path = `/data-sources/${first.body.data.id}`;
  const change = { headers: { "Idempotency-Key": crypto.randomUUID() } };
  const set = (token: string) => owner.call("PUT", path, { credentials: { token } }, change);
  ok(!replayed(await set("one")));
  ok(replayed(await set("one")));
  assertFailure(await set("two"), 422, "IDEMPOTENCY_KEY_REUSED");

  // What was done stays answered when the source is no more.
  await owner.data("DELETE", path);
  ok(replayed(await set("one")));
  const again = await owner.data("POST", "/data-sources", body);
  notStrictEqual(again.id, first.body.data.id);
});

Deno.test("a config is looked at when it is entered and when it is changed, by the same rules", async () => {
  const { owner } = await foundAgency();
  const { credentials: _, ...api } = source("https://fair.example/", "");
  const { id } = await owner.data("POST", "/data-sources", api);
  const faults: [config: object, path: string][] = [
    [{ ...api.config, url: 7 }, "config.url"],
    [{ ...api.config, paging: { kind: "sideways" } }, "config.paging.kind"],
    [{ ...api.config, mapping: { a: "score" } }, "config.mapping.a"],
    [{ ...api.config, delimiter: "," }, "config.delimiter"],
  ];
  for (const [config, path] of faults) {
    const entered = await owner.call("POST", "/data-sources", { ...api, config });
    const changed = await owner.call("PUT", `/data-sources/${id}`, { config });
    const details = assertFailure(entered, 422, "VALIDATION_FAILED", path);
    strictEqual(details[0]?.path, path);
    deepStrictEqual(assertFailure(changed, 422, "VALIDATION_FAILED", path), details);
  }
  deepStrictEqual((await owner.data("GET", `/data-sources/${id}`)).config, api.config);
});
