import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { assertFailure, campaignWithLeads, foundAgency, join } from "./_agency.ts";
import { call, client, signUp, stack } from "./_support.ts";
import type { Me, NewInvitation, Session } from "./_types.ts";

const agency = await foundAgency();
const { owner } = agency;

function sign(claims: JWTPayload, expires: string, secret = stack.jwtSecret): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt("-2 hours").setExpirationTime(expires)
    .sign(new TextEncoder().encode(secret));
}

const claims = { sub: owner.id, role: "authenticated", aud: "authenticated", email: owner.email };

/** The owner's own token with other claims under the same signature. */
function tampered(): string {
  const [head, body = "", signature] = owner.token.split(".");
  const own = JSON.parse(atob(body.replaceAll("-", "+").replaceAll("_", "/")));
  const other = new TextEncoder().encode(JSON.stringify({ ...own, role: "service_role" }));
  return [head, other.toBase64({ alphabet: "base64url", omitPadding: true }), signature].join(".");
}

interface Operation {
  security: unknown[];
  requestBody?: { content: { "application/json": { example: unknown } } };
}

/** Every operation that needs a signed-in user, from the published document. */
async function closedOperations() {
  const { text } = await call("GET", "/docs/openapi.json");
  const paths: Record<string, Record<string, Operation>> = JSON.parse(text).paths;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).filter(([, { security }]) => security.length > 0)
      .map(([method, { requestBody }]) => ({
        method: method.toUpperCase(),
        path: path.replaceAll(/\{\w+\}/g, () => crypto.randomUUID()),
        body: requestBody?.content["application/json"].example,
      }))
  );
}

Deno.test("no closed endpoint answers without a session", async () => {
  const operations = await closedOperations();
  ok(operations.length > 40);
  for (const { method, path, body } of operations) {
    // supabase-js sends the publishable key as bearer while nobody is signed in.
    for (const token of [undefined, stack.publishableKey]) {
      const reply = await call(method, path, body, { token });
      assertFailure(reply, 401, "NOT_SIGNED_IN", `${method} ${path}`);
      strictEqual(reply.headers.get("www-authenticate"), "Bearer");
    }
  }
});

Deno.test("a token somebody else made is refused everywhere", async () => {
  const forged = {
    "signed with another key": await sign(claims, "1 hour", "another-secret-of-the-same-length"),
    "not signed": new UnsecuredJWT(claims).setExpirationTime("1 hour").encode(),
    "changed after signing": tampered(),
    "the secret role, signed with another key": await sign(
      { role: "service_role" },
      "1 hour",
      stack.publishableKey,
    ),
    "no token at all": "abc",
    "three parts of nothing": "a.b.c",
  };
  for (const [what, token] of Object.entries(forged)) {
    for (const path of ["/auth/me", "/leads", "/analytics/overview"]) {
      assertFailure(await call("GET", path, undefined, { token }), 401, "INVALID_TOKEN", what);
    }
    const { error, status } = await client(token).from("agencies").select();
    deepStrictEqual([status, error?.code], [401, "PGRST301"], what);
  }
});

Deno.test("a token that has expired is told apart from a wrong one", async () => {
  const good = await sign(claims, "1 hour");
  strictEqual((await call("GET", "/auth/me", undefined, { token: good })).status, 200);
  const token = await sign(claims, "-1 hour");
  const operations = await closedOperations();
  for (const { method, path, body } of operations.filter(({ path }) => path !== "/auth/logout")) {
    const reply = await call(method, path, body, { token });
    assertFailure(reply, 401, "TOKEN_EXPIRED", `${method} ${path}`);
  }
  const { error, status } = await client(token).from("agencies").select();
  deepStrictEqual([status, error?.message], [401, "JWT expired"]);
});

Deno.test("no claim of a token gives a permission", async () => {
  const analyst = await join(agency, ["analyst"]);
  const token = await sign({
    ...claims,
    sub: analyst.id,
    email: analyst.email,
    app_metadata: { role: "owner", roles: ["owner"], is_super_admin: true, agency_id: agency.id },
    user_metadata: { role: "owner", roles: ["owner"] },
    roles: ["owner"],
  }, "1 hour");
  assertFailure(
    await call("POST", "/campaigns", { name: "Mine" }, { token }),
    403,
    "PERMISSION_DENIED",
  );
  const me = await call<Me>("GET", "/auth/me", undefined, { token });
  deepStrictEqual(me.body.data.roles, ["analyst"]);
});

Deno.test("a genuine token of nobody opens nothing", async () => {
  const token = await sign({ ...claims, sub: crypto.randomUUID() }, "1 hour");
  const lists = await call("GET", "/leads", undefined, { token });
  assertFailure(lists, 400, "AGENCY_REQUIRED");
  const { data } = await client(token).from("agencies").select();
  deepStrictEqual(data, []);
});

Deno.test("sign-in says no more than that it failed", async () => {
  const refuse = async (email: string, password: string) => {
    const reply = await call("POST", "/auth/signin", { email, password });
    assertFailure(reply, 401, "INVALID_CREDENTIALS");
    return reply.body.error;
  };
  const wrong = await refuse(owner.email, "not the password");
  strictEqual(await refuse(`${crypto.randomUUID()}@example.test`, "not the password"), wrong);

  const { email, password } = owner;
  const signedIn = await call<Session>("POST", "/auth/signin", { email, password });
  strictEqual(signedIn.status, 200);
  strictEqual(signedIn.body.data.user.id, owner.id);
});

Deno.test("sign-up refuses what it cannot do and leaves nothing behind", async () => {
  const fresh = () => ({
    email: `${crypto.randomUUID()}@example.test`,
    password: crypto.randomUUID(),
    fullName: "Ada",
  });
  const taken = await call("POST", "/auth/signup", { ...fresh(), email: owner.email });
  assertFailure(taken, 409, "USER_ALREADY_EXISTS");
  const weak = await call("POST", "/auth/signup", { ...fresh(), password: "short" });
  assertFailure(weak, 422, "WEAK_PASSWORD");

  const invite = (email: string) =>
    owner.data<NewInvitation>("POST", `/agencies/${agency.id}/invite`, { email, roles: ["sales"] });
  const revoked = fresh(), used = fresh(), other = fresh();
  const { token: revokedToken, id } = await invite(revoked.email);
  await owner.data("DELETE", `/agencies/${agency.id}/invitations/${id}`);
  const { token: usedToken } = await invite(used.email);
  await signUp({ email: used.email, invitationToken: usedToken });
  const { token: otherToken } = await invite(fresh().email);

  const refused = [
    [other, "made-up", 404, "INVITATION_NOT_OPEN"],
    [other, otherToken, 403, "INVITATION_FOR_ANOTHER_EMAIL"],
    [other, usedToken, 404, "INVITATION_NOT_OPEN"],
    [revoked, revokedToken, 404, "INVITATION_NOT_OPEN"],
  ] as const;
  for (const [user, invitationToken, status, code] of refused) {
    const reply = await call("POST", "/auth/signup", { ...user, invitationToken });
    assertFailure(reply, status, code);
    const { email, password } = user;
    const signIn = await call("POST", "/auth/signin", { email, password });
    assertFailure(signIn, 401, "INVALID_CREDENTIALS", "no user without the membership");
  }
});

Deno.test("a session is refreshed, and ends by logout", async () => {
  const user = await signUp({ agencyName: "Passing" });
  const refreshed = await call<Session>("POST", "/auth/refresh", {
    refreshToken: user.refreshToken,
  });
  strictEqual(refreshed.status, 200, refreshed.text);
  const { accessToken, refreshToken } = refreshed.body.data;
  strictEqual((await call("GET", "/auth/me", undefined, { token: accessToken })).status, 200);

  strictEqual((await call("POST", "/auth/logout", {}, { token: accessToken })).status, 200);
  for (const spent of [refreshToken, "made-up"]) {
    const reply = await call("POST", "/auth/refresh", { refreshToken: spent });
    assertFailure(reply, 401, "REFRESH_TOKEN_INVALID");
  }
});

Deno.test("a deleted user's token reads nothing", async () => {
  const user = await join(agency, ["manager"]);
  await campaignWithLeads(user, ["kept@example.org"]);
  const admin = await fetch(`${stack.url}/auth/v1/admin/users/${user.id}`, {
    method: "DELETE",
    headers: { apikey: stack.secretKey, "Content-Type": "application/json" },
    body: "{}",
  });
  strictEqual(admin.status, 200, await admin.text());
  assertFailure(await user.call("GET", "/leads"), 400, "AGENCY_REQUIRED");
  deepStrictEqual((await client(user.token).from("leads").select("id")).data, []);
});
