/** LinkedIn's Lead Sync, held against one on loopback that speaks as documented. */

import assert from "node:assert/strict";
import { type LinkedInOptions, serveLinkedIn } from "../../../../../tests/providers/linkedin.ts";
import { fakePeople } from "../../../../../tests/providers/people.ts";
import { tooMany } from "../../../../../tests/providers/server.ts";
import { baseUrlsFromEnv } from "../base-urls.ts";
import { Mapping } from "../mapping.ts";
import { assertResumesAnywhere, collect, failureOf, testWorld } from "../testing.ts";
import { LinkedInConfig, LinkedInCredentials } from "./config.ts";
import { linkedin } from "./linkedin.ts";

const OWNER = "urn:li:sponsoredAccount:507404993";
const CLIENT = { clientId: "client", clientSecret: "client-secret", refreshToken: "refresh-0" };

function open(options: LinkedInOptions, config: object = {}, credentials: object = CLIENT) {
  const server = serveLinkedIn(options);
  const env = {
    LINKEDIN_BASE_URL: server.url,
    LINKEDIN_TOKEN_URL: `${server.url}/oauth/v2/accessToken`,
  };
  const world = testWorld({ baseUrls: baseUrlsFromEnv(env) });
  const source = {
    config: LinkedInConfig.parse({ owner: OWNER, ...config }),
    credentials: LinkedInCredentials.parse(credentials),
    rateLimit: null,
  };
  return { server, ...world, source, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

Deno.test("responses are read to the end, and on from every checkpoint", async () => {
  for (const count of [0, 1, 100, 101, 250]) {
    await using it = open({ people: fakePeople(count) });
    const { rows, batches } = await assertResumesAnywhere(linkedin, it.source, it.context);
    assert.deepEqual(
      rows.map(({ values }) => values.WORK_EMAIL),
      fakePeople(count).map((p) => p.email),
    );
    assert.equal(batches.at(-1)?.total, count);
  }
});

Deno.test("the request is made as documented, with the version asked for", async () => {
  await using it = open({ people: fakePeople(1), versions: ["202605"] });
  const { context } = it;
  const baseUrls = { ...context.baseUrls, linkedinVersion: "202605" };
  await collect(linkedin, it.source, { ...context, baseUrls });
  const { url, headers } = it.server.asked.at(-1) ?? assert.fail();
  const now = context.now();
  assert.match(
    url.search,
    /^\?q=owner&owner=\(sponsoredAccount:urn%3Ali%3AsponsoredAccount%3A507404993\)&/,
  );
  assert.match(url.search, /&leadType=\(leadType:SPONSORED\)&limitedToTestLeads=false&/);
  assert.ok(url.search.includes(`(start:${now - 90 * 86_400_000},end:${now})`));
  assert.equal(headers.get("linkedin-version"), "202605");

  // A version that lives no more.
  assert.equal(await failureOf(() => collect(linkedin, it.source, context)), "request_refused");
});

Deno.test("answers stand under their questions' names, and what was consented to is kept", async () => {
  await using it = open({ people: fakePeople(1) }, { unmapped: "customFields" });
  const { batches: [batch] } = await collect(linkedin, it.source, it.context);
  assert.ok(batch);
  const mapping = new Mapping(it.source.config, linkedin.knownFields(it.source.config));
  assert.deepEqual(mapping.toImport(batch).rows[0]?.values, {
    first_name: "Ada",
    last_name: "Byron",
    email: "ada.byron.0@example.com",
    company: "Company 0",
    source_data: {
      linkedin_lead_id: "lead-1000000",
      submitted_at: new Date(it.context.now() - 1).toISOString(),
      form: "Autumn webinar",
      campaign: "urn:li:sponsoredCampaign:42",
      consent: [{ consentId: 9, accepted: true }],
    },
    custom_fields: {
      "What keeps you awake?": "Attribution",
      "Team size": ["11 to 50"],
      utm_source: "linkedin",
    },
  });
});

Deno.test("what is submitted while a run goes on does not move its pages", async () => {
  const begun = testWorld().context.now();
  // One more from every second on.
  const submittedAt = (index: number) => begun - 1 + Math.max(0, index - 149) * 1000;
  await using it = open({ people: fakePeople(200), submittedAt });
  const rows: unknown[] = [];
  for await (const batch of linkedin.run(it.source, null, it.context)) {
    rows.push(...batch.rows);
    await it.context.wait(30_000);
  }
  assert.equal(rows.length, 150);
});

Deno.test("test leads are rejected unless wanted", async () => {
  const options = { people: fakePeople(3), testLeads: ["1000001"] };
  await using it = open(options);
  const { rows, rejected } = await collect(linkedin, it.source, it.context);
  assert.deepEqual([rows.length, rejected[0]?.row, rejected[0]?.reason], [2, 2, "is a test lead"]);
  await using all = open(options, { testLeads: true });
  assert.equal((await collect(linkedin, all.source, all.context)).rows.length, 3);
});

Deno.test("an access token is renewed by the refresh token, or lasts as long as it lasts", async () => {
  const people = fakePeople(250);
  await using it = open({ people });
  let read = 0;
  for await (const { rows } of linkedin.run(it.source, null, it.context)) {
    read += rows.length;
    it.server.tokens.expire();
  }
  assert.deepEqual([read, it.server.tokens.given(), it.renewed.length], [250, 3, 3]);
  assert.equal(it.renewed[2]?.refreshToken, "refresh-0");

  const tokens = { accessTokens: ["given"] };
  await using alone = open({ people, tokens }, {}, { accessToken: "given" });
  assert.equal((await collect(linkedin, alone.source, alone.context)).rows.length, 250);
  alone.server.tokens.expire();
  const again = () => collect(linkedin, alone.source, alone.context);
  assert.equal(await failureOf(again), "unauthorized");

  await using stale = open({ people }, {}, { ...CLIENT, refreshToken: "a year old" });
  assert.equal(
    await failureOf(() => collect(linkedin, stale.source, stale.context)),
    "unauthorized",
  );
});

Deno.test("failures have their codes, and what was read before stands", async () => {
  const table: [fault: Response | "cut" | "break", failure: string][] = [
    [tooMany("120"), "rate_limited 120"],
    [Response.json({ message: "Not enough permissions" }, { status: 403 }), "forbidden"],
    [Response.json({ elements: [{ id: 1 }], paging: {} }), "wrong_shape"],
    [new Response("<html>"), "malformed_answer"],
    ["cut", "truncated_answer"],
    ["break", "truncated_answer"],
  ];
  for (const [fault, failure] of table) {
    await using it = open({ people: fakePeople(150) });
    it.server.misbehave(null, null, fault);
    const seen: number[] = [];
    const code = await failureOf(async () => {
      for await (const { rows } of linkedin.run(it.source, null, it.context)) {
        seen.push(rows.length);
      }
    });
    assert.deepEqual([code, seen], [failure, [100]]);
  }
});

Deno.test("an owner goes with its kinds of lead, and credentials are whole", () => {
  const organization = "urn:li:organization:42";
  assert.ok(LinkedInConfig.safeParse({ owner: organization, leadType: "EVENT" }).success);
  for (
    const config of [
      { owner: organization },
      { owner: OWNER, leadType: "COMPANY" },
      { owner: "urn:li:person:1" },
      { owner: `${OWNER})&x=(` },
    ]
  ) {
    assert.ok(!LinkedInConfig.safeParse(config).success, JSON.stringify(config));
  }
  const { refreshToken: _, ...client } = CLIENT;
  assert.ok(!LinkedInCredentials.safeParse(client).success);
});
