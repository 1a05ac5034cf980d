/** Auth through unmodified supabase-js: accounts and sessions. */
import assert from "node:assert/strict";
import { PASSWORD, signedUp } from "./_accounts.ts";
import { client, withStack } from "./stack.ts";

const stack = withStack();
/** What supabase-js makes of GoTrue's `session_not_found`. */
const MISSING = "AuthSessionMissingError";

Deno.test("sign-up opens a session whose token carries the hosted claims", async () => {
  const { supabase, session, user } = await signedUp(stack(), "Claims@Example.test");
  const claims = JSON.parse(
    atob((session.access_token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/")),
  );
  assert.equal(user.email, "claims@example.test");
  assert.equal(claims.sub, user.id);
  assert.equal(claims.role, "authenticated");
  assert.equal(claims.aud, "authenticated");
  assert.equal(claims.iss, `${stack().apiUrl}/auth/v1`);
  assert.equal(claims.user_metadata.full_name, "Someone");
  assert.deepEqual(claims.app_metadata, { provider: "email", providers: ["email"] });
  assert.equal(claims.exp - claims.iat, 3600);
  assert.ok(claims.session_id);
  const { data } = await supabase.rpc("whoami");
  assert.equal(data.uid, user.id);
  assert.equal((await supabase.auth.getUser()).data.user?.identities?.[0]?.provider, "email");
  assert.equal((await supabase.auth.getClaims()).data?.claims.sub, user.id);
});

Deno.test("a second sign-up with an address is refused", async () => {
  await signedUp(stack(), "twice@example.test");
  const { error } = await client(stack()).auth.signUp({
    email: "twice@example.test",
    password: PASSWORD,
  });
  assert.equal(error?.code, "user_already_exists");
  assert.equal(error?.status, 422);
});

Deno.test("weak passwords and malformed addresses are refused", async () => {
  const weak = await client(stack()).auth.signUp({ email: "weak@example.test", password: "short" });
  assert.equal(weak.error?.code, "weak_password");
  const bad = await client(stack()).auth.signUp({ email: "no address", password: PASSWORD });
  assert.equal(bad.error?.code, "validation_failed");
});

Deno.test("a trigger's error leaves no account and is told as hosted tells it", async () => {
  const body = {
    email: "trigger@example.test",
    password: PASSWORD,
    data: { full_name: "refused" },
  };
  const { error } = await client(stack()).auth.signUp({ ...body, options: { data: body.data } });
  assert.equal(error?.status, 500);
  assert.equal(error?.message, "Database error saving new user");
  // Callers that ask for no API version see the error the trigger raised.
  const plain = await fetch(`${stack().apiUrl}/auth/v1/signup`, {
    method: "POST",
    headers: { apikey: stack().publishableKey, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  assert.equal(plain.status, 409);
  assert.deepEqual(await plain.json(), {
    code: "PT409",
    message: "name_refused",
    detail: "This name cannot sign up.",
    hint: "Choose another one.",
  });
  const admin = client(stack(), stack().secretKey);
  const { data } = await admin.auth.admin.listUsers();
  assert.ok(data.users.every((user) => user.email !== body.email));
});

Deno.test("signing in needs the right password", async () => {
  await signedUp(stack(), "login@example.test");
  const wrong = await client(stack()).auth.signInWithPassword({
    email: "login@example.test",
    password: "not the password",
  });
  assert.equal(wrong.error?.code, "invalid_credentials");
  const right = await client(stack()).auth.signInWithPassword({
    email: "LOGIN@example.test",
    password: PASSWORD,
  });
  assert.equal(right.data.user?.email, "login@example.test");
});

Deno.test("a seeded account signs in with its bcrypt password", async () => {
  const supabase = client(stack());
  const { error } = await supabase.auth.signInWithPassword({
    email: "ann@fixture.test",
    password: "correct-horse",
  });
  assert.equal(error, null);
  assert.equal((await supabase.from("notes").select()).data?.length, 3);
});

Deno.test("refresh tokens rotate, and a stolen one ends the session", async () => {
  const { session } = await signedUp(stack(), "rotate@example.test");
  const refresh = (refresh_token: string) => client(stack()).auth.refreshSession({ refresh_token });
  const first = await refresh(session.refresh_token);
  assert.equal(first.error, null);
  const second = await refresh(first.data.session?.refresh_token ?? "");
  assert.equal(second.error, null);
  // The fixture's reuse interval is 0; only the parent of the active token may be shown again.
  const again = await refresh(first.data.session?.refresh_token ?? "");
  assert.equal(again.data.session?.refresh_token, second.data.session?.refresh_token);
  const stolen = await refresh(session.refresh_token);
  assert.equal(stolen.error?.code, "refresh_token_already_used");
  const revoked = await refresh(second.data.session?.refresh_token ?? "");
  assert.equal(revoked.error?.code, "refresh_token_already_used");
  assert.equal((await refresh("unknown")).error?.code, "refresh_token_not_found");
});

Deno.test("signing out ends the sessions of its scope", async () => {
  const { supabase: one } = await signedUp(stack(), "logout@example.test");
  const signIn = async () => {
    const supabase = client(stack());
    await supabase.auth.signInWithPassword({ email: "logout@example.test", password: PASSWORD });
    return supabase;
  };
  const two = await signIn(), three = await signIn();
  const codeOf = async (supabase: typeof one) => (await supabase.auth.getUser()).error?.code;
  const token = async (supabase: typeof one) =>
    (await supabase.auth.getSession()).data.session?.access_token ?? "";
  const tokenOfTwo = await token(two), tokenOfThree = await token(three);
  await one.auth.signOut({ scope: "others" });
  assert.equal(await codeOf(one), undefined);
  assert.equal((await client(stack()).auth.getUser(tokenOfTwo)).error?.name, MISSING);
  const four = await signIn();
  const tokenOfFour = await token(four);
  await one.auth.signOut({ scope: "local" });
  assert.equal((await client(stack()).auth.getUser(tokenOfFour)).error, null);
  await four.auth.signOut({ scope: "global" });
  assert.equal((await client(stack()).auth.getUser(tokenOfFour)).error?.name, MISSING);
  assert.equal((await client(stack()).auth.getUser(tokenOfThree)).error?.name, MISSING);
});

Deno.test("metadata and password change; a new password ends the other sessions", async () => {
  const { supabase } = await signedUp(stack(), "change@example.test");
  const other = client(stack());
  await other.auth.signInWithPassword({ email: "change@example.test", password: PASSWORD });
  const same = await supabase.auth.updateUser({ password: PASSWORD });
  assert.equal(same.error?.code, "same_password");
  const { data } = await supabase.auth.updateUser({
    password: "another long password",
    data: { nick: "Nick" },
  });
  assert.equal(data.user?.user_metadata.nick, "Nick");
  assert.equal(data.user?.user_metadata.full_name, "Someone");
  const token = (await other.auth.getSession()).data.session?.access_token;
  assert.equal((await client(stack()).auth.getUser(token)).error?.name, MISSING);
  const old = await client(stack()).auth.signInWithPassword({
    email: "change@example.test",
    password: PASSWORD,
  });
  assert.equal(old.error?.code, "invalid_credentials");
});

Deno.test("settings, health and the key set answer", async () => {
  const read = async (path: string) =>
    await (await fetch(`${stack().apiUrl}/auth/v1/${path}`, {
      headers: { apikey: stack().publishableKey },
    })).json();
  assert.equal((await read("settings")).mailer_autoconfirm, true);
  assert.equal((await read("health")).name, "GoTrue");
  assert.deepEqual(await read(".well-known/jwks.json"), { keys: [] });
});

Deno.test("what is not imitated is refused, not half done", async () => {
  const { supabase, session } = await signedUp(stack(), "missing@example.test");
  const factor = await supabase.auth.mfa.enroll({ factorType: "totp" });
  assert.equal(factor.error?.status, 404);
  const phone = await client(stack()).auth.signInWithPassword({
    phone: "+15550100",
    password: PASSWORD,
  });
  assert.equal(phone.error?.code, "validation_failed");
  const headers = {
    apikey: stack().publishableKey,
    authorization: `Bearer ${session.access_token}`,
  };
  for (const path of ["realtime/v1/nowhere", "graphql/v1", "nowhere"]) {
    const answer = await fetch(`${stack().apiUrl}/${path}`, { headers });
    await answer.body?.cancel();
    assert.equal(answer.status, 404, path);
  }
});
