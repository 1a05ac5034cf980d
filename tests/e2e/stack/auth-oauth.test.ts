/** Signing in to Auth through other services. */
import assert from "node:assert/strict";
import { followTo, pkceClient, signedUp } from "./_accounts.ts";
import { withStack } from "./stack.ts";

const stack = withStack();

Deno.test("signing in through another service exchanges a code by PKCE", async () => {
  const supabase = pkceClient(stack());
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
  const foreign = await pkceClient(stack()).auth.exchangeCodeForSession(code);
  assert.ok(foreign.error);
  const { data: session, error } = await supabase.auth.exchangeCodeForSession(code);
  assert.equal(error, null);
  assert.equal(session.user?.email, "oauth@example.test");
  assert.equal(session.user?.app_metadata.provider, "google");
  const again = await supabase.auth.exchangeCodeForSession(code);
  assert.ok(again.error);
});

Deno.test("a known address links to its account at the other service", async () => {
  const { user } = await signedUp(stack(), "linking@example.test");
  const supabase = pkceClient(stack());
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
