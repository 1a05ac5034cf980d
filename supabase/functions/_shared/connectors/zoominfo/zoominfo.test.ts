/** ZoomInfo, held against one on loopback that speaks as documented. */

import assert from "node:assert/strict";
import { fakePeople } from "../../../../../tests/providers/people.ts";
import {
  serveZoomInfo,
  zoominfoError,
  type ZoomInfoOptions,
} from "../../../../../tests/providers/zoominfo.ts";
import { baseUrlsFromEnv } from "../base-urls.ts";
import { Mapping } from "../mapping.ts";
import { assertResumesAnywhere, collect, failureOf, testWorld } from "../testing.ts";
import { ZoomInfoConfig, ZoomInfoCredentials } from "./config.ts";
import { zoominfo } from "./zoominfo.ts";

const FILTERS = {
  jobTitle: "Head of Marketing",
  contactAccuracyScoreMin: 85,
  executivesOnly: true,
};
const CLIENT = { clientId: "client", clientSecret: "client-secret" };

function open(options: ZoomInfoOptions, config: object = {}, credentials: object = CLIENT) {
  const server = serveZoomInfo(options);
  const env = { ZOOMINFO_BASE_URL: server.url, ZOOMINFO_TOKEN_URL: `${server.url}/token` };
  const world = testWorld({ baseUrls: baseUrlsFromEnv(env) });
  const source = {
    config: ZoomInfoConfig.parse({ filters: FILTERS, ...config }),
    credentials: ZoomInfoCredentials.parse(credentials),
    rateLimit: null,
  };
  return { server, ...world, source, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

Deno.test("contacts are found a page at a time and enriched 25 at a time", async () => {
  for (const count of [0, 1, 25, 100, 101, 230]) {
    await using it = open({ people: fakePeople(count) });
    const { rows, batches } = await collect(zoominfo, it.source, it.context);
    assert.deepEqual(rows.map(({ values }) => values.email), fakePeople(count).map((p) => p.email));
    assert.ok(batches.every((batch) => batch.rows.length <= 25));
    assert.equal(it.server.credits(), count);
    assert.equal(batches.at(-1)?.total, count);
  }
});

Deno.test("a run goes on from every checkpoint", async () => {
  await using it = open({ people: fakePeople(160), matchStatus: { "1000007": "OPT_OUT" } });
  const { rows, rejected } = await assertResumesAnywhere(zoominfo, it.source, it.context);
  assert.deepEqual([rows.length, rejected.length], [159, 1]);
});

Deno.test("the search is asked as documented", async () => {
  await using it = open({ people: fakePeople(1) });
  await collect(zoominfo, it.source, it.context);
  const [token, search, enrichment] = it.server.asked;
  assert.equal(token?.body, "grant_type=client_credentials&scope=api%3Adata%3Acontact");
  assert.deepEqual(Object.fromEntries(search?.url.searchParams ?? []), {
    "page[number]": "1",
    "page[size]": "100",
  });
  assert.deepEqual(JSON.parse(search?.body ?? ""), {
    data: { type: "ContactSearch", attributes: FILTERS },
  });
  const { data } = JSON.parse(enrichment?.body ?? "");
  assert.equal(data.type, "ContactEnrich");
  assert.deepEqual(data.attributes.matchPersonInput, [{ personId: 1_000_000 }]);
  for (const field of ["email", "withinEu", "withinCalifornia", "noticeProvidedDate"]) {
    assert.ok(data.attributes.outputFields.includes(field));
  }
});

Deno.test("a contact becomes a lead; what the law may ask about is kept whatever the config leaves out", async () => {
  await using it = open({ people: fakePeople(1) }, { unmapped: "ignore" });
  const { batches: [batch] } = await collect(zoominfo, it.source, it.context);
  assert.ok(batch);
  const mapping = new Mapping(it.source.config, zoominfo.knownFields(it.source.config));
  const [row] = mapping.toImport(batch).rows;
  assert.deepEqual(row?.values, {
    first_name: "Ada",
    last_name: "Byron",
    email: "ada.byron.0@example.com",
    phone: "+351 21 1000000",
    title: "Head of Marketing",
    linkedin_url: "https://www.linkedin.com/in/p1000000",
    city: "Lisbon",
    country: "Portugal",
    company: "Company 0",
    website: "www.example.com",
    industry: "Media & Internet",
    company_data: { employees: 40 },
    source_data: {
      zoominfo_id: "1000000",
      zoominfo_company_id: 7,
      accuracy_score: 95,
      management_level: ["Director"],
      match_status: "FULL_MATCH",
      within_eu: true,
      within_california: false,
      notice_provided: "2026-01-31",
    },
  });
});

Deno.test("a number that is not to be called is no phone number of the lead", async () => {
  await using it = open({ people: fakePeople(1), doNotCall: ["1000000"] });
  const { batches: [batch] } = await collect(zoominfo, it.source, it.context);
  assert.ok(batch);
  const mapping = new Mapping(it.source.config, zoominfo.knownFields(it.source.config));
  const [row] = mapping.toImport(batch).rows;
  assert.equal(row?.values.phone, undefined);
  const { do_not_call, ...rest } = Object(row?.values.source_data);
  assert.deepEqual(do_not_call, ["+351 21 1000000", "+351 91 1000000"]);
  assert.doesNotMatch(JSON.stringify(rest), /\+351/);
});

Deno.test("nothing is kept of who has opted out", async () => {
  await using it = open({ people: fakePeople(2), matchStatus: { "1000000": "OPT_OUT" } });
  const { rows, rejected } = await collect(zoominfo, it.source, it.context);
  assert.deepEqual(rejected, [{ row: 1, field: null, reason: "has opted out of being listed" }]);
  assert.equal(rows.length, 1);
});

Deno.test("who is not matched, or has nothing to buy, is kept as the search told", async () => {
  const people = fakePeople(3);
  await using it = open({ people, bare: ["1000000"], matchStatus: { "1000001": "NO_MATCH" } });
  const { rows } = await collect(zoominfo, it.source, it.context);
  assert.deepEqual(rows.map(({ values }) => [values.lastName, values.email, values.matchStatus]), [
    ["Byron", undefined, undefined],
    ["Hopper", undefined, "NO_MATCH"],
    ["Lamarr", people[2]?.email, "FULL_MATCH"],
  ]);
  assert.equal(it.server.credits(), 1);

  await using names = open({ people }, { enrich: false });
  assert.equal((await collect(zoominfo, names.source, names.context)).rows.length, 3);
  assert.equal(names.server.credits(), 0);
});

Deno.test("used up credits end the run; what comes after is not taken for unmatched", async () => {
  await using it = open({ people: fakePeople(2), matchStatus: { "1000001": "LIMIT_EXCEEDED" } });
  assert.equal(await failureOf(() => collect(zoominfo, it.source, it.context)), "request_refused");
});

Deno.test("of a search that finds more, ZoomInfo shows 100 pages", async () => {
  const config = { maxPeople: 10_000 };
  await using it = open({ people: fakePeople(1), totalResults: 70_000 }, config);
  assert.equal(await zoominfo.estimate(it.source, it.context), 10_000);
  await using last = open({ people: fakePeople(10_100), totalResults: 70_000 }, config);
  const checkpoint = { position: 100, index: 0, row: 0, done: false };
  const { rows } = await collect(zoominfo, last.source, last.context, checkpoint);
  assert.deepEqual([rows.length, rows.at(-1)?.values.id], [100, "1009999"]);
  await collect(zoominfo, it.source, it.context);
  assert.equal(it.logs.at(-1)?.level, "warning");
});

Deno.test("a token is asked for once, kept, and asked for again before it runs out", async () => {
  await using it = open({ people: fakePeople(230) });
  await collect(zoominfo, it.source, it.context);
  assert.equal(it.server.tokens.given(), 1);
  const expiresAt = it.context.now() + 3600_000;
  assert.deepEqual(it.renewed, [{
    ...CLIENT,
    accessToken: "access-1",
    refreshToken: undefined,
    expiresAt,
  }]);

  const kept = {
    ...it.source,
    credentials: ZoomInfoCredentials.parse(
      JSON.parse(JSON.stringify(it.renewed[0])),
    ),
  };
  await collect(zoominfo, kept, it.context);
  assert.equal(it.server.tokens.given(), 1);
  await it.context.wait(3600_000 - 59_000);
  await collect(zoominfo, kept, it.context);
  assert.equal(it.server.tokens.given(), 2);
});

Deno.test("a token that is refused in the middle is renewed, and no row is lost", async () => {
  await using it = open({ people: fakePeople(60) });
  const rows: unknown[] = [];
  for await (const batch of zoominfo.run(it.source, null, it.context)) {
    rows.push(...batch.rows);
    it.server.tokens.expire();
  }
  assert.equal(rows.length, 60);
  assert.equal(it.server.tokens.given(), 3);
});

Deno.test("a refresh token that changes with each use is stored before its access token is used", async () => {
  const credentials = { ...CLIENT, refreshToken: "refresh-0" };
  await using it = open({ people: fakePeople(60), tokens: { rotates: true } }, {}, credentials);
  const stored: unknown[] = [];
  const context = {
    ...it.context,
    renewCredentials: (renewed: object) => {
      stored.push([Reflect.get(renewed, "refreshToken"), it.server.asked.at(-1)?.url.pathname]);
      return Promise.resolve();
    },
  };
  for await (const _ of zoominfo.run(it.source, null, context)) it.server.tokens.expire();
  assert.deepEqual(
    stored,
    ["refresh-1", "refresh-2", "refresh-3"].map((token) => [token, "/token"]),
  );
});

Deno.test("credentials that are refused are unauthorized, at once and without a circle", async () => {
  const people = fakePeople(1);
  await using stranger = open({ people }, {}, { ...CLIENT, clientSecret: "wrong" });
  const run = (it: typeof stranger) => failureOf(() => collect(zoominfo, it.source, it.context));
  assert.equal(await run(stranger), "unauthorized");
  assert.equal(stranger.server.asked.length, 1);

  await using stale = open({ people }, {}, { ...CLIENT, refreshToken: "withdrawn" });
  assert.equal(await run(stale), "unauthorized");

  await using useless = open({ people });
  useless.server.misbehave(null, ...[1, 2].map(() => zoominfoError(401, "ZI0001", "No.")));
  assert.equal(await run(useless), "unauthorized");
  assert.equal(useless.server.asked.length, 2);
});

Deno.test("failures have their codes", async () => {
  const slow = zoominfoError(429, "ZI0004", "You have exceeded the rate limit for this resource.");
  slow.headers.set("Retry-After", "3");
  slow.headers.set("X-RateLimit-Rejected-Bucket", "1s");
  const table: [fault: Response | "cut" | "break", failure: string][] = [
    [slow, "rate_limited 3"],
    [zoominfoError(400, "PFAPI0006", "Input parameter 'jobTitle' is invalid"), "request_refused"],
    [zoominfoError(400, "PFAPI0011", "Credit Limit Reached"), "request_refused"],
    [zoominfoError(403, "ZI0002", "required scope"), "forbidden"],
    [zoominfoError(500, "PFAPI0007", "Internal Server Error"), "unavailable"],
    [zoominfoError(504, "PFAPI0010", "Gateway Timeout Exception"), "timed_out"],
    [Response.json({ data: {} }), "wrong_shape"],
    [new Response("<html>"), "malformed_answer"],
    ["cut", "truncated_answer"],
    ["break", "truncated_answer"],
  ];
  for (const [fault, failure] of table) {
    await using it = open({ people: fakePeople(30) });
    it.server.misbehave(null, null, null, fault);
    const seen: number[] = [];
    const code = await failureOf(async () => {
      for await (const { rows } of zoominfo.run(it.source, null, it.context)) {
        seen.push(rows.length);
      }
    });
    assert.deepEqual([code, seen], [failure, [25]]);
  }
});

Deno.test("a test searches once and spends nothing", async () => {
  await using it = open({ people: fakePeople(30) });
  const { sample, total, fields } = await zoominfo.test(it.source, it.context);
  assert.deepEqual([sample.length, total, it.server.credits()], [5, 30, 0]);
  assert.ok(fields.includes("email"));
  await using names = open({ people: fakePeople(30) }, { enrich: false });
  assert.ok(!(await zoominfo.test(names.source, names.context)).fields.includes("email"));
});
