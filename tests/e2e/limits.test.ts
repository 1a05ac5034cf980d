import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { assertFailure, foundAgency, join, type TestAgency } from "./_agency.ts";
import { limit } from "./_limits.ts";
import { call, client, type Reply, type TestUser } from "./_support.ts";
import type { Campaign, NewApiKey } from "./_types.ts";

const many = <T>(count: number, ask: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => ask(index)));

const found = (user: TestUser, index: number) =>
  user.call("POST", "/campaigns", { name: `Campaign ${index}` });

const passed = (replies: Reply<unknown>[]) => replies.filter(({ status }) => status < 300);

/** An address of its own, so that no test uses up another's limit. */
const address = () => `2001:db8::${crypto.randomUUID().slice(0, 4)}:${Date.now() % 9999}`;

async function nameCount({ owner }: TestAgency): Promise<unknown> {
  return (await owner.call<Campaign[]>("GET", "/campaigns")).body.pagination?.total;
}

function assertLimited(reply: Reply<unknown>, name: string, quota: number): void {
  assertFailure(reply, 429, "RATE_LIMITED");
  strictEqual(reply.headers.get("ratelimit-policy"), `"${name}";q=${quota};w=86400`);
  match(reply.headers.get("ratelimit") ?? "", new RegExp(`^"${name}";r=0;t=\\d+$`));
  ok(Number(reply.headers.get("retry-after")) > 0);
}

/** All N answers that passed, and of the rest that they were refused and left nothing behind. */
function assertExactly(replies: Reply<unknown>[], name: string, quota: number): void {
  strictEqual(passed(replies).length, quota);
  for (const reply of replies.filter(({ status }) => status >= 300)) {
    assertLimited(reply, name, quota);
  }
  for (const { headers } of passed(replies)) strictEqual(headers.get("retry-after"), null);
}

Deno.test("exactly N of many requests at once pass a person's limit, and the rest do nothing", async () => {
  const agency = await foundAgency();
  const other = await foundAgency();
  await using _limit = await limit("write", "user", 20);
  assertExactly(await many(60, (index) => found(agency.owner, index)), "write-user", 20);
  strictEqual(await nameCount(agency), 20);
  strictEqual((await found(other.owner, 0)).status, 201, "another person has a limit of their own");
  strictEqual((await agency.owner.call("GET", "/campaigns")).status, 200, "as has another class");
});

Deno.test("an agency's members share its limit", async () => {
  const agency = await foundAgency();
  const members = [agency.owner, await join(agency, ["manager"]), await join(agency, ["manager"])];
  await using _limit = await limit("write", "agency", 12);
  const replies = await many(30, (index) => found(members[index % 3] ?? agency.owner, index));
  assertExactly(replies, "write-agency", 12);
  strictEqual(await nameCount(agency), 12);
});

Deno.test("whoever is no member does not use the agency's limit up", async () => {
  const [agency, stranger] = [await foundAgency(), await foundAgency()];
  await using _limit = await limit("write", "agency", 5);
  const options = { agencyId: agency.id };
  const refused = await many(
    8,
    (index) => stranger.owner.call("POST", "/campaigns", { name: `C ${index}` }, options),
  );
  for (const reply of refused) assertFailure(reply, 404, "AGENCY_NOT_FOUND");
  assertExactly(await many(8, (index) => found(agency.owner, index)), "write-agency", 5);
});

Deno.test("an API key has a limit of its own", async () => {
  const { id, owner } = await foundAgency();
  const [one = "", two = ""] = await many(2, async () => {
    const path = `/agencies/${id}/api-keys`;
    const body = { name: "Form", permissions: ["campaigns.read"] };
    return (await owner.data<NewApiKey>("POST", path, body)).secret;
  });
  await using _limit = await limit("read", "api_key", 7);
  const ask = (token: string) => call("GET", "/campaigns", undefined, { token });
  assertExactly(await many(20, () => ask(one)), "read-api_key", 7);
  strictEqual((await ask(two)).status, 200);
  strictEqual((await owner.call("GET", "/campaigns")).status, 200);
});

Deno.test("before sign-in the address is counted", async () => {
  await using _limit = await limit("anonymous", "ip", 6);
  const [here, there] = [address(), address()];
  const ask = (from: string) =>
    call("GET", "/agencies/invitations/none", undefined, { headers: { "X-Forwarded-For": from } });
  const replies = await many(20, () => ask(here));
  strictEqual(replies.filter(({ status }) => status === 404).length, 6);
  for (const reply of replies.filter(({ status }) => status !== 404)) {
    assertLimited(reply, "anonymous-ip", 6);
  }
  strictEqual((await ask(there)).status, 404);
});

Deno.test("guessing a password is counted, and ends before Auth is asked", async () => {
  const { owner } = await foundAgency();
  await using _limit = await limit("auth", "ip", 5);
  const headers = { "X-Forwarded-For": address() };
  const guess = (password: string) =>
    call("POST", "/auth/signin", { email: owner.email, password }, { headers });
  const replies = await many(12, (index) => guess(`wrong-${index}`));
  deepStrictEqual(
    replies.map(({ body }) => body.code).sort(),
    [...Array(5).fill("INVALID_CREDENTIALS"), ...Array(7).fill("RATE_LIMITED")],
  );
  assertLimited(await guess(owner.password), "auth-ip", 5);
});

Deno.test("every answer says what is left, however the request ends", async () => {
  const { owner } = await foundAgency();
  const { id: campaignId } = await owner.data("POST", "/campaigns", { name: "Spring" });
  const answers: [class_: string, reply: Reply<unknown>][] = [
    ["read-user", await owner.call("GET", "/campaigns")],
    ["write-user", await found(owner, 1)],
    ["write-user", await owner.call("DELETE", `/campaigns/${campaignId}`)],
    ["intensive-user", await owner.call("GET", "/leads/export")],
    ["intensive-user", await owner.call("POST", "/auth/test-isolation")],
    ["read-user", await owner.call("GET", `/leads/${campaignId}`)],
    ["write-user", await owner.call("POST", "/campaigns", {})],
    ["write-user", await owner.call("POST", "/campaigns", "{")],
    ["read-user", await owner.call("GET", "/campaigns?page=0")],
    ["read-ip", await call("GET", "/campaigns")],
    ["read-ip", await call("GET", "/campaigns", undefined, { token: "a.b.c" })],
    ["write-ip", await call("POST", "/campaigns", "{", { token: "a.b.c" })],
    ["read-ip", await call("GET", "/campaigns", undefined, { token: "blk_unknown" })],
    ["anonymous-ip", await call("GET", "/health/ready")],
    ["auth-ip", await call("POST", "/auth/refresh", { refreshToken: "none" })],
  ];
  for (const [name, { headers, text }] of answers) {
    const policy = /^"([^"]+)";q=(\d+);w=60$/.exec(headers.get("ratelimit-policy") ?? "");
    strictEqual(policy?.[1], name, text);
    const left = /^"([^"]+)";r=(\d+);t=\d+$/.exec(headers.get("ratelimit") ?? "");
    strictEqual(left?.[1], name);
    ok(Number(left?.[2]) <= Number(policy?.[2]));
  }
});

Deno.test("whoever calls procedures directly is held to the same limits", async () => {
  const agency = await foundAgency();
  await using _limit = await limit("write", "user", 4);
  const supabase = client(agency.owner.token);
  const replies = await many(10, async (index) =>
    await supabase.rpc("call_procedure", {
      procedure: "create_campaign",
      arguments: { name: `Campaign ${index}` },
    }));
  strictEqual(replies.filter(({ error }) => error === null).length, 4);
  deepStrictEqual(
    new Set(replies.flatMap(({ status, error }) => error ? [`${status} ${error.message}`] : [])),
    new Set(["429 rate_limited"]),
  );
  strictEqual(await nameCount(agency), 4);
});
