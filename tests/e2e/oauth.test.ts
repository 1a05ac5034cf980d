import { ok, strictEqual } from "node:assert/strict";
import { assertFailure } from "./_agency.ts";
import { call, stack } from "./_support.ts";
import type { Me, Session } from "./_types.ts";

/** An address of the application that supabase/config.toml allows to come back to. */
const HOME = "http://127.0.0.1:3000/auth/callback";

const base64url = { alphabet: "base64url", omitPadding: true } as const;

/** Goes to the provider and back, as a browser does; the provider knows who the visitor is. */
async function comeBack(email: string): Promise<{ code: string; verifier: string }> {
  const verifier = crypto.getRandomValues(new Uint8Array(32)).toBase64(base64url);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  const query = new URLSearchParams({
    provider: "google",
    redirect_to: HOME,
    login_hint: email,
    code_challenge: new Uint8Array(digest).toBase64(base64url),
    code_challenge_method: "s256",
  });
  let at = `${stack.url}/auth/v1/authorize?${query}`;
  for (let hops = 0; !at.startsWith(HOME); hops++) {
    ok(hops < 5, `too many redirects, the last one to ${at}`);
    const response = await fetch(at, { redirect: "manual" });
    await response.body?.cancel();
    at = response.headers.get("location") ?? "";
  }
  const code = new URL(at).searchParams.get("code");
  ok(code);
  return { code, verifier };
}

const callback = (query: Record<string, string>, headers: Record<string, string> = {}) =>
  call<Session>("GET", `/auth/callback?${new URLSearchParams(query)}`, undefined, { headers });

Deno.test("a code of another service is traded for a session, once, with its own verifier", async () => {
  const email = `${crypto.randomUUID()}@example.test`;
  const [{ code, verifier }, other] = [await comeBack(email), await comeBack(email)];
  assertFailure(await callback({ code, codeVerifier: other.verifier }), 400, "AUTH_CODE_INVALID");

  const { status, body, text } = await callback({ code, codeVerifier: verifier });
  strictEqual(status, 200, text);
  strictEqual(body.data.user.email, email);
  const { accessToken: token } = body.data;
  const me = await call<Me>("GET", "/auth/me", undefined, { token });
  strictEqual(me.body.data.email, email);
  assertFailure(await callback({ code, codeVerifier: verifier }), 400, "AUTH_CODE_INVALID");
});

Deno.test("the verifier may come as a cookie, which is then cleared", async () => {
  const { code, verifier } = await comeBack(`${crypto.randomUUID()}@example.test`);
  const reply = await callback({ code }, { Cookie: `backline-code-verifier=${verifier}` });
  strictEqual(reply.status, 200, reply.text);
  ok(/^backline-code-verifier=;.*Max-Age=0/.test(reply.headers.get("set-cookie") ?? ""));
});

Deno.test("a callback without a code, or with a refusal, is told why", async () => {
  const nothing = assertFailure(await callback({}), 422, "VALIDATION_FAILED");
  strictEqual(nothing[0]?.path, "code");
  const half = assertFailure(await callback({ code: "made-up" }), 422, "VALIDATION_FAILED");
  strictEqual(half[0]?.path, "codeVerifier");
  const made = await callback({ code: crypto.randomUUID(), codeVerifier: "x".repeat(43) });
  assertFailure(made, 400, "AUTH_CODE_INVALID");
  const refused = await callback({ error: "access_denied", error_description: "You said no." });
  assertFailure(refused, 401, "PROVIDER_REFUSED");
  strictEqual(refused.body.error, "You said no.");
});
