import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { campaignWithLeads, foundAgency } from "./_agency.ts";
import { call, type Reply, stack } from "./_support.ts";

const { owner } = await foundAgency();
const { campaignId } = await campaignWithLeads(owner, ["a@example.org"]);

/** One of each way a request can end. */
const answers: [what: string, ask: (headers: Record<string, string>) => Promise<Reply<unknown>>][] =
  [
    ["200", (headers) => owner.call("GET", "/leads", undefined, { headers })],
    ["200 without a session", (headers) => call("GET", "/health/live", undefined, { headers })],
    ["201", (headers) => owner.call("POST", "/campaigns", { name: "Autumn" }, { headers })],
    ["a file", (headers) => owner.call("GET", "/leads/export", undefined, { headers })],
    ["400", (headers) => owner.call("POST", "/campaigns", "{", { headers })],
    ["401", (headers) => call("GET", "/leads", undefined, { headers })],
    [
      "401 by the database",
      (headers) => call("GET", "/leads", undefined, { token: "a.b.c", headers }),
    ],
    ["404", (headers) => owner.call("GET", `/leads/${campaignId}`, undefined, { headers })],
    ["404 for the path", (headers) => owner.call("GET", "/leads/a/b/c", undefined, { headers })],
    ["405", (headers) => owner.call("PUT", "/leads", {}, { headers })],
    [
      "409",
      (headers) =>
        owner.call("POST", "/leads", { campaignId, email: "a@example.org" }, { headers }),
    ],
    ["413", (headers) => owner.call("POST", "/campaigns", "x".repeat(2 ** 20 + 1), { headers })],
    [
      "415",
      (headers) =>
        owner.call("POST", "/campaigns", "x", {
          headers: { ...headers, "Content-Type": "text/plain" },
        }),
    ],
    ["422", (headers) => owner.call("POST", "/campaigns", {}, { headers })],
  ];

for (const [what, ask] of answers) {
  Deno.test(`${what}: the answer is guarded, named and open to pages`, async () => {
    const { headers, status } = await ask({
      "X-Request-Id": "asked-by-a-test",
      Origin: "https://app.example",
    });
    ok(what.startsWith(String(status)) || status === 200);
    strictEqual(headers.get("x-request-id"), "asked-by-a-test");
    match(
      headers.get("content-security-policy") ?? "",
      /default-src 'none'.*frame-ancestors 'none'/,
    );
    match(headers.get("strict-transport-security") ?? "", /max-age=\d{8}/);
    strictEqual(headers.get("x-content-type-options"), "nosniff");
    strictEqual(headers.get("x-frame-options"), "DENY");
    strictEqual(headers.get("referrer-policy"), "no-referrer");
    strictEqual(headers.get("cache-control"), "no-store");
    strictEqual(headers.get("access-control-allow-origin"), "*");
    match(headers.get("access-control-expose-headers") ?? "", /X-Request-Id/i);
  });
}

Deno.test("a request without an id, or with a bad one, is given its own", async () => {
  const given = new Set<string | null>();
  for (const id of [undefined, undefined, "x".repeat(500), "two words"]) {
    const headers: Record<string, string> = id === undefined ? {} : { "X-Request-Id": id };
    const reply = await call("GET", "/health/live", undefined, { headers });
    match(reply.headers.get("x-request-id") ?? "", /^req_[0-9a-f]{32}$/);
    given.add(reply.headers.get("x-request-id"));
  }
  strictEqual(given.size, 4);
});

Deno.test("a page of another origin may ask, with every header it needs", async () => {
  for (const path of ["/leads", `/leads/${campaignId}`, "/auth/signin"]) {
    const response = await fetch(`${stack.url}/functions/v1${path}`, {
      method: "OPTIONS",
      headers: {
        Origin: "https://app.example",
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,content-type,x-agency-id",
      },
    });
    strictEqual(response.status, 204);
    strictEqual(await response.text(), "");
    strictEqual(response.headers.get("access-control-allow-origin"), "*");
    const listed = (name: string) =>
      new Set(response.headers.get(name)?.split(",").map((word) => word.trim().toLowerCase()));
    const methods = listed("access-control-allow-methods");
    deepStrictEqual(methods, new Set(["get", "post", "put", "delete"]));
    const headers = listed("access-control-allow-headers");
    // X-Client-Info and apikey are what supabase-js adds to every call.
    const needed = [
      "authorization",
      "apikey",
      "content-type",
      "x-agency-id",
      "x-client-info",
      "x-request-id",
      "idempotency-key",
    ];
    deepStrictEqual(needed.filter((name) => !headers.has(name)), []);
  }
});
