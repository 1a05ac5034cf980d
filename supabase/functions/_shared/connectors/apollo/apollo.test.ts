/** Apollo, held against one on loopback that speaks as documented. */

import assert from "node:assert/strict";
import { type ApolloOptions, serveApollo } from "../../../../../tests/providers/apollo.ts";
import { fakePeople } from "../../../../../tests/providers/people.ts";
import { tooMany } from "../../../../../tests/providers/server.ts";
import { baseUrlsFromEnv } from "../base-urls.ts";
import { openSource, testConnection } from "../registry.ts";
import { assertResumesAnywhere, collect, failureOf, testWorld } from "../testing.ts";
import { apollo } from "./apollo.ts";
import { ApolloConfig, ApolloCredentials } from "./config.ts";

const FILTERS = {
  personTitles: ["head of marketing", "cmo"],
  organizationEmployees: ["1,10"],
  keywords: "shoes",
  revenueMin: 500,
};

function open(
  options: ApolloOptions,
  config: object = {},
  credentials: object = { apiKey: "apollo-key" },
) {
  const server = serveApollo(options);
  const world = testWorld({ baseUrls: baseUrlsFromEnv({ APOLLO_BASE_URL: server.url }) });
  const source = {
    config: ApolloConfig.parse({ filters: FILTERS, ...config }),
    credentials: ApolloCredentials.parse(credentials),
    rateLimit: null,
  };
  return { server, ...world, source, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

Deno.test("people are found a page at a time and enriched ten at a time", async () => {
  for (const count of [0, 1, 10, 100, 101, 205]) {
    await using it = open({ people: fakePeople(count) });
    const { rows, batches } = await collect(apollo, it.source, it.context);
    assert.deepEqual(rows.map(({ values }) => values.email), fakePeople(count).map((p) => p.email));
    assert.ok(batches.every((batch) => batch.rows.length <= 10));
    assert.equal(it.server.credits(), count);
    assert.equal(batches.at(-1)?.total, count);
  }
});

Deno.test("a run goes on from every checkpoint, inside a page as well", async () => {
  await using it = open({ people: fakePeople(123), unmatched: ["1000003"] });
  const { rows, rejected } = await assertResumesAnywhere(apollo, it.source, it.context);
  assert.deepEqual([rows.length, rejected.length], [122, 1]);
});

Deno.test("the search is asked as documented", async () => {
  await using it = open({ people: fakePeople(1) });
  await collect(apollo, it.source, it.context);
  const [search, enrichment] = it.server.asked;
  assert.deepEqual([...search?.url.searchParams ?? []].sort(), [
    ["organization_num_employees_ranges[]", "1,10"],
    ["page", "1"],
    ["per_page", "100"],
    ["person_titles[]", "cmo"],
    ["person_titles[]", "head of marketing"],
    ["q_keywords", "shoes"],
    ["revenue_range[min]", "500"],
  ]);
  assert.equal(enrichment?.url.search, "?reveal_personal_emails=false");
  assert.deepEqual(JSON.parse(enrichment?.body ?? ""), { details: [{ id: "1000000" }] });
});

Deno.test("a person becomes a lead, with what is known of the company", async () => {
  await using it = open({ people: fakePeople(1) });
  const settings = { type: "apollo", config: it.source.config, credentials: it.source.credentials };
  const { mapping, source } = openSource({ ...settings, rateLimit: null });
  const { batches: [batch] } = await collect(apollo, it.source, it.context);
  assert.ok(batch && source);
  assert.deepEqual(mapping.toImport(batch).rows, [{
    row: 1,
    values: {
      first_name: "Ada",
      last_name: "Byron",
      email: "ada.byron.0@example.com",
      title: "Head of Marketing",
      linkedin_url: "http://www.linkedin.com/in/p1000000",
      city: "Lisbon",
      country: "Portugal",
      company: "Company 0",
      website: "http://www.example.com",
      industry: "marketing & advertising",
      company_data: { employees: 40, domain: "example.com" },
      source_data: {
        apollo_id: "1000000",
        email_status: "verified",
        seniority: "head",
        departments: ["master_marketing"],
        apollo_organization_id: "org-Company 0",
      },
    },
  }]);
});

Deno.test("the placeholder of a locked address is never taken for an address", async () => {
  await using it = open({ people: fakePeople(2), locked: ["1000000"] });
  const { rows } = await collect(apollo, it.source, it.context);
  assert.deepEqual(rows.map(({ values }) => values.email), [
    undefined,
    "grace.hopper.1@example.com",
  ]);
  assert.doesNotMatch(JSON.stringify(rows), /not_unlocked/);

  const revealing = { revealPersonalEmails: true };
  await using open2 = open({ people: fakePeople(1), locked: ["1000000"] }, revealing);
  const personal = await collect(apollo, open2.source, open2.context);
  assert.equal(personal.rows[0]?.values.personal_email, "private.1000000@mail.example");
});

Deno.test("who has no address costs nothing; who is not found is rejected", async () => {
  const people = fakePeople(12);
  await using it = open({ people, withoutEmail: ["1000000", "1000011"], unmatched: ["1000004"] });
  const { rows, rejected } = await collect(apollo, it.source, it.context);
  assert.equal(rows.length, 9);
  assert.deepEqual(rejected.map(({ row, field, reason }) => [row, field, reason]), [
    [1, "email", "Apollo has no e-mail address"],
    [5, null, "Apollo has no data about this person"],
    [12, "email", "Apollo has no e-mail address"],
  ]);
  assert.equal(it.server.credits(), 9);
});

Deno.test("no more people are read and paid for than the config allows", async () => {
  await using it = open({ people: fakePeople(150) }, { maxPeople: 104 });
  const { rows, batches } = await assertResumesAnywhere(apollo, it.source, it.context);
  assert.deepEqual([rows.length, batches.at(-1)?.total], [104, 104]);
  await using fresh = open({ people: fakePeople(150) }, { maxPeople: 104 });
  await collect(apollo, fresh.source, fresh.context);
  assert.equal(fresh.server.credits(), 104);
});

Deno.test("of a search that finds more, Apollo shows 50,000: the log says so, and it ends there", async () => {
  await using it = open({ people: [], totalEntries: 70_000 }, { maxPeople: 50_000 });
  assert.equal(await apollo.estimate(it.source, it.context), 50_000);
  await using last = open({ people: fakePeople(50_100), totalEntries: 70_000 }, {
    maxPeople: 50_000,
  });
  const checkpoint = { position: 500, index: 0, row: 0, done: false };
  const { rows } = await collect(apollo, last.source, last.context, checkpoint);
  assert.deepEqual([rows.length, rows.at(-1)?.values.id], [100, "1049999"]);
  await collect(apollo, it.source, it.context);
  assert.equal(it.logs[0]?.level, "warning");
});

Deno.test("failures have their codes, and what was read before stands", async () => {
  const people = fakePeople(30);
  const table: [fault: Response | "cut" | "break", failure: string][] = [
    [tooMany("42"), "rate_limited 42"],
    [Response.json({ error: "insufficient credits" }, { status: 422 }), "request_refused"],
    [Response.json({ error: "not on your plan" }, { status: 403 }), "forbidden"],
    [Response.json({ matches: [] }), "wrong_shape"],
    [Response.json({ matches: [{ noId: true }] }), "wrong_shape"],
    [new Response("<html>"), "malformed_answer"],
    ["cut", "truncated_answer"],
    ["break", "truncated_answer"],
  ];
  for (const [fault, failure] of table) {
    await using it = open({ people });
    it.server.misbehave(null, null, fault);
    const seen: number[] = [];
    const code = await failureOf(async () => {
      for await (const { rows } of apollo.run(it.source, null, it.context)) seen.push(rows.length);
    });
    assert.deepEqual([code, seen], [failure, [10]]);
  }
  await using stranger = open({ people }, {}, { apiKey: "wrong-key" });
  assert.equal(
    await failureOf(() => collect(apollo, stranger.source, stranger.context)),
    "unauthorized",
  );
});

Deno.test("a test searches once and spends nothing", async () => {
  await using it = open({ people: fakePeople(30) });
  const settings = { type: "apollo", config: it.source.config, credentials: it.source.credentials };
  const report = await testConnection(openSource({ ...settings, rateLimit: null }), it.context);
  assert.deepEqual([it.server.asked.length, it.server.credits()], [1, 0]);
  assert.deepEqual([report.total, report.sample.length], [30, 5]);
  assert.equal(report.gaps.hasIdentity, true);
  assert.deepEqual(report.gaps.unmapped, []);
});

Deno.test("a search for everybody and credentials of two kinds are refused", () => {
  for (const filters of [{}, { personTitle: ["x"] }, undefined]) {
    assert.ok(!ApolloConfig.safeParse({ filters }).success);
  }
  assert.ok(!ApolloCredentials.safeParse({ apiKey: "a", accessToken: "b" }).success);
  assert.ok(!ApolloCredentials.safeParse({}).success);
});
