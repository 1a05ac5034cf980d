/** Auth through unmodified supabase-js: accounts, sessions, mails, administration. */
import assert from "node:assert/strict";
import type { Mail } from "../../../local/mailbox.ts";
import { client, withStack } from "./stack.ts";

const stack = withStack();
const PASSWORD = "a long enough password";
/** What supabase-js makes of GoTrue's `session_not_found`. */
const MISSING = "AuthSessionMissingError";

async function mailsTo(email: string): Promise<Mail[]> {
  const url = `${stack().mailUrl}/api/messages?to=${encodeURIComponent(email)}`;
  return await (await fetch(url)).json();
}

async function mailTo(email: string): Promise<Mail> {
  const [mail] = await mailsTo(email);
  assert.ok(mail, `no mail to ${email}`);
  return mail;
}

async function signedUp(email: string) {
  const supabase = client(stack());
  const { data, error } = await supabase.auth.signUp({
    email,
    password: PASSWORD,
    options: { data: { full_name: "Someone" } },
  });
  assert.equal(error, null);
  assert.ok(data.session && data.user);
  return { supabase, session: data.session, user: data.user };
}

Deno.test("sign-up opens a session whose token carries the hosted claims", async () => {
  const { supabase, session, user } = await signedUp("Claims@Example.test");
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
  await signedUp("twice@example.test");
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
  await signedUp("login@example.test");
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
  const { session } = await signedUp("rotate@example.test");
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
  const { supabase: one } = await signedUp("logout@example.test");
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
  const { supabase } = await signedUp("change@example.test");
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

Deno.test("a password is recovered through the mailbox, by code and by link", async () => {
  await signedUp("lost@example.test");
  await client(stack()).auth.resetPasswordForEmail("lost@example.test", {
    redirectTo: "https://app.example.test/reset",
  });
  const mail = await mailTo("lost@example.test");
  const supabase = client(stack());
  const { data, error } = await supabase.auth.verifyOtp({
    email: "lost@example.test",
    token: mail.otp,
    type: "recovery",
  });
  assert.equal(error, null);
  assert.equal(data.user?.email, "lost@example.test");
  assert.equal((await supabase.auth.updateUser({ password: "found it again" })).error, null);
  const used = await fetch(mail.link, { redirect: "manual" });
  assert.match(used.headers.get("location") ?? "", /error_code=otp_expired/);
  await used.body?.cancel();

  await client(stack()).auth.resetPasswordForEmail("lost@example.test", {
    redirectTo: "https://app.example.test/reset",
  });
  const link = await fetch((await mailTo("lost@example.test")).link, { redirect: "manual" });
  await link.body?.cancel();
  const location = new URL(link.headers.get("location") ?? "");
  assert.equal(location.origin + location.pathname, "https://app.example.test/reset");
  const fragment = new URLSearchParams(location.hash.slice(1));
  assert.equal(fragment.get("type"), "recovery");
  const user = await client(stack()).auth.getUser(fragment.get("access_token") ?? "");
  assert.equal(user.data.user?.email, "lost@example.test");
});

Deno.test("links lead to allowed places only, and unknown addresses get no mail", async () => {
  await signedUp("redirect@example.test");
  await client(stack()).auth.resetPasswordForEmail("redirect@example.test", {
    redirectTo: "https://evil.example/steal",
  });
  const link = new URL((await mailTo("redirect@example.test")).link);
  assert.equal(link.searchParams.get("redirect_to"), "http://127.0.0.1:3000");
  const unknown = await client(stack()).auth.resetPasswordForEmail("nobody@example.test");
  assert.equal(unknown.error, null);
  assert.deepEqual(await mailsTo("nobody@example.test"), []);
});

Deno.test("an e-mail address changes when both mailboxes confirm", async () => {
  const { supabase, user } = await signedUp("old@example.test");
  const { data } = await supabase.auth.updateUser({ email: "new@example.test" });
  assert.equal(data.user?.new_email, "new@example.test");
  const fresh = await mailTo("new@example.test"), known = await mailTo("old@example.test");
  const first = await client(stack()).auth.verifyOtp({
    token_hash: fresh.tokenHash,
    type: "email_change",
  });
  assert.equal(first.error, null);
  assert.equal(first.data.session, null);
  assert.equal((await supabase.auth.getUser()).data.user?.email, "old@example.test");
  const second = await client(stack()).auth.verifyOtp({
    email: "old@example.test",
    token: known.otp,
    type: "email_change",
  });
  assert.equal(second.data.user?.id, user.id);
  assert.equal(second.data.user?.email, "new@example.test");
  assert.equal(second.data.user?.identities?.[0]?.identity_data?.email, "new@example.test");
});

Deno.test("a magic link makes the account and signs in", async () => {
  const refused = await client(stack()).auth.signInWithOtp({
    email: "magic@example.test",
    options: { shouldCreateUser: false },
  });
  assert.equal(refused.error?.code, "otp_disabled");
  await client(stack()).auth.signInWithOtp({ email: "magic@example.test" });
  const { data } = await client(stack()).auth.verifyOtp({
    email: "magic@example.test",
    token: (await mailTo("magic@example.test")).otp,
    type: "email",
  });
  assert.equal(data.user?.email, "magic@example.test");
});

Deno.test("administration: create, read, list, update, ban, delete, with the secret key only", async () => {
  const admin = client(stack(), stack().secretKey).auth.admin;
  const created = await admin.createUser({
    email: "managed@example.test",
    password: PASSWORD,
    email_confirm: true,
    user_metadata: { full_name: "Managed" },
    app_metadata: { plan: "pro" },
  });
  assert.equal(created.error, null);
  const id = created.data.user?.id ?? "";
  assert.equal(created.data.user?.app_metadata.plan, "pro");
  assert.ok((await admin.getUserById(id)).data.user?.email_confirmed_at);
  const listed = await admin.listUsers({ page: 1, perPage: 1000 });
  assert.ok(listed.data.users.some((user) => user.id === id));
  assert.equal("total" in listed.data && listed.data.total, listed.data.users.length);
  const updated = await admin.updateUserById(id, { email: "renamed@example.test" });
  assert.equal(updated.data.user?.email, "renamed@example.test");
  await admin.updateUserById(id, { ban_duration: "1h" });
  const credentials = { email: "renamed@example.test", password: PASSWORD };
  const banned = await client(stack()).auth.signInWithPassword(credentials);
  assert.equal(banned.error?.code, "user_banned");
  await admin.updateUserById(id, { ban_duration: "none" });
  const { data } = await client(stack()).auth.signInWithPassword(credentials);
  assert.equal(data.user?.id, id);
  const taken = await admin.createUser({ email: "renamed@example.test" });
  assert.equal(taken.error?.code, "email_exists");
  assert.equal((await admin.deleteUser(id)).error, null);
  assert.equal((await admin.getUserById(id)).error?.code, "user_not_found");
  const outsider = await client(stack()).auth.admin.listUsers();
  assert.equal(outsider.error?.code, "not_admin");
});

Deno.test("administration: links without mail, and invitations", async () => {
  const admin = client(stack(), stack().secretKey).auth.admin;
  const link = await admin.generateLink({
    type: "signup",
    email: "linked@example.test",
    password: PASSWORD,
  });
  const { data } = await client(stack()).auth.verifyOtp({
    token_hash: link.data.properties?.hashed_token ?? "",
    type: "signup",
  });
  assert.equal(data.user?.email, "linked@example.test");
  assert.ok(data.session);
  assert.deepEqual(await mailsTo("linked@example.test"), []);
  await admin.inviteUserByEmail("guest@example.test");
  const mail = await mailTo("guest@example.test");
  const accepted = await client(stack()).auth.verifyOtp({
    token_hash: mail.tokenHash,
    type: "invite",
  });
  assert.equal(accepted.data.user?.email, "guest@example.test");
});

/** A browser's storage, for the code verifier between two calls. */
function pkceClient() {
  const kept = new Map<string, string>();
  return client({ ...stack() }, stack().publishableKey, {
    flowType: "pkce",
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
  });
}

/** Follows redirects by hand up to the application's own address. */
async function followTo(start: string, origin: string): Promise<URL> {
  for (let at = start, hops = 0; hops < 5; hops++) {
    const response = await fetch(at, { redirect: "manual" });
    await response.body?.cancel();
    at = response.headers.get("location") ?? "";
    assert.ok(at, "no further redirect");
    if (at.startsWith(origin)) return new URL(at);
  }
  throw new Error("Too many redirects.");
}

Deno.test("signing in through another service exchanges a code by PKCE", async () => {
  const supabase = pkceClient();
  const { data } = await supabase.auth.signInWithOAuth({
    provider: "google",
    options: {
      redirectTo: "https://app.example.test/welcome",
      queryParams: { login_hint: "oauth@example.test" },
      skipBrowserRedirect: true,
    },
  });
  const back = await followTo(data.url ?? "", "https://app.example.test");
  const code = back.searchParams.get("code") ?? "";
  const foreign = await pkceClient().auth.exchangeCodeForSession(code);
  assert.ok(foreign.error);
  const { data: session, error } = await supabase.auth.exchangeCodeForSession(code);
  assert.equal(error, null);
  assert.equal(session.user?.email, "oauth@example.test");
  assert.equal(session.user?.app_metadata.provider, "google");
  const again = await supabase.auth.exchangeCodeForSession(code);
  assert.ok(again.error);
});

Deno.test("a known address links to its account at the other service", async () => {
  const { user } = await signedUp("linking@example.test");
  const supabase = pkceClient();
  const { data } = await supabase.auth.signInWithOAuth({
    provider: "github",
    options: {
      redirectTo: "https://app.example.test/welcome",
      queryParams: { login_hint: "linking@example.test" },
      skipBrowserRedirect: true,
    },
  });
  const back = await followTo(data.url ?? "", "https://app.example.test");
  const { data: session } = await supabase.auth.exchangeCodeForSession(
    back.searchParams.get("code") ?? "",
  );
  assert.equal(session.user?.id, user.id);
  assert.deepEqual(
    session.user?.identities?.map((identity) => identity.provider).sort(),
    ["email", "github"],
  );
});

Deno.test("a recovery link of a PKCE client carries a code", async () => {
  await signedUp("pkce@example.test");
  const supabase = pkceClient();
  await supabase.auth.resetPasswordForEmail("pkce@example.test", {
    redirectTo: "https://app.example.test/reset",
  });
  const back = await followTo((await mailTo("pkce@example.test")).link, "https://app.example.test");
  const { data } = await supabase.auth.exchangeCodeForSession(back.searchParams.get("code") ?? "");
  assert.equal(data.user?.email, "pkce@example.test");
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
  const { supabase, session } = await signedUp("missing@example.test");
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
