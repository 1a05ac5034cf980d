/** Sign-up with `enable_confirmations = true`, as hosted projects come. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { mailsTo, PASSWORD } from "./_accounts.ts";
import { client, FIXTURE, withStack } from "./stack.ts";

const stack = withStack(async (dir) => {
  const config = await Deno.readTextFile(join(FIXTURE, "config.toml"));
  await Deno.writeTextFile(
    join(dir, "config.toml"),
    config.replace("enable_confirmations = false", "enable_confirmations = true"),
  );
  return { supabase: dir };
});

Deno.test("nobody gets in before the address is confirmed", async () => {
  const account = { email: "unconfirmed@example.test", password: PASSWORD };
  const { data, error } = await client(stack()).auth.signUp(account);
  assert.equal(error, null);
  assert.equal(data.session, null);
  assert.equal(data.user?.email_confirmed_at, undefined);
  const early = await client(stack()).auth.signInWithPassword(account);
  assert.equal(early.error?.code, "email_not_confirmed");

  await client(stack()).auth.resend({ type: "signup", email: account.email });
  const [resent, first] = await mailsTo(stack(), account.email);
  assert.ok(resent && first);
  const outdated = await client(stack()).auth.verifyOtp({
    token_hash: first.tokenHash,
    type: "signup",
  });
  assert.equal(outdated.error?.code, "otp_expired");
  const followed = await fetch(resent.link, { redirect: "manual" });
  await followed.body?.cancel();
  assert.match(
    followed.headers.get("location") ?? "",
    /^http:\/\/127\.0\.0\.1:3000\/#access_token=/,
  );
  assert.equal((await client(stack()).auth.signInWithPassword(account)).error, null);
});

Deno.test("signing up with a confirmed address looks as with a new one, and sends nothing", async () => {
  const account = { email: "secret@example.test", password: PASSWORD };
  await client(stack()).auth.signUp(account);
  const [mail] = await mailsTo(stack(), account.email);
  await client(stack()).auth.verifyOtp({
    email: account.email,
    token: mail?.otp ?? "",
    type: "signup",
  });
  const { data, error } = await client(stack()).auth.signUp({
    ...account,
    password: "guess guess",
  });
  assert.equal(error, null);
  assert.equal(data.session, null);
  assert.deepEqual(data.user?.identities, []);
  assert.equal((await mailsTo(stack(), account.email)).length, 1);
  assert.equal((await client(stack()).auth.signInWithPassword(account)).error, null);
});

Deno.test("the mailbox has a page for people and can be emptied", async () => {
  await client(stack()).auth.signInWithOtp({ email: "page@example.test" });
  const page = await (await fetch(stack().mailUrl)).text();
  assert.match(page, /page@example\.test/);
  await fetch(`${stack().mailUrl}/api/messages`, { method: "DELETE" });
  assert.deepEqual(await mailsTo(stack(), "page@example.test"), []);
});
