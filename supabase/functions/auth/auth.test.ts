import assert from "node:assert/strict";
import { fakeUpstream, json, send } from "../_shared/testing.ts";
import { createAuthApp } from "./app.ts";
import { AUTH_CODES } from "../_shared/auth-codes.ts";

const user = { id: "0199a3c4-d5e6-7890-8abc-def012345678", email: "ada@example.com" };
const session = {
  access_token: "a.b.c",
  refresh_token: "r",
  expires_in: 3600,
  expires_at: 1793612400,
  token_type: "bearer",
  user: { ...user, user_metadata: { secret: true } },
};
const credentials = { email: "ada@example.com", password: "correct horse" };
const signUp = { ...credentials, fullName: "Ada Byron" };

async function call(answer: Response, method: string, path: string, body?: unknown) {
  const upstream = fakeUpstream(() => answer);
  const response = await send(createAuthApp(upstream.config), method, path, { body });
  return { response, result: await response.json(), sent: upstream.calls[0] };
}

Deno.test("sign-up sends the person's data along and answers the session", async () => {
  const { response, result, sent } = await call(json(session), "POST", "/auth/signup", {
    ...signUp,
    agencyName: "Lights",
  });
  assert.equal(response.status, 201);
  assert.equal(sent?.path, "/auth/v1/signup");
  assert.deepEqual(sent?.body, {
    ...credentials,
    data: { full_name: "Ada Byron", agency_name: "Lights" },
  });
  assert.equal(result.data.accessToken, "a.b.c");
  assert.deepEqual(result.data.user, user);
});

Deno.test("sign-up with an invitation sends its token", async () => {
  const { sent } = await call(json(session), "POST", "/auth/signup", {
    ...signUp,
    invitationToken: "t0k3n",
  });
  assert.deepEqual(sent?.body, {
    ...credentials,
    data: { full_name: "Ada Byron", invitation_token: "t0k3n" },
  });
});

Deno.test("sign-up that waits for confirmation answers the user and says so", async () => {
  const { response, result } = await call(
    json({ ...user, confirmation_sent_at: "now" }),
    "POST",
    "/auth/signup",
    signUp,
  );
  assert.equal(response.status, 201);
  assert.deepEqual(result.data, { user });
  assert.match(result.message, /Confirm/);
});

Deno.test("an agency and an invitation at once are refused before anything happens", async () => {
  const { response, result, sent } = await call(json(session), "POST", "/auth/signup", {
    ...signUp,
    agencyName: "Lights",
    invitationToken: "t0k3n",
  });
  assert.equal(response.status, 422);
  assert.equal(result.details[0].path, "invitationToken");
  assert.equal(sent, undefined);
});

Deno.test("an invitation that is not open is answered as the trigger said it", async () => {
  const refusal = {
    code: "PT404",
    message: "invitation_not_open",
    detail: "It has expired.",
    hint: "Ask again.",
  };
  const { response, result } = await call(json(refusal, 404), "POST", "/auth/signup", signUp);
  assert.deepEqual([response.status, result.code], [404, "INVITATION_NOT_OPEN"]);
  assert.equal(result.error, "It has expired. Ask again.");
});

Deno.test("signing in with a token does not send it along", async () => {
  const { sent } = await call(json(session), "POST", "/auth/signin", credentials);
  assert.equal(sent?.path, "/auth/v1/token?grant_type=password");
  assert.equal(sent?.headers.get("authorization"), null);
});

Deno.test("Auth's errors are the envelope's, in both of its spellings", async () => {
  const table: [Record<string, unknown>, number, number, string][] = [
    [{ code: 400, error_code: "invalid_credentials", msg: "x" }, 400, 401, "INVALID_CREDENTIALS"],
    [{ code: "invalid_credentials", message: "x" }, 400, 401, "INVALID_CREDENTIALS"],
    [{ code: 422, error_code: "user_already_exists", msg: "x" }, 422, 409, "USER_ALREADY_EXISTS"],
    [{ code: 422, error_code: "weak_password", msg: "Too short" }, 422, 422, "WEAK_PASSWORD"],
    [
      { code: 400, error_code: "refresh_token_not_found", msg: "x" },
      400,
      401,
      "REFRESH_TOKEN_INVALID",
    ],
    [{ code: 429, error_code: "over_request_rate_limit", msg: "x" }, 429, 429, "RATE_LIMITED"],
    [{ code: 429, msg: "x" }, 429, 429, "RATE_LIMITED"],
    [{ code: 400, error_code: "constructor", msg: "x" }, 400, 400, "AUTH_REFUSED"],
    [{ code: 500, error_code: "unexpected_failure", msg: "x" }, 500, 502, "UPSTREAM_UNAVAILABLE"],
  ];
  for (const [body, upstreamStatus, status, code] of table) {
    const { response, result } = await call(
      json(body, upstreamStatus),
      "POST",
      "/auth/signin",
      credentials,
    );
    assert.deepEqual([response.status, result.code], [status, code]);
    assert.equal(response.headers.has("retry-after"), status === 429);
  }
  assert.equal(AUTH_CODES["email_exists"], "USER_ALREADY_EXISTS");
});

Deno.test("the callback takes its verifier from the query or the cookie", async () => {
  const upstream = fakeUpstream(() => json(session));
  const app = createAuthApp(upstream.config);
  const exchange = { auth_code: "c1", code_verifier: "v1" };

  await send(app, "GET", "/auth/callback?code=c1&codeVerifier=v1&state=s", { token: null });
  assert.equal(upstream.calls[0]?.path, "/auth/v1/token?grant_type=pkce");
  assert.deepEqual(upstream.calls[0]?.body, exchange);

  const response = await send(app, "GET", "/auth/callback?code=c1", {
    token: null,
    headers: { Cookie: "backline-code-verifier=v1" },
  });
  assert.deepEqual(upstream.calls[1]?.body, exchange);
  assert.match(response.headers.get("set-cookie") ?? "", /^backline-code-verifier=; Max-Age=0/);

  const missing = await send(app, "GET", "/auth/callback?code=c1", { token: null });
  assert.equal(missing.status, 422);
  assert.equal((await missing.json()).details[0].path, "codeVerifier");
  const refused = await send(app, "GET", "/auth/callback?error=access_denied", { token: null });
  assert.equal(refused.status, 401);
  assert.equal((await refused.json()).code, "PROVIDER_REFUSED");
  assert.equal(upstream.calls.length, 2);
});

Deno.test("signing out ends the caller's session, and needs no body", async () => {
  const upstream = fakeUpstream(() => new Response(null, { status: 204 }));
  const app = createAuthApp(upstream.config);
  const response = await send(app, "POST", "/auth/logout");
  assert.equal(response.status, 200);
  assert.equal(upstream.calls[0]?.path, "/auth/v1/logout?scope=local");
  assert.equal(upstream.calls[0]?.headers.get("authorization"), "Bearer user.access.token");
  await send(app, "POST", "/auth/logout", { body: { scope: "global" } });
  assert.equal(upstream.calls[1]?.path, "/auth/v1/logout?scope=global");
});

Deno.test("permissions are those of the agency named, or of the one meant", async () => {
  const upstream = fakeUpstream(() => json({ agency_id: null, roles: [], permissions: [] }));
  const app = createAuthApp(upstream.config);
  await send(app, "POST", "/auth/permissions");
  await send(app, "POST", "/auth/permissions", { body: { agencyId: user.id } });
  assert.deepEqual(upstream.calls.map(({ body }) => body), [{}, { agency_id: user.id }]);
});
