/** What Auth mails, and what its codes and links are good for. */
import assert from "node:assert/strict";
import { followTo, mailsTo, mailTo, pkceClient, signedUp } from "./_accounts.ts";
import { client, withStack } from "./stack.ts";

const stack = withStack();

Deno.test("a password is recovered through the mailbox, by code and by link", async () => {
  await signedUp(stack(), "lost@example.test");
  await client(stack()).auth.resetPasswordForEmail("lost@example.test", {
    redirectTo: "https://app.example.test/reset",
  });
  const mail = await mailTo(stack(), "lost@example.test");
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
  const link = await fetch((await mailTo(stack(), "lost@example.test")).link, {
    redirect: "manual",
  });
  await link.body?.cancel();
  const location = new URL(link.headers.get("location") ?? "");
  assert.equal(location.origin + location.pathname, "https://app.example.test/reset");
  const fragment = new URLSearchParams(location.hash.slice(1));
  assert.equal(fragment.get("type"), "recovery");
  const user = await client(stack()).auth.getUser(fragment.get("access_token") ?? "");
  assert.equal(user.data.user?.email, "lost@example.test");
});

Deno.test("links lead to allowed places only, and unknown addresses get no mail", async () => {
  await signedUp(stack(), "redirect@example.test");
  await client(stack()).auth.resetPasswordForEmail("redirect@example.test", {
    redirectTo: "https://evil.example/steal",
  });
  const link = new URL((await mailTo(stack(), "redirect@example.test")).link);
  assert.equal(link.searchParams.get("redirect_to"), "http://127.0.0.1:3000");
  const unknown = await client(stack()).auth.resetPasswordForEmail("nobody@example.test");
  assert.equal(unknown.error, null);
  assert.deepEqual(await mailsTo(stack(), "nobody@example.test"), []);
});

Deno.test("an e-mail address changes when both mailboxes confirm", async () => {
  const { supabase, user } = await signedUp(stack(), "old@example.test");
  const { data } = await supabase.auth.updateUser({ email: "new@example.test" });
  assert.equal(data.user?.new_email, "new@example.test");
  const fresh = await mailTo(stack(), "new@example.test"),
    known = await mailTo(stack(), "old@example.test");
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
    token: (await mailTo(stack(), "magic@example.test")).otp,
    type: "email",
  });
  assert.equal(data.user?.email, "magic@example.test");
});

Deno.test("a recovery link of a PKCE client carries a code", async () => {
  await signedUp(stack(), "pkce@example.test");
  const supabase = pkceClient(stack());
  await supabase.auth.resetPasswordForEmail("pkce@example.test", {
    redirectTo: "https://app.example.test/reset",
  });
  const back = await followTo(
    (await mailTo(stack(), "pkce@example.test")).link,
    "https://app.example.test",
  );
  const { data } = await supabase.auth.exchangeCodeForSession(back.searchParams.get("code") ?? "");
  assert.equal(data.user?.email, "pkce@example.test");
});
